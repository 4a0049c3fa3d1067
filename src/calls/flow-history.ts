import type { Activation } from './activation.ts'

/** A version of the flow folder as the list tells of it. */
export type StoredVersion = {
  readonly version: string
  readonly storedAt: Temporal.Instant
  readonly files: number
  readonly documents: number
  /** Telephone lines; null where it was stored before they were counted. */
  readonly lines: number | null
  /** Its latest activation; null when it never was the active one. */
  readonly activation: Activation | null
  readonly isActive: boolean
  /** Calls in progress that began with it. */
  readonly liveCalls: number
}

export type VersionFile = {
  /** Relative to the flow folder. */
  readonly path: string
  readonly hash: string
  readonly bytes: number
}

export type VersionPosition = { readonly storedAt: Temporal.Instant; readonly version: string }

/** Reads of what was and is active, newest first. */
export type FlowHistory = {
  /** `liveSince`: no call is so long that one which began earlier could be in progress. */
  versions(
    page: { readonly limit: number; readonly after?: VersionPosition },
    liveSince: Temporal.Instant,
  ): Promise<readonly StoredVersion[]>
  version(version: string, liveSince: Temporal.Instant): Promise<StoredVersion | null>
  /** Of a stored version in the order of their paths; null when there is no such version. */
  files(version: string): Promise<readonly VersionFile[] | null>
  /** Contents of files by hash. */
  contents(hashes: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>
  activations(page: {
    readonly limit: number
    /** Only those with smaller numbers. */
    readonly before?: number
  }): Promise<readonly Activation[]>
}
