import type { CallEvent } from '../calls/call.ts'

/** What a flow hears of the person its caller asked for. */
export type WaitStatus = 'bridged' | 'left' | 'timeout' | 'closed' | 'full' | 'error'

/** How a wait in a queue came out. */
export type WaitEnd = {
  readonly kind: 'ended'
  readonly status: WaitStatus
  /** Until the talk began, or the caller left. */
  readonly waitedSeconds: number
  /** Login of the last operator the caller talked to; null = nobody. */
  readonly operator: string | null
  /** All that happened from taking the place on, for the call log. */
  readonly events: readonly CallEvent[]
}

/** What the carrier tells of a caller who waited. */
export type WaitNews =
  /** The caller left the queue: by key, or because a wait document said so. */
  | 'left'
  /** The conference is over for the caller, who is still there. */
  | 'talk-over'
  /** The carrier's own queue takes nobody more. */
  | 'full'
  | 'fault'
  /** The caller was taken elsewhere by an order of ours. */
  | 'moved'
  /** The call is over. */
  | 'hung-up'

/** What calls want of the queues. */
export type QueueWaits = {
  /** A call has taken a place, and its turn is committed. */
  readonly began: (placeId: string) => void
  /**
   * Takes the news of a wait and says how it ended; the same news again, the same answer.
   *
   * @param placeId the place that was taken when the wait began; a caller handed on has another by now
   */
  readonly end: (callSid: string, placeId: string, news: WaitNews) => Promise<WaitEnd | WaitGoesOn>
}

/** The caller is to be sent back: into the queue, or into the room where an operator talks. */
export type WaitGoesOn =
  | { readonly kind: 'waits'; readonly queue: string; readonly place: string }
  | { readonly kind: 'talks'; readonly reservation: string }
