import type { Conferences } from './conferences.ts'
import type { DocumentRequest, Method } from './document-request.ts'
import type { Leg } from './leg.ts'
import type { Queues } from './queues.ts'
import type { CarrierRecording } from './recordings.ts'
import type { Ring } from './ring.ts'
import type { Parameters } from './signature.ts'
import type { StartedStream, StreamWish } from './streams/call-streams.ts'
import type { TwimlElement } from './twiml.ts'
import type { Delivery } from './webhook.ts'

/** How a call may end, and the status Twilio gives it. */
export type CallEnd = {
  readonly reason:
    | 'hung-up-by-caller'
    | 'completed'
    | 'rejected'
    | 'busy'
    | 'no-answer'
    | 'canceled'
    | 'failed'
  readonly status: 'completed' | 'busy' | 'no-answer' | 'canceled' | 'failed'
}

/** What comes after a verb. */
export type Step =
  | { readonly kind: 'next' }
  | { readonly kind: 'document'; readonly request: DocumentRequest }
  | { readonly kind: 'end'; readonly end: CallEnd }
  /** Out of the queue whose document this is. */
  | { readonly kind: 'leave' }
  | {
      readonly kind: 'fault'
      readonly code: number
      readonly message: string
      readonly url: string
    }

/** A sound file that the carrier has fetched. */
export type Sound =
  | {
      readonly kind: 'sound'
      readonly url: string
      readonly milliseconds: number
      /** What it says; both empty when its server does not tell. */
      readonly text: string
      readonly language: string
    }
  | {
      readonly kind: 'fault'
      readonly code: number
      readonly message: string
      readonly url: string
    }

/** Where a verb runs: the leg, the document it stands in, and the ways out of the call. */
export type Stage = {
  readonly leg: Leg
  /** The document's own URL, which relative ones start at. */
  readonly documentUrl: string
  readonly fetchSound: (url: string) => Promise<Sound>
  /** Sends a webhook that does not steer the call, and does not wait for it. */
  readonly callBack: (
    kind: 'status' | 'recording' | 'document',
    request: DocumentRequest,
    standard: boolean,
  ) => Promise<Delivery>
  readonly newSid: (prefix: string) => string
  readonly recordingUrl: (recordingSid: string) => string
  readonly keepRecording: (recording: Omit<CarrierRecording, 'callSid'>) => void
  readonly callSid: string
  readonly from: string
  readonly queues: Queues
  readonly conferences: Conferences
  /** Streams run beside the verbs, until they are stopped or the call ends. */
  readonly startStream: (wish: StreamWish) => StartedStream
  readonly stopStream: (name: string) => boolean
  /** Makes the leg look again at what it waits for. */
  readonly nudge: () => void
  /** Hangs the call up from the carrier's side, as `<Hangup>` in a waiting document does. */
  readonly endCall: () => void
  /** Rings a telephone on behalf of this leg. */
  readonly ring: Ring
  /** Whether the document is heard in a queue, which it can leave. */
  readonly inQueue: boolean
  /** Runs documents beside the call's own: what is heard while waiting, or before a bridge. */
  readonly aside: (aside: Aside) => Promise<AsideEnd>
  /** Asks for the action of a verb whose leg a REST redirect took away, as of one that hung up. */
  readonly actionAfterRedirect: boolean
}

export type Aside = {
  readonly request: DocumentRequest
  /** Verbs that may stand in it; others are noted with `code` and passed over. */
  readonly verbs: readonly string[]
  readonly code: number
  readonly inQueue?: boolean
  /** What each request of it carries on top; asked each time. */
  readonly parameters?: () => Parameters
}

export type AsideEnd = 'exhausted' | 'left' | 'hung-up' | 'failed' | 'interrupted'

export type Verb = (verb: TwimlElement, stage: Stage) => Promise<Step>

export const next: Step = { kind: 'next' }

/** An address in the document; null if it is none. */
export const resolveUrl = (text: string, stage: Stage): string | null => {
  const trimmed = text.trim()
  if (trimmed === '') return stage.documentUrl || null
  // A document that was given and not fetched has no address for relative ones to start at.
  const base = stage.documentUrl === '' ? undefined : stage.documentUrl
  return URL.canParse(trimmed, base) ? new URL(trimmed, base).href : null
}

/** The request that a verb's `action` asks for; without one the document is asked for again. */
export const actionOf = (verb: TwimlElement, stage: Stage, parameters: Parameters): Step => {
  const text = verb.attributes['action'] ?? ''
  const url = resolveUrl(text, stage)
  if (url === null) {
    const message = `Invalid URL format: ${text}`
    return { kind: 'fault', code: 11100, message, url: text }
  }
  return { kind: 'document', request: { url, method: methodOf(verb), parameters } }
}

export const methodOf = (verb: TwimlElement, name = 'method'): Method =>
  verb.attributes[name]?.toUpperCase() === 'GET' ? 'GET' : 'POST'

/** A whole number attribute; the model has seen to its form. */
export const numberOf = (verb: TwimlElement, name: string, absent: number): number => {
  const text = verb.attributes[name]
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : absent
}

/** How often a `loop` plays: 0 stands for "until hang-up", which is a thousand times. */
export const loopOf = (verb: TwimlElement): number => {
  const loop = numberOf(verb, 'loop', 1)
  return loop === 0 ? 1000 : Math.min(loop, 1000)
}
