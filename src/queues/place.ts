/** How a person waits: on the line, or for the call that was promised. */
export type WaitingMode = 'hold' | 'callback'

/**
 * `waiting`: for an operator. `reserved`: one is being rung. `talking`: with one. `ended` for good.
 */
export type PlaceState = 'waiting' | 'reserved' | 'talking' | 'ended'

/** How waiting came to its end. */
export type PlaceResult =
  | 'served'
  /** Hung up, or left the queue by key, without a callback. */
  | 'left'
  /** Waited as long as the queue allows. */
  | 'timeout'
  /** The line closed meanwhile. */
  | 'closed'
  /** A callback that could not be kept: not reached, not allowed, too late. */
  | 'unreached'
  | 'cancelled'
  | 'failed'

/** Room of a place: unguessable, and without anything personal. */
export const conferenceOf = (placeId: string): string => `place-${placeId}`

/** Who wants to talk to a person, and what about. */
export type Concern = {
  /** E.164, or what the carrier gave for a caller without a number. */
  readonly phone: string
  readonly queue: string
  readonly topic: string | null
  /** BCP 47; an operator needs it. */
  readonly language: string
  /** An operator needs all of them. */
  readonly skills: readonly string[]
  /** Points of the queue and of the business tier together, −100 to 200. */
  readonly priority: number
  /** Business tier 1 (highest) to 3; null for citizens. */
  readonly tier: 1 | 2 | 3 | null
  /** INN or OGRN, checked; null for citizens. */
  readonly businessNumber: string | null
}

/**
 * A person's position in a queue, by hold or by callback. Made once; `since` never changes, whatever
 * the person changes to, so that nobody who came later at equal priority and skill is served earlier.
 */
export type Place = Concern & {
  readonly id: string
  /** The live call of somebody on hold; of a callback the call it was asked for in, or null. */
  readonly callSid: string | null
  readonly since: Temporal.Instant
  /** Order of service: `since`, put forward by priority for ten minutes at most. */
  readonly rankAt: Temporal.Instant
  readonly mode: WaitingMode
  readonly state: PlaceState
  /** Null until it has ended. */
  readonly result: PlaceResult | null
  /** Whom the person was talking to when the call broke off. */
  readonly preferredOperator: string | null
  /** Window of a callback; null = as soon as possible, or on hold. */
  readonly window: { readonly from: Temporal.Instant; readonly to: Temporal.Instant } | null
}
