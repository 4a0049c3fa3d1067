/**
 * States of a request to be called back. `uncertain`: the carrier may or may not have placed the
 * call; only evidence ends it, never a repeat.
 */
export const callbackStates = [
  'queued',
  'due',
  'dialing',
  'placed',
  'uncertain',
  'answered',
  'done',
  'failed',
  'expired',
  'cancelled',
] as const

export type CallbackState = (typeof callbackStates)[number]

export const isCallbackState = (text: string): text is CallbackState =>
  (callbackStates as readonly string[]).includes(text)

export type CallbackWindow = { readonly from: Temporal.Instant; readonly to: Temporal.Instant }

/** A request to be called back. A person has one open request at most. */
export type Callback = {
  readonly id: string
  /** Digits that the caller is told. */
  readonly ticket: string
  /** E.164. */
  readonly phone: string
  readonly queue: string
  readonly topic: string | null
  /** Null = as soon as possible. */
  readonly window: CallbackWindow | null
  readonly state: CallbackState
  /** Attempts that rang. */
  readonly attempts: number
  readonly requestedAt: Temporal.Instant
  /** When the first attempt rang; null = none has yet. */
  readonly startedAt: Temporal.Instant | null
  /** Not begun before; null on one that has ended. */
  readonly nextAttemptAt: Temporal.Instant | null
  /** Until when it was promised. */
  readonly promisedBy: Temporal.Instant | null
  /** Why it came to its end: `served`, `unreached`, `too-late`, `by-citizen` …; null while it is open. */
  readonly endedReason: string | null
  /** Call in which it was asked for. */
  readonly callSid: string | null
}

/** While nobody has begun to dial, the caller may still choose another window. */
export const isMovable = (state: CallbackState): boolean => state === 'queued' || state === 'due'
