import type { Finding } from '../voicexml/element.ts'
import type { FlowSet } from './flow-set.ts'

/**
 * How a version came to be the active one: a node started with it, a node was told by the signal
 * SIGHUP or by the API to take its folder, or the API named a version that is stored.
 */
export const activationOrigins = ['start', 'sighup', 'api', 'rollback'] as const

export type ActivationOrigin = (typeof activationOrigins)[number]

/** One entry of the history; the one with the greatest number says what new calls run on. */
export type Activation = {
  /** From 1 without gaps. */
  readonly number: number
  readonly version: string
  readonly at: Temporal.Instant
  readonly origin: ActivationOrigin
  /** Name of the node or role of the person. */
  readonly by: string
}

/** A version that might become the active one. */
export type Candidate = {
  readonly flowSet: FlowSet
  readonly findings: readonly Finding[]
  /** The bytes of its files by content hash; null when one of them has changed since. */
  readonly contents: (
    hashes: ReadonlySet<string>,
  ) => Promise<ReadonlyMap<string, Uint8Array> | null>
}

/** What looking at a flow folder comes to. */
export type ReadFolder =
  | { readonly kind: 'read'; readonly candidate: Candidate }
  /** Somebody keeps writing in it. */
  | { readonly kind: 'changing' }
  /** There is nothing to look at. */
  | { readonly kind: 'unreadable'; readonly findings: readonly Finding[] }

export type ActivationStore = {
  /** What new calls run on, on every node; null before the first activation. */
  active(): Promise<Activation | null>
  /**
   * Runs work as the only activation on all nodes; what it writes stands or falls together. `busy`:
   * another one has not come to its end within seconds. Work may be run again.
   */
  inTurn<T>(work: (turn: ActivationTurn) => Promise<T>): Promise<T | 'busy'>
}

export type ActivationTurn = {
  readonly active: Activation | null
  /** What the folder of a node held when it was last used; null for a node never heard of. */
  lastOf(node: string): Promise<string | null>
  wasActive(version: string): Promise<boolean>
  /** Those of the files that are not stored yet. */
  missing(hashes: ReadonlySet<string>): Promise<ReadonlySet<string>>
  /** Stores a version, all of whose files are stored or among `contents`; again is nothing new. */
  save(
    flowSet: Pick<FlowSet, 'version' | 'manifest' | 'lines'>,
    contents: ReadonlyMap<string, Uint8Array>,
  ): Promise<void>
  /** Notes what the folder of a node holds; the version must be stored. */
  remember(node: string, version: string, at: Temporal.Instant): Promise<void>
  /** Makes a stored version the active one and lets every node know. */
  activate(activation: Omit<Activation, 'number'>): Promise<Activation>
}
