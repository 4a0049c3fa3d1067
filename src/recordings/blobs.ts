import type { Readable } from 'node:stream'

/** A kept file: named by what it holds. */
export type Blob = {
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string
  readonly bytes: number
}

/** Where sound is kept. */
export type SoundBlobs = {
  /** Reads from `start` up to and with `end`, counted from 0. */
  readonly read: (
    hash: string,
    range?: { readonly start: number; readonly end: number },
  ) => Readable
  readonly size: (hash: string) => Promise<number | null>
  /** False when it was not kept. */
  readonly remove: (hash: string) => Promise<boolean>
  /** Hashes of all that was last touched before this moment. */
  readonly untouchedSince: (before: Temporal.Instant) => AsyncIterable<string>
}
