import type { Json } from '../voicexml/turn.ts'

/** How a call ended, as the call log shows it; `in-progress` until it has. */
export const outcomes = [
  'in-progress',
  'self-served',
  'operator',
  'callback-requested',
  'abandoned-in-menu',
  'abandoned-in-queue',
  'closed-hours',
  'refused',
  'failed',
] as const

export type Outcome = (typeof outcomes)[number]

export const isOutcome = (text: string): text is Outcome =>
  (outcomes as readonly string[]).includes(text)

/**
 * The outcome of a call that is marked once more. The last mark stands, but a callback that was promised
 * is not forgotten for what the caller listens to afterwards; only talking to an operator outweighs it.
 */
export const outcomeAfter = (before: Outcome | null, mark: Outcome): Outcome =>
  before === 'callback-requested' && mark !== 'operator' ? before : mark

/** What is known of a call when it comes in. */
export type NewCall = {
  /** `CA` and 32 hexadecimal digits. */
  readonly callSid: string
  readonly direction: 'inbound' | 'outbound'
  /** As the carrier gave it: E.164, or any text such as `anonymous`. */
  readonly from: string
  readonly to: string
  /** Number of the line; null when no line has the dialled number. */
  readonly line: string | null
  readonly language: string
  readonly startedAt: Temporal.Instant
  /** ISO 3166-1 alpha-2 country of the caller's number. */
  readonly callerCountry: string | null
  /** Path of the document the call began with. */
  readonly flowDocument: string | null
  /** Version of the flow folder that the call runs on to its end. */
  readonly flowVersion: string
}

/** What a turn changes in the call log; an absent key changes nothing. */
export type CallChanges = {
  readonly language?: string
  readonly outcome?: Outcome
  readonly topic?: string
  readonly queue?: string
  readonly caseNumber?: string
  readonly callbackTicket?: string
  readonly endedAt?: Temporal.Instant
}

/** Changes and what came after them, as one. */
export const changesAfter = (before: CallChanges, later: CallChanges): CallChanges => ({
  ...before,
  ...later,
  ...(later.outcome === undefined
    ? {}
    : { outcome: outcomeAfter(before.outcome ?? null, later.outcome) }),
})

/** One entry of the call log's events; `data` has the keys that belong to `type`. */
export type CallEvent = {
  readonly at: Temporal.Instant
  readonly type: string
  readonly data: { readonly [key: string]: Json }
}
