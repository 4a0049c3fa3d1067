import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Files that come in parts, by the identifier of their upload. */
export type Uploads = {
  readonly folder: string
  readonly pathOf: (uploadId: string) => string
  /** Bytes that have come; null for one that is not there. */
  readonly received: (uploadId: string) => Promise<number | null>
  readonly remove: (uploadId: string) => Promise<void>
  /** Removes all that were last written to before this moment; how many files. */
  readonly removeBefore: (before: Temporal.Instant) => Promise<number>
}

export const uploadFolder = (folder: string): Uploads => {
  const pathOf = (uploadId: string) => join(folder, uploadId)
  return {
    folder,
    pathOf,
    received: (uploadId) =>
      stat(pathOf(uploadId)).then(
        ({ size }) => size,
        () => null,
      ),
    // Beside each file stands what the upload protocol notes of it.
    remove: async (uploadId) => {
      for (const name of [uploadId, `${uploadId}.json`]) await rm(pathOf(name), { force: true })
    },
    removeBefore: async (before) => {
      let removed = 0
      for (const name of await readdir(folder).catch(() => [])) {
        const found = await stat(pathOf(name)).catch(() => null)
        if (found === null || found.mtimeMs >= before.epochMilliseconds) continue
        await rm(pathOf(name), { force: true })
        removed += 1
      }
      return removed
    },
  }
}
