import type { Readable } from 'node:stream'

/** What is kept: named by what it holds, so that the same bytes are kept once. */
export type Blob = {
  /** SHA-256, 64 hexadecimal digits in lower case. */
  readonly hash: string
  readonly bytes: number
}

/**
 * Files named by their content. A file is there whole or not at all, also after a crash; a row that names
 * it is written only when `put` or `keep` has answered.
 */
export type BlobStore = {
  readonly put: (content: Uint8Array) => Promise<Blob>
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
  readonly read: (hash: string, range?: ByteRange) => Readable
  /** False when it was not kept. */
  readonly remove: (hash: string) => Promise<boolean>
  /** Hashes of all that was last put or kept before this moment: what nobody names may go. */
  readonly untouchedSince: (before: Temporal.Instant) => AsyncIterable<string>
}

export type ByteRange = { readonly start: number; readonly end: number }

/** Whether a name can be that of a blob: whatever is asked for leads nowhere else. */
export const isHash = (name: string): boolean => /^[0-9a-f]{64}$/.test(name)
