import type { Callback, CallbackState, CallbackWindow } from './callback.ts'

export type CallbackWish = {
  /** Null when it is not asked for in a call. */
  readonly callSid: string | null
  readonly phone: string
  readonly queue: string
  readonly topic: string | null
  /** Null = as soon as possible. */
  readonly window: CallbackWindow | null
  readonly now: Temporal.Instant
  /** Line it is asked for on, whose number the person will see; default: one that has the queue. */
  readonly line?: string | null
  /** BCP 47; default: that of the hotline. */
  readonly language?: string
  readonly order?: 'operator-first' | 'caller-first'
  /** Set where a talk was lost and is taken up again: the place begins when the first one did. */
  readonly brokenOff?: {
    readonly talkId: string
    readonly operator: string
    readonly since: Temporal.Instant
  }
  /** Until when it is promised; default: the end of the window, else two hours from now. */
  readonly promisedBy?: Temporal.Instant
  /** What the operator needs and how it ranks; absent: anyone, without priority. */
  readonly need?: {
    readonly skills: readonly string[]
    readonly priority: number
    readonly tier: 1 | 2 | 3 | null
    readonly businessNumber: string | null
  }
}

/** Requests of one transaction. */
export type CallbackRequests = {
  /**
   * The open request of a number. Until the transaction ends, no other one asks for the same
   * number: fifty requests at once find one another.
   */
  findOpen(phone: string): Promise<Callback | null>
  /** Requests of a number made after an instant, whatever has become of them. */
  countSince(phone: string, since: Temporal.Instant): Promise<number>
  create(wish: CallbackWish): Promise<Callback>
  /** Gives an open request the window, queue and topic of a newer wish. */
  move(callback: Callback, wish: CallbackWish): Promise<Callback>
  /** Gives up an open request that nobody has begun to dial; false when it is too late for that. */
  cancel(callback: Callback, reason: string): Promise<boolean>
}

export type CallbackPosition = { readonly requestedAt: Temporal.Instant; readonly id: string }

/** Reads for the API, newest first. */
export type CallbackList = {
  list(
    filter: { readonly state?: CallbackState },
    page: { readonly limit: number; readonly after?: CallbackPosition },
  ): Promise<readonly Callback[]>
  find(id: string): Promise<Callback | null>
}

/** What became of an order to end a request. */
export type StoppedCallback =
  /** `legSid`: its leg, to be hung up. */
  | { readonly kind: 'cancelled'; readonly legSid: string | null }
  /** It had come to its end before, or the person is being served. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'unknown' }

/** Figures of all nodes together, with what they are divided by. */
export type CallbackFigures = {
  /** Open requests by state. */
  readonly open: Readonly<Record<string, number>>
  /** Requests of thirty days whose promised time is over … */
  readonly promised: number
  /** … and whose telephone rang before it was. */
  readonly kept: number
  /** Requests of thirty days that came to their end after an attempt that rang … */
  readonly tried: number
  /** … and led to a talk. */
  readonly reached: number
  /** Attempts that nobody knows the outcome of, for longer than ten minutes. Should be 0. */
  readonly uncertainTooLong: number
  /** Second legs of one attempt, since ever. Must be 0. */
  readonly doubleDials: number
  /** Legs that told of themselves after their request had ended, since ever. */
  readonly lateLegs: number
}
