import type { FlowHistory, VersionFile } from './flow-history.ts'
import { lineDiff } from './line-diff.ts'

export type FileChange = {
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
  /** Unified diff of a text that was changed; null for recordings, and beyond what one answer holds. */
  readonly diff: string | null
}

/** Characters of diffs in one answer. */
const maxCharacters = 1_000_000

/** What a flow editor changed from one version to another; null when either is not stored. */
export const compareVersions = async (
  history: Pick<FlowHistory, 'files' | 'contents'>,
  isText: (path: string) => boolean,
  from: string,
  to: string,
): Promise<readonly FileChange[] | null> => {
  const [before, after] = await Promise.all([history.files(from), history.files(to)])
  if (before === null || after === null) return null
  const changes = changesBetween(before, after)
  let room = maxCharacters
  const compared: FileChange[] = []
  // One file after the other: all at once could be the whole folder twice.
  for (const { path, change, hashes } of changes) {
    const diff =
      change === 'changed' && isText(path) && room > 0 ? await diffOf(history, hashes) : null
    room -= diff?.length ?? 0
    compared.push({ path, change, diff: room < 0 ? null : diff })
  }
  return compared
}

type Change = Omit<FileChange, 'diff'> & { readonly hashes: readonly [string, string] }

const changesBetween = (
  before: readonly VersionFile[],
  after: readonly VersionFile[],
): readonly Change[] => {
  const old = new Map(before.map(({ path, hash }) => [path, hash]))
  const young = new Map(after.map(({ path, hash }) => [path, hash]))
  return [...new Set([...old.keys(), ...young.keys()])].sort().flatMap((path): Change[] => {
    const hashes = [old.get(path) ?? '', young.get(path) ?? ''] as const
    if (hashes[0] === hashes[1]) return []
    const change = hashes[0] === '' ? 'added' : hashes[1] === '' ? 'removed' : 'changed'
    return [{ path, change, hashes }]
  })
}

const diffOf = async (
  history: Pick<FlowHistory, 'contents'>,
  [from, to]: readonly [string, string],
): Promise<string> => {
  const contents = await history.contents([from, to])
  const text = (hash: string) => new TextDecoder().decode(contents.get(hash))
  return lineDiff(text(from), text(to))
}
