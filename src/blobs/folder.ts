import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** What is kept: named by what it holds, so that the same bytes are kept once. */
export type Blob = {
  /** SHA-256, 64 hexadecimal digits in lower case. */
  readonly hash: string
  readonly bytes: number
}

/**
 * Files named by their content. A file is there whole or not at all, also after a crash; a row that names
 * it is written only when `put` or `adopt` has answered.
 */
export type BlobStore = {
  readonly put: (content: Uint8Array) => Promise<Blob>
  /** Takes over a finished file, which is gone from its path afterwards. Both lie on one disk. */
  readonly adopt: (path: string) => Promise<Blob>
  /** Keeps a finished file under its content's name; the path is still the caller's, to be removed afterwards. */
  readonly keep: (path: string) => Promise<Blob>
  /** Null for a hash that is not kept, or is none. */
  readonly get: (hash: string) => Promise<Uint8Array | null>
  /** Length in bytes; null as with `get`. */
  readonly size: (hash: string) => Promise<number | null>
  /**
   * Reads from `start` up to and with `end`, counted from 0; all of it without them.
   *
   * @throws by the stream, when the file is not there
   */
  readonly read: (
    hash: string,
    range?: { readonly start: number; readonly end: number },
  ) => Readable
  /** False when it was not kept. */
  readonly remove: (hash: string) => Promise<boolean>
  /** Hashes of all that was last touched before this moment: what nobody names may go. */
  readonly untouchedSince: (before: Temporal.Instant) => AsyncIterable<string>
}

const hashPattern = /^[0-9a-f]{64}$/

/** Blobs in a folder, which is made when it is first needed; nodes may share it. */
export const blobFolder = (root: string): BlobStore => {
  const incoming = join(root, 'incoming')
  const folderOf = (hash: string) => join(root, hash.slice(0, 2))
  const pathOf = (hash: string) => join(folderOf(hash), hash)

  /** The name is durable when its folder has been written too. */
  const settle = async (path: string, hash: string): Promise<void> => {
    const folder = folderOf(hash)
    await mkdir(folder, { recursive: true })
    await rename(path, pathOf(hash))
    await syncFolder(folder)
    await syncFolder(root)
  }

  const adopt = async (path: string): Promise<Blob> => {
    const file = await open(path, 'r+')
    const hash = createHash('sha256')
    let bytes = 0
    try {
      for await (const chunk of file.createReadStream({ autoClose: false })) {
        hash.update(chunk)
        bytes += chunk.length
      }
      await file.sync()
    } finally {
      await file.close()
    }
    const blob = { hash: hash.digest('hex'), bytes }
    await settle(path, blob.hash)
    return blob
  }

  return {
    put: async (content) => {
      const blob = {
        hash: createHash('sha256').update(content).digest('hex'),
        bytes: content.length,
      }
      await mkdir(incoming, { recursive: true })
      const path = join(incoming, randomUUID())
      const file = await open(path, 'wx')
      try {
        await file.writeFile(content)
        await file.sync()
      } finally {
        await file.close()
      }
      await settle(path, blob.hash)
      return blob
    },
    adopt,
    keep: async (path) => {
      const copy = join(incoming, randomUUID())
      await mkdir(incoming, { recursive: true })
      // A second name costs nothing; where the disk has none, a copy.
      await link(path, copy).catch(() => copyFile(path, copy))
      const blob = await adopt(copy)
      // Of two names of one file, renaming one into the other leaves both.
      await rm(copy, { force: true })
      return blob
    },
    get: async (hash) => {
      if (!hashPattern.test(hash)) return null
      return readFile(pathOf(hash)).catch(nullIfMissing)
    },
    size: async (hash) => {
      if (!hashPattern.test(hash)) return null
      const found = await stat(pathOf(hash)).catch(nullIfMissing)
      return found?.size ?? null
    },
    read: (hash, range) => createReadStream(hashPattern.test(hash) ? pathOf(hash) : '', range),
    remove: async (hash) => {
      if (!hashPattern.test(hash)) return false
      const removed = await rm(pathOf(hash)).then(() => true, nullIfMissing)
      return removed ?? false
    },
    untouchedSince: async function* (before) {
      for (const folder of (await readdir(root).catch(nullIfMissing)) ?? []) {
        if (folder.length !== 2) continue
        for (const hash of await readdir(join(root, folder))) {
          const found = await stat(join(root, folder, hash)).catch(nullIfMissing)
          if (found !== null && found.mtimeMs < before.epochMilliseconds) yield hash
        }
      }
    },
  }
}

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

const nullIfMissing = (cause: unknown): null => {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
  throw cause
}
