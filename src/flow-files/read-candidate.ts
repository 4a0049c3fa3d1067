import type { Candidate, ReadFolder } from '../calls/activation.ts'
import type { Finding } from '../voicexml/element.ts'
import { buildFlowSet, compileFlowSet } from './build-flow-set.ts'
import { contentHash } from './content-hash.ts'
import { fileFinding } from './file-codes.ts'
import type { FlowFiles } from './flow-files.ts'
import { readFlowFolder } from './read-flow-folder.ts'
import { filesOfContents, readContents } from './stored-files.ts'

/** Finds what is wrong with a folder: all that `buildFlowSet` would. */
export type Prove = (files: FlowFiles) => Promise<readonly Finding[]>

/** How often a folder that keeps changing is looked at before that is given up. */
const maxLooks = 20

/** Reads and proves the flow folder as it is at this moment. */
export const readCandidate = async (directory: string): Promise<ReadFolder> => {
  const files = await unlessUnreadable(directory, () => readFlowFolder(directory))
  if ('kind' in files) return files
  const { flowSet, findings } = buildFlowSet(files, contentHash)
  return {
    kind: 'read',
    candidate: { flowSet, findings, contents: contentsIn(directory, flowSet) },
  }
}

/**
 * Reads the flow folder while others work in it: again after each pause, until it is the same twice. A
 * file that somebody is saving is then whole.
 */
export const readSteadyCandidate = async (
  directory: string,
  pause: () => Promise<void>,
  prove: Prove,
): Promise<ReadFolder> => {
  const files = await unlessUnreadable(directory, () => readSteady(directory, pause))
  if (files === null) return { kind: 'changing' }
  if ('kind' in files) return files
  const { flowSet, findings } = await proved(files, prove)
  return {
    kind: 'read',
    candidate: { flowSet, findings, contents: contentsIn(directory, flowSet) },
  }
}

/** A stored version, proved anew. */
export const storedCandidate = (
  contents: ReadonlyMap<string, Uint8Array>,
  prove: Prove,
): Promise<Omit<Candidate, 'contents'>> => proved(filesOfContents(contents), prove)

const proved = async (files: FlowFiles, prove: Prove): Promise<Omit<Candidate, 'contents'>> => {
  const findings = await prove(files)
  return { flowSet: compileFlowSet(files, contentHash), findings }
}

const contentsIn =
  (directory: string, { manifest }: Candidate['flowSet']): Candidate['contents'] =>
  (hashes) =>
    readContents(directory, manifest, hashes)

/** Only a folder that cannot be listed; of a file that cannot be read there is a finding. */
const unlessUnreadable = async <T>(
  directory: string,
  read: () => Promise<T>,
): Promise<T | Extract<ReadFolder, { kind: 'unreadable' }>> => {
  try {
    return await read()
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    const message = `the folder cannot be listed (${String(cause.code)})`
    return { kind: 'unreadable', findings: [fileFinding(directory, 'unreadable-file', message)] }
  }
}

const readSteady = async (
  directory: string,
  pause: () => Promise<void>,
): Promise<FlowFiles | null> => {
  let files = await readFlowFolder(directory)
  for (let looks = 1; looks < maxLooks; looks++) {
    const seen = fingerprint(files)
    await pause()
    files = await readFlowFolder(directory)
    if (fingerprint(files) === seen) return files
  }
  return null
}

const fingerprint = ({ texts, audio, findings }: FlowFiles): string =>
  JSON.stringify([
    [...texts].map(([path, text]) => [path, contentHash(text)]),
    [...audio].map(([path, { hash }]) => [path, hash]),
    findings,
  ])
