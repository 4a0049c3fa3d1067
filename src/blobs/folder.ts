import { createHash, randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Blob, type BlobStore, isHash } from './store.ts'

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

  /** Takes over a finished file, which is gone from its path afterwards. */
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
      if (!isHash(hash)) return null
      return readFile(pathOf(hash)).catch(nullIfMissing)
    },
    size: async (hash) => {
      if (!isHash(hash)) return null
      const found = await stat(pathOf(hash)).catch(nullIfMissing)
      return found?.size ?? null
    },
    read: (hash, range) => createReadStream(isHash(hash) ? pathOf(hash) : '', range),
    remove: async (hash) => {
      if (!isHash(hash)) return false
      const removed = await rm(pathOf(hash)).then(() => true, nullIfMissing)
      return removed ?? false
    },
    untouchedSince: async function* (before) {
      for (const folder of (await readdir(root).catch(nullIfMissing)) ?? []) {
        if (folder.length !== 2) continue
        for (const hash of await readdir(join(root, folder))) {
          const found = await stat(join(root, folder, hash)).catch(nullIfMissing)
          const isOld = found !== null && found.mtimeMs < before.epochMilliseconds
          if (isOld && isHash(hash)) yield hash
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
