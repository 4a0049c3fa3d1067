import { close, fdatasync, open, write } from 'node:fs'

/** A file that is written bit by bit, each where it belongs, without waiting. */
export type GrowingFile = {
  readonly path: string
  /** Never throws: a fault is told by `settle`. `done` is called when the bytes may be used again. */
  readonly write: (bytes: Uint8Array, length: number, position: number, done: () => void) => void
  /** Bytes of faults so far none: the first thing that went wrong; null = nothing. */
  readonly fault: () => Error | null
  /** Has the disk keep what was written. */
  readonly sync: () => void
  /** Waits for all that is under way, has the disk keep it, closes; rejects with the first fault. */
  readonly settle: () => Promise<void>
}

/**
 * Opens a new file. Writes go their way as they come; many such files grow at once, so none of them makes a
 * promise for each write.
 */
export const growingFile = (path: string): Promise<GrowingFile> =>
  new Promise((resolve, reject) => {
    open(path, 'wx+', 0o600, (fault, descriptor) => {
      if (fault === null) resolve(onDescriptor(path, descriptor))
      else reject(fault)
    })
  })

const onDescriptor = (path: string, descriptor: number): GrowingFile => {
  let fault: Error | null = null
  let underWay = 0
  let isSyncing = false
  let settled: (() => void) | null = null

  const begin = (): void => {
    underWay += 1
  }
  const end = (cause: Error | null): void => {
    fault ??= cause
    underWay -= 1
    if (underWay === 0) settled?.()
  }
  const writeAll = (
    bytes: Uint8Array,
    from: number,
    length: number,
    position: number,
    done: () => void,
  ): void => {
    write(descriptor, bytes, from, length, position, (cause, written) => {
      if (cause === null && written < length && written > 0) {
        writeAll(bytes, from + written, length - written, position + written, done)
        return
      }
      done()
      end(cause)
    })
  }

  return {
    path,
    write: (bytes, length, position, done) => {
      begin()
      writeAll(bytes, 0, length, position, done)
    },
    fault: () => fault,
    sync: () => {
      if (isSyncing) return
      isSyncing = true
      begin()
      fdatasync(descriptor, (cause) => {
        isSyncing = false
        end(cause)
      })
    },
    settle: async () => {
      if (underWay > 0) {
        const { promise, resolve } = Promise.withResolvers<void>()
        settled = resolve
        await promise
      }
      const cause = await new Promise<Error | null>((resolve) => fdatasync(descriptor, resolve))
      fault ??= cause
      await new Promise((resolve) => close(descriptor, resolve))
      if (fault !== null) throw new Error('A file could not be written', { cause: fault })
    },
  }
}
