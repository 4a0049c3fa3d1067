import { close, fdatasync, open, writev } from 'node:fs'

/** A file that is written bit by bit, each where it belongs, without waiting. */
export type GrowingFile = {
  readonly path: string
  /**
   * Writes pieces in a row. Never throws: a fault is told by `settle`. `done` is called when the bytes may be used
   * again.
   */
  readonly write: (pieces: readonly Uint8Array[], position: number, done: () => void) => void
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

  const end = (cause: Error | null): void => {
    fault ??= cause
    underWay -= 1
    if (underWay === 0) settled?.()
  }
  const writeAll = (pieces: readonly Uint8Array[], position: number, done: () => void): void => {
    writev(descriptor, pieces, position, (cause, written) => {
      const rest = cause === null && written > 0 ? restOf(pieces, written) : null
      if (rest !== null) return writeAll([rest], position + written, done)
      done()
      end(cause)
    })
  }

  return {
    path,
    write: (pieces, position, done) => {
      underWay += 1
      writeAll(pieces, position, done)
    },
    fault: () => fault,
    sync: () => {
      if (isSyncing) return
      isSyncing = true
      underWay += 1
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

/** What of these pieces is still to be written; null = nothing. A disk that is nearly full takes a part. */
const restOf = (pieces: readonly Uint8Array[], written: number): Uint8Array | null => {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0)
  return written < length ? Buffer.concat(pieces).subarray(written) : null
}
