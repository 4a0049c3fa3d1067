import type { Place } from './place.ts'

/** A talk under way, as operators and supervisors act on it. */
export type Talk = {
  readonly id: string
  readonly reservationId: string
  readonly login: string
  readonly place: Pick<Place, 'id' | 'queue' | 'language' | 'phone' | 'topic'>
  /** The caller's call. */
  readonly callSid: string
  readonly conference: string
  /** The operator's leg. */
  readonly legSid: string
  readonly isHeld: boolean
  readonly transfer: Transfer | null
}

export type Transfer = {
  readonly kind: 'warm' | 'blind'
  /** Login of an operator, or name of a queue. */
  readonly to: string
  readonly state: 'ringing' | 'consulting' | 'failed'
}

/** Where a caller is handed on to. */
export type Handover = {
  readonly queue: string
  readonly skills: readonly string[]
  /** The operator it is meant for; null = whoever is free in the queue. */
  readonly operator: string | null
}

export type TalkStore = {
  /** The talk an operator is in; null = none. */
  of(login: string): Promise<Talk | null>
  /** The talk that a leg of an operator is in. */
  ofLeg(legSid: string): Promise<Talk | null>
  find(id: string): Promise<Talk | null>
  /** The talk of a place. */
  ofPlace(placeId: string): Promise<Talk | null>
  /** Reservations of talks that began longer than so many seconds ago. */
  openFor(seconds: number): Promise<readonly string[]>
  /** False when the talk is over. */
  setHeld(id: string, isHeld: boolean): Promise<boolean>
  setMuted(id: string, isMuted: boolean): Promise<boolean>
  /** As `of`, of an operator who is hanging up: it is noted that the talk is not lost. */
  hangingUp(login: string): Promise<Talk | null>
  setTransfer(id: string, transfer: Transfer | null): Promise<boolean>
  /**
   * Ends the talk and gives the caller a new place, in one transaction: with the same `since` and ahead of
   * everybody within the bound of priority. False when the talk is over.
   */
  handOn(talk: Talk, to: Handover, wrapUpSeconds: number): Promise<boolean>
  /** A place for the operator's own leg, who wants to consult somebody. False when the talk is over, or has one. */
  consult(talk: Talk, to: Handover): Promise<boolean>
  /** Who is being rung for a leg, or consulted by it; null = nobody. */
  consulted(legSid: string): Promise<{
    readonly reservationId: string
    readonly legSid: string | null
    readonly login: string
  } | null>
  /** Whether an operator is free, and speaks a language. */
  canTake(login: string, language: string): Promise<boolean>
}
