import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type GrowingFile, growingFile } from './growing-file.ts'

/** A file that a process which may be dead has left behind. */
export type LeftFile = {
  readonly path: string
  /** As its owner named it. */
  readonly name: string
  /** The word of the process that wrote it. */
  readonly owner: string
  /** It certainly is no more; false: it may be, on this machine or another one. */
  readonly isOwnerDead: boolean
}

/** Files of one process that are still being written, in a folder of its own among those of others. */
export type GrowingFiles = {
  readonly owner: string
  readonly create: (name: string) => Promise<GrowingFile>
  readonly remove: (path: string) => Promise<void>
  /** Files of all other processes. */
  readonly left: () => Promise<readonly LeftFile[]>
  /**
   * A whole copy of a file, closed: whoever still writes into the old one harms it no more. Its beginning is made
   * anew by `headerOf`, which is told how many bytes there are in all.
   */
  readonly copy: (
    file: LeftFile,
    headerOf: (bytes: number) => Uint8Array,
  ) => Promise<{ readonly path: string; readonly bytes: number }>
}

/** Letters of a machine's name that stand in the name of a folder. */
const machine = hostname().replace(/[^A-Za-z0-9-]/g, '-')

export const growingFiles = (root: string): GrowingFiles => {
  const owner = randomUUID()
  const own = `${machine}.${process.pid}.${owner}`
  let made: Promise<unknown> | null = null
  const create = async (name: string): Promise<GrowingFile> => {
    made ??= mkdir(join(root, own), { recursive: true })
    await made
    return growingFile(join(root, own, name))
  }
  return {
    owner,
    create,
    remove: async (path) => {
      await rm(path, { force: true })
      // A folder of the dead goes with its last file.
      if (basename(dirname(path)) !== own) await rmdir(dirname(path)).catch(() => {})
    },
    left: async () => {
      const folders = await readdir(root).catch((): string[] => [])
      const files = await Promise.all(
        folders
          .filter((folder) => folder !== own)
          .map(async (folder): Promise<readonly LeftFile[]> => {
            const names = await readdir(join(root, folder)).catch((): string[] => [])
            const isOwnerDead = isDead(folder)
            if (names.length === 0 && isOwnerDead) await rmdir(join(root, folder)).catch(() => {})
            return names.map((name) => ({
              path: join(root, folder, name),
              name,
              owner: folder.split('.')[2] ?? '',
              isOwnerDead,
            }))
          }),
      )
      return files.flat()
    },
    copy: async ({ path, name }, headerOf) => {
      const { size } = await stat(path)
      const copy = await create(`${name}.${randomUUID()}`)
      let position = 0
      const source = await open(path, 'r')
      try {
        for await (const chunk of source.createReadStream({ end: Math.max(0, size - 1) })) {
          const { promise, resolve } = Promise.withResolvers<void>()
          copy.write([chunk as Buffer], position, resolve)
          await promise
          position += chunk.length
        }
      } finally {
        await source.close().catch(() => {})
      }
      const header = headerOf(position)
      copy.write([header], 0, () => {})
      await copy.settle()
      return { path: copy.path, bytes: Math.max(position, header.length) }
    },
  }
}

/** Of this machine, and with a number that no process has; that of ourselves was another one's. */
const isDead = (folder: string): boolean => {
  const [name, pid] = folder.split('.')
  if (name !== machine) return false
  if (Number(pid) === process.pid) return true
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
