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
}

export type CallbackPosition = { readonly requestedAt: Temporal.Instant; readonly id: string }

/** Reads for the API, newest first. */
export type CallbackList = {
  list(
    filter: { readonly state?: CallbackState },
    page: { readonly limit: number; readonly after?: CallbackPosition },
  ): Promise<readonly Callback[]>
}
