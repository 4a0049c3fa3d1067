import type { Gap } from './sound.ts'

/** A stream by its call: the first one by the answer, others as they were ordered. */
export type StreamId = { readonly callSid: string; readonly ordinal: number }

/** What became of an attempt to take a stream. */
export type OpenedStream =
  | {
      readonly kind: 'opened'
      /** Time of the database when it was taken. */
      readonly at: Temporal.Instant
      readonly phone: string
      /** Number of the line; null when no line has the dialled number any more. */
      readonly line: string | null
    }
  /** Its token has been used, or its identifier is another stream's. */
  | { readonly kind: 'used' }
  | { readonly kind: 'call-over' }
  | { readonly kind: 'unknown-call' }

/** A finished file of a stream. */
export type KeptStream = Takings & {
  /** Null: as noted when it was taken. */
  readonly startedAt: Temporal.Instant | null
  readonly hash: string
  readonly bytes: number
}

/** What came of a stream. */
export type Takings = {
  readonly milliseconds: number
  /** Null, as what follows: unknown of a stream whose node died. */
  readonly frames: number | null
  /** Messages that never came. */
  readonly lost: number | null
  readonly repeated: number | null
  readonly gaps: readonly Gap[]
}

/** Streams in the database. */
export type StreamStore = {
  /**
   * Takes a stream for this node; the same one is never taken twice.
   *
   * @param begunMs so long ago it began: a call that was over before has none
   */
  open(id: StreamId, streamSid: string, node: string, begunMs: number): Promise<OpenedStream>
  /** Prolongs the leases of a node; those it still has, which is fewer when it was taken for dead. */
  renew(node: string): Promise<readonly StreamId[]>
  /** Notes that it comes no more, while its file cannot be kept yet: its call may be given another one. */
  stop(id: StreamId, node: string): Promise<void>
  /** The file is kept: `ended`. False when another node has finished the stream meanwhile. */
  keep(id: StreamId, node: string, kept: KeptStream, reason: string): Promise<boolean>
  /** Nothing of it is kept. */
  drop(id: StreamId, node: string, state: 'lost' | 'failed', reason: string): Promise<void>
  /** Takes over, of streams whose files are here, those of dead nodes, also when they were given up for lost. */
  takeOver(node: string, here: readonly StreamId[]): Promise<readonly StreamId[]>
  /** What was taken over could not be finished: somebody may take it over again at once. */
  giveBack(id: StreamId, node: string): Promise<void>
  /** Whether a stream has been finished, one way or another. */
  isOver(id: StreamId): Promise<boolean>
  /** A node that is certainly dead has no leases. */
  expire(node: string): Promise<void>
  /**
   * Orders the next stream of a call that goes on without one; null when it has one, one is on its way,
   * the last attempt is too recent, or the call is over.
   */
  orderNext(callSid: string): Promise<StreamId | null>
  isCallOver(callSid: string): Promise<boolean>
  /** Calls that go on without the stream they should have. `lines`: those that are recorded. */
  broken(lines: readonly string[]): Promise<readonly string[]>
  noteFault(fault: {
    readonly callSid: string
    readonly streamSid: string | null
    readonly why: string
  }): Promise<void>
}
