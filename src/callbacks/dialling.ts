import type { AttemptOutcome, CallbackReason } from './next-attempt.ts'

/** A request whose time has come, to be looked at whether it may be dialled now. */
export type RipeCallback = {
  readonly id: string
  readonly phone: string
  readonly queue: string
  readonly line: string | null
  readonly requestedAt: Temporal.Instant
  /** The database's clock. */
  readonly now: Temporal.Instant
}

/** One dialling of a request. The token belongs to it alone: every write and webhook carries it. */
export type Attempt = {
  readonly callbackId: string
  /** 128 random bits, hexadecimal. */
  readonly token: string
  readonly phone: string
  readonly queue: string
  readonly line: string | null
  readonly reason: CallbackReason
  /** By the database's clock. */
  readonly dialAt: Temporal.Instant
}

/** An attempt of which nothing has been heard for long. */
export type DoubtfulAttempt = Attempt & {
  readonly state: 'uncertain' | 'placed' | 'answered'
  readonly legSid: string | null
  /** Calls that are none of this attempt. */
  readonly earlierLegs: readonly string[]
  /** Past it a call that still stands in the carrier's line is taken back. */
  readonly dueUntil: Temporal.Instant | null
  /** The database's clock. */
  readonly now: Temporal.Instant
}

/** What a webhook of a leg meets. */
export type Adopted =
  /** It is the leg of the attempt. */
  | { readonly kind: 'ours'; readonly state: 'placed' | 'answered'; readonly callbackId: string }
  /** It was the leg of the attempt, which has ended. */
  | { readonly kind: 'past' }
  /** The attempt has another leg already: this one must not ring twice. */
  | { readonly kind: 'double' }
  /** The request has ended, or the attempt was given up and another is under way. */
  | { readonly kind: 'over' }

/** How an attempt ended by the carrier's word. */
export type LegEnd =
  | Extract<AttemptOutcome, 'no-answer' | 'busy' | 'failed' | 'canceled'>
  | 'completed'

export type Swept = {
  readonly expired: number
  readonly servedOtherwise: number
  readonly closedForNow: number
}

/** Every write is conditional on the state, and on the token where there is an attempt. */
export type DialStore = {
  /** Oldest first. */
  ripe(limit: number): Promise<readonly RipeCallback[]>
  makeDue(
    callbacks: readonly { readonly id: string; readonly until: Temporal.Instant }[],
  ): Promise<void>
  /** Not to be looked at again before. */
  postpone(
    callbacks: readonly { readonly id: string; readonly until: Temporal.Instant }[],
  ): Promise<void>
  /** Ends what has expired or was served otherwise; takes back what may not be dialled any more for now. */
  sweep(): Promise<Swept>
  /**
   * Begins the next attempt in the order of service, by all nodes together no more often than once in
   * `paceMs`. Operator-first: only with an operator who has answered for it; else only with more free
   * operators than people who stand before it. Null when there is nothing to begin.
   */
  claim(token: string, paceMs: number, leaseMs: number): Promise<Attempt | null>
  /** True while nobody has changed the attempt and its lease has not run out. */
  mayPost(token: string): Promise<boolean>
  /** The carrier has taken the order; `double`: the attempt has another leg. */
  place(token: string, legSid: string): Promise<'placed' | 'double' | 'over'>
  /** Nobody knows whether the carrier has taken the order. */
  doubt(token: string): Promise<boolean>
  /** The carrier has certainly not taken the order; for good: it never will. */
  refuse(token: string, forGood: boolean): Promise<boolean>
  /** A webhook or the carrier's list shows a leg that bears the token. */
  adopt(token: string, legSid: string): Promise<Adopted>
  rang(token: string, legSid: string): Promise<boolean>
  /** Somebody has answered, and no machine. */
  answered(token: string, legSid: string): Promise<boolean>
  /** A machine has answered: counts as rung in vain when the leg ends. */
  end(token: string, legSid: string, how: LegEnd): Promise<'done' | 'again' | 'failed' | 'over'>
  /** Attempts to be looked for, this time by this node. */
  doubtful(limit: number): Promise<readonly DoubtfulAttempt[]>
  /** The carrier has no call of an uncertain attempt; the second time, a minute later, it is given up. */
  noteMissing(token: string): Promise<'again' | 'failed' | null>
  count(name: 'double-dials' | 'late-legs'): Promise<void>
}

/** Bound to the transaction of a turn: what the person who was called says. */
export type CalledBack = {
  /** Asks for the operator: the place goes on as one on hold, of this call. False when there is none. */
  confirm(callSid: string): Promise<boolean>
  /** Does not want to be called any more. */
  decline(callSid: string): Promise<boolean>
}
