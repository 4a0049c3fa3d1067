import type { Concern, Place, PlaceResult } from './place.ts'

/** Somebody asks for a person. */
export type PlaceWish = Concern & {
  readonly callSid: string
  /** Set when a broken-off talk is taken up again. */
  readonly preferredOperator?: string
  /** When waiting began, where that was before this place: a broken-off talk. Default: now. */
  readonly since?: Temporal.Instant
}

/** A place that is to be made with a turn. */
export type NewPlace = {
  /** Made just now (UUID version 7): it tells when. */
  readonly id: string
  readonly wish: PlaceWish
  /** As in `PlaceTransaction.take`. */
  readonly limit: number
}

export type Taken =
  | { readonly kind: 'taken'; readonly place: Place }
  /** The queue holds as many as it may; somebody who has a place keeps it all the same. */
  | { readonly kind: 'full' }
  /** No operator is signed in who could serve this person, not even one on a break. */
  | { readonly kind: 'nobody' }

/** Why somebody on hold left the line. */
export type LeftLine = Extract<PlaceResult, 'left' | 'timeout' | 'closed'>

/** Places, written in the transaction of a turn. */
export type PlaceTransaction = {
  /**
   * Makes the place of a call. A call that has an open one keeps it and is in line again; what it
   * wants may have changed, `since` has not, and an organisation once known stays known. Somebody who waits to be called back as soon as possible
   * and calls meanwhile stands where the callback stands. Takes at the same moment may exceed `limit`.
   *
   * @param confirm done first where the call was dialled for a callback that has not been confirmed
   */
  take(wish: PlaceWish, limit: number, confirm?: () => Promise<unknown>): Promise<Taken>
  /**
   * Turns the open place of a call into a callback, or makes a callback place that begins now: one
   * statement, `since` kept. A callback that has its place already keeps that one, with the newer wish.
   */
  changeToCallback(change: {
    readonly callSid: string
    readonly callbackId: string
    readonly wish: PlaceWish
    readonly window: Place['window']
  }): Promise<Place>
  /**
   * Takes a call out of the line: nobody is offered it any more, an operator being rung for it is
   * freed (the leg is cut by the router). The place stays: the same call may take it up again or change
   * it to a callback; else it ends with this result when the call ends. False when nothing waits.
   */
  leave(callSid: string, result: LeftLine): Promise<boolean>
}

/** Where somebody stands. */
export type Standing = {
  readonly place: Place
  /** People to be served before, 0 = next. */
  readonly ahead: number
  /** Operators signed in for it, whatever they do at the moment. */
  readonly operators: number
  /** Of these who are free. */
  readonly free: number
  readonly waitedSeconds: number
  /** What was told last, and how long ago; null = nothing yet. */
  readonly told: { readonly seconds: number; readonly agoSeconds: number } | null
}

/** A place that was ended; the leg of an operator who was being rung for it, to be cut. */
export type Left = { readonly placeId: string; readonly legSid: string | null }

export type PlaceStore = {
  find(id: string): Promise<Place | null>
  standing(id: string): Promise<Standing | null>
  /** Notes what the person was told of the wait. */
  noteTold(id: string, seconds: number): Promise<void>
  /** Ends a place that waits or is reserved, and frees the operator; null when it had ended or is talking. */
  end(id: string, result: PlaceResult): Promise<Left | null>
  /** As `leave` of a turn's transaction, in one of its own; answers the leg to be cut. */
  leave(callSid: string, result: LeftLine): Promise<Left | null>
  /**
   * The call of somebody on hold is over: the place ends with the result it left the line with, else
   * `left`. Null when it has no open place, or is talking.
   */
  callEnded(callSid: string): Promise<Left | null>
}

