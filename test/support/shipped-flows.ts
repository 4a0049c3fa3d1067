import { globSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import { readFlowFolder } from '../../src/flow-files/read-flow-folder.ts'

export const flowFolder = resolve(import.meta.dirname, '../../ivr-flows')

/** The flows that are shipped, ready to be walked, and whatever was wrong with them. */
export const readShippedFlows = async (folder = flowFolder) =>
  buildFlowSet(await readFlowFolder(folder), contentHash)

/** Golden conversations of the shipped flows, in the order of their names. */
export const transcriptFiles = (
  folder = flowFolder,
): readonly { path: string; name: string; text: string }[] =>
  globSync('**/transcripts/*.txt', { cwd: folder })
    .sort()
    .map((name) => {
      const path = join(folder, name)
      return { path, name, text: readFileSync(path, 'utf8') }
    })
