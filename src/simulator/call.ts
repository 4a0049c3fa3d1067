import type { Refusal, Telephone, WhoAnswered } from './called-phones.ts'
import type { Clock } from './clock.ts'
import type { Conferences } from './conferences.ts'
import type { Method } from './document-request.ts'
import type { WebhookObservation } from './exchange.ts'
import type { Faults } from './faults.ts'
import type { Sids } from './identifiers.ts'
import type { Direction } from './inbound.ts'
import type { Ledger } from './ledger.ts'
import type { Interruption } from './leg.ts'
import type { PhoneReport, TurnTrace } from './phone-protocol.ts'
import type { Queues } from './queues.ts'
import type { Recordings } from './recordings.ts'
import type { Ring } from './ring.ts'
import type { Parameters } from './signature.ts'
import type { CallEnd } from './stage.ts'
import type { StartedStream, StreamWish } from './streams/call-streams.ts'
import type { SoundBank } from './streams/sound-bank.ts'
import type { StreamFaults } from './streams/stream-faults.ts'
import type { Send } from './wire.ts'

/** What a number of the account is set to do; as in Twilio's IncomingPhoneNumbers. */
export type NumberSettings = {
  readonly voiceUrl: string
  readonly voiceMethod?: Method
  readonly voiceFallbackUrl?: string
  readonly voiceFallbackMethod?: Method
  readonly statusCallback?: string
  readonly statusCallbackMethod?: Method
}

export type CallStatus = 'queued' | 'ringing' | 'in-progress' | CallEnd['status']

/** A call as the REST API shows it; times are milliseconds since the epoch. */
export type CallRecord = {
  readonly callSid: string
  readonly from: string
  readonly to: string
  readonly direction: Direction
  readonly parentCallSid: string | null
  readonly status: CallStatus
  /** When it began; of a call by the API, when that was asked for. */
  readonly startedAt: number
  /** When its telephone was dialled; null while it waits its turn. */
  readonly dialledAt: number | null
  readonly answeredAt: number | null
  readonly endedAt: number | null
  /** What machine detection found: `human`, `machine_start` …; null without it. */
  readonly answeredBy: string | null
  readonly sipCode: number | null
}

/** One call as whoever dialled it holds it. */
export type Call = {
  readonly callSid: string
  readonly from: string
  readonly to: string
  /** What has happened so far. */
  readonly history: readonly PhoneReport[]
  /** What has happened and what will, until the call is over. */
  readonly reports: () => AsyncGenerator<PhoneReport, void>
  /**
   * Waits for the next report of one of these types, counting from the last one this function gave;
   * null once the call is over.
   */
  readonly next: <Type extends PhoneReport['type']>(
    ...types: readonly Type[]
  ) => Promise<Extract<PhoneReport, { type: Type }> | null>
  /** Keys outside a `<Gather>` or `<Record>` are lost, as they are on the telephone. */
  readonly press: (keys: string) => void
  /** The person talks for so long: a recording does not take it for silence. */
  readonly speak: (milliseconds: number) => void
  readonly spoken: (utterance: number) => void
  readonly sound: (on: boolean) => void
  readonly hangUp: () => void
  /** Picks up a telephone that the carrier rings; later, and on an inbound call, nothing happens. */
  readonly answer: (by?: WhoAnswered) => void
  readonly refuse: (how: Refusal, sipCode?: number) => void
  readonly interrupt: (interruption: Interruption) => void
  readonly startStream: (wish: StreamWish) => StartedStream
  /** By name or SID; false when there is none. */
  readonly stopStream: (key: string) => boolean
  /** Puts what the server tells of its flow among the reports. */
  readonly trace: (turn: TurnTrace) => void
  readonly record: () => CallRecord
  /** Resolves when the line is down; never rejects. */
  readonly ended: Promise<CallEnd>
  /** Resolves when every webhook of the call has been answered or given up, late ones included. */
  readonly settled: Promise<void>
}

/** The carrier as one call sees it. */
export type CallSetting = {
  readonly accountSid: string
  readonly authToken: string
  readonly clock: Clock
  readonly faults: Faults
  readonly send: Send
  readonly route: (url: URL) => URL
  readonly newSid: Sids
  readonly apiUrl: () => string
  readonly recordings: Recordings
  readonly queues: Queues
  readonly conferences: Conferences
  readonly telephone: (address: string) => Telephone
  readonly ledger: Ledger
  /** Rings a telephone on behalf of a leg. */
  readonly ringFor: (leg: LegIdentity) => Ring
  readonly enter: (call: Call) => void
  readonly sounds: SoundBank
  readonly streamFaults: StreamFaults
  readonly actionAfterRedirect: boolean
  readonly documentLimit: number
  readonly observe: (observation: WebhookObservation) => void
}

/** Who is who on a leg. */
export type LegIdentity = {
  readonly callSid: string
  readonly from: string
  readonly to: string
  readonly direction: Direction
  readonly parentCallSid: string | null
  /** Which call of the carrier it is, from 0: what fault plans go by. */
  readonly ordinal: number
  /** What every request of it carries on top. */
  readonly parameters: Parameters
}