/** An operator held for a place. */
export type Reservation = {
  readonly id: string
  readonly place: Place
  readonly operator: { readonly login: string; readonly contact: string }
  /** The one who waits is an operator in a talk, who wants to ask somebody. */
  readonly isConsultation: boolean
  readonly state: 'ringing' | 'answered' | 'bridged' | 'ended'
  readonly leaseUntil: Temporal.Instant
  readonly legSid: string | null
}

/** A new reservation, with the number that the caller dialled; null: whoever waits is in no call. */
export type Claimed = Reservation & { readonly dialled: string | null }

/** Why a reservation ended without a talk. */
export type ReleaseReason =
  | 'no-answer'
  | 'declined'
  | 'busy'
  | 'caller-left'
  | 'leg-failed'
  /** The carrier takes no orders now: nobody's miss. */
  | 'carrier-away'
  /** The carrier rings no such address: the operator goes on a break. */
  | 'bad-contact'
  | 'lease-over'
  | 'signed-out'

/** Reservations: every change is one conditional statement, so that two of anything have one effect. */
export type Claims = {
  /**
   * Claims up to `limit` pairs of waiting place and available operator, in the order of service, and no more
   * than the carrier begins calls for by its pace, where they count as begun; atomic on any number of nodes,
   * which at one moment may exceed the pace: all wait longer then. Leases end `ringSeconds` plus a margin
   * from now.
   */
  claim(limit: number): Promise<readonly Claimed[]>
  find(id: string): Promise<Reservation | null>
  /** Binds the leg that was dialled for a reservation; false when it is over, or has another leg. */
  bindLeg(id: string, legSid: string): Promise<boolean>
  /**
   * The operator's leg has answered; again for the same leg answers the same. Null when the reservation
   * is over (the caller has left, the lease ran out) or has another leg: that leg is to be hung up.
   */
  answer(id: string, legSid: string): Promise<Reservation | null>
  /** Puts the end of the lease so many seconds from now; false when the reservation is bridged or over. */
  extend(id: string, seconds: number): Promise<boolean>
  /**
   * Both are in the conference: the place is talking, the operator too, the talk begins, and the call log says
   * with whom. True the first time. Without `talk` call and conference are those of the place's call.
   */
  bridge(
    id: string,
    talk?: { readonly callSid: string; readonly conference: string },
  ): Promise<boolean>
  /**
   * As `bridge`, for a caller on hold who comes to the operator who has answered: place and operator; null where
   * that is not so, or it was done before.
   */
  bridgeCaller(
    id: string,
    callSid: string,
  ): Promise<{ readonly placeId: string; readonly login: string } | null>
  /**
   * Gives the place back unharmed and frees the operator (to break after every third miss in a row);
   * with `caller-left` the place of somebody on hold ends. False when it was over or is bridged.
   */
  release(id: string, reason: ReleaseReason): Promise<boolean>
  /** The talk is over: the place is served, the operator writes up. False when it was not bridged. */
  finish(id: string, wrapUpSeconds: number): Promise<boolean>
  /** The operator has written up; false when there was nothing to. */
  endWrapUp(login: string): Promise<boolean>
  /** Reservations past their lease, released; wrap-ups that are over, ended. Answers how many. */
  sweep(): Promise<number>
  /** Legs of reservations that are over and may still ring; each is given out once. */
  legsToCut(): Promise<readonly string[]>
  /** The open reservation of a call on hold. */
  openOf(callSid: string): Promise<Reservation | null>
}

/** What a change was about, with all that hangs on it; nothing named: it may have been anything. */
export type Touched = {
  readonly placeId?: string
  readonly login?: string
  /** Nobody more waits and nobody more is free: routers need not look. */
  readonly makesNoPair?: true
}

/** What changed, as a hint to every node; the truth is in the rows. */
export type Hints = {
  /** Tells the other nodes, and this one, that queues or operators changed; coalesced, may get lost. */
  hint(touched?: Touched): void
  /** Calls back soon after any node's hint; answers a function that stops it. Others tell not what. */
  onHint(listener: (touched: Touched) => void): () => void
}
