import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { audioFile } from './audio-file.ts'
import { contentHash, decodeText } from './content-hash.ts'
import type { FlowFiles } from './flow-files.ts'
import { isText } from './read-flow-folder.ts'

/**
 * The bytes of files of a version by content hash, to be stored. Null when one is no longer what the
 * version was built from: the folder is being changed at this moment.
 */
export const readContents = async (
  directory: string,
  manifest: ReadonlyMap<string, string>,
  hashes: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Uint8Array> | null> => {
  const contents = new Map<string, Uint8Array>()
  for (const [path, hash] of manifest) {
    if (!hashes.has(hash) || contents.has(hash)) continue
    const content = await readFile(join(directory, path)).catch(() => null)
    if (content === null || contentHash(content) !== hash) return null
    contents.set(hash, content)
  }
  return contents
}

/** The files of a version that was stored; counterpart of `readFlowFolder` for versions of the past. */
export const filesOfContents = (contents: ReadonlyMap<string, Uint8Array>): FlowFiles => {
  const entries = [...contents]
  return {
    texts: new Map(
      entries
        .filter(([path]) => isText(path))
        .map(([path, content]) => [path, decodeText(content)]),
    ),
    audio: new Map(
      entries
        .filter(([path]) => !isText(path))
        .map(([path, content]) => [path, audioFile(content)]),
    ),
    findings: [],
  }
}
