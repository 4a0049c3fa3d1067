/** What became of an order to the carrier. */
export type Dialled = { readonly kind: 'placed'; readonly legSid: string } | NotPlaced

/** An order that was not carried out, or may not have been. */
export type NotPlaced =
  /** Certainly not placed: refused, or the carrier was never reached. */
  | {
      readonly kind: 'refused'
      readonly code: string
      readonly message: string
      /** Nothing is wrong with the one to be rung: the carrier takes no orders from us now. */
      readonly isTemporary: boolean
    }
  /** Nobody knows: the answer was lost, or the carrier failed after it may have accepted. */
  | { readonly kind: 'uncertain'; readonly message: string }

export type DialOrder = {
  /** `+E164`, `client:LOGIN` or `sip:…`. */
  readonly to: string
  /** E.164 of a line. */
  readonly from: string
  /** Path of the webhook that says what the leg hears, `/voice/…`; it carries the token of the order. */
  readonly path: string
  readonly statusPath: string
  /** 5–120. */
  readonly ringSeconds: number
  readonly detectMachine: boolean
}

/** A call by the carrier's word. */
export type CarrierCall = {
  readonly callSid: string
  readonly to: string
  readonly from: string
  readonly status: string
  readonly createdAt: Temporal.Instant
}

export type Participant = { readonly conference: string; readonly callSid: string }

/** The carrier's REST side. Nothing here is repeated by itself: an order may have been carried out. */
export type CarrierPort = {
  dial(order: DialOrder): Promise<Dialled>
  /** Ends a leg in whatever state; false when it was over. */
  hangUp(callSid: string): Promise<boolean>
  /** Whether a call is placed, rings or is talked on, by the carrier's word. */
  isLive(callSid: string): Promise<boolean>
  /** Makes a live call fetch another webhook; false when it is over. */
  redirect(callSid: string, path: string): Promise<boolean>
  /** Calls placed since, queued ones too, newest first: the evidence for an uncertain order. */
  findCalls(query: {
    readonly to: string
    readonly from: string
    readonly since: Temporal.Instant
  }): Promise<readonly CarrierCall[]>
  hold(participant: Participant, isHeld: boolean): Promise<boolean>
  mute(participant: Participant, isMuted: boolean): Promise<boolean>
  /** Whispers to one participant alone; null ends it. */
  coach(participant: Participant, toCallSid: string | null): Promise<boolean>
  /** Says whether the conference ends when this participant leaves it. */
  endOnExit(participant: Participant, ends: boolean): Promise<boolean>
  remove(participant: Participant): Promise<boolean>
}
