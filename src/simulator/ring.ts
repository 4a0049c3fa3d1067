import type { Refusal } from './called-phones.ts'
import type { Method } from './document-request.ts'

/** How far a telephone is that a document rings. */
export type RingState = 'ringing' | 'answered' | 'ready' | 'over'

/** Where the progress of a leg is told. */
export type ProgressNews = {
  readonly url: string
  readonly method: Method
  readonly events: readonly string[]
}

export type MachineDetection = {
  readonly mode: 'Enable' | 'DetectMessageEnd'
  /** Where an asynchronous result goes; null: the document waits for the result. */
  readonly news: { readonly url: string; readonly method: Method } | null
}

/** A telephone to ring on behalf of a leg. */
export type RingWish = {
  readonly to: string
  readonly from: string
  readonly seconds: number
  readonly custom: Readonly<Record<string, string>>
  /** What the one who is called hears before the bridge. */
  readonly whisper: { readonly url: string; readonly method: Method } | null
  readonly news: ProgressNews | null
  readonly machineDetection: MachineDetection | null
  /** No telephone can have this address: the leg fails without ringing. */
  readonly invalid: boolean
  readonly changed: () => void
}

/** The leg of a rung telephone, as the leg holds it that rings. */
export type RungLeg = {
  readonly callSid: string
  readonly state: () => RingState
  /** What became of it, once it is over. */
  readonly result: () => { readonly status: 'completed' | Refusal; readonly sipCode: number }
  /** Whether the API led it elsewhere. */
  readonly ledAway: () => boolean
  readonly release: () => void
}

export type Ring = (wish: RingWish) => RungLeg

/** Source: IANA's registry of SIP response codes, as Twilio reports them. */
export const sipCodes: Readonly<Record<'completed' | Refusal, number>> = {
  completed: 200,
  busy: 486,
  'no-answer': 487,
  failed: 503,
  canceled: 487,
}
