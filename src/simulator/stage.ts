import type { Leg } from './leg.ts'
import type { Parameters } from './signature.ts'
import type { TwimlElement } from './twiml.ts'
import type { Delivery } from './webhook.ts'

export type Method = 'GET' | 'POST'

/** A document to fetch; `parameters` come on top of those every request has. */
export type DocumentRequest = {
  readonly url: string
  readonly method: Method
  readonly parameters: Parameters
}

/** How a call may end, and the status Twilio gives it. */
export type CallEnd = {
  readonly reason: 'hung-up-by-caller' | 'completed' | 'rejected' | 'busy' | 'failed'
  readonly status: 'completed' | 'busy' | 'no-answer'
}

/** What comes after a verb. */
export type Step =
  | { readonly kind: 'next' }
  | { readonly kind: 'document'; readonly request: DocumentRequest }
  | { readonly kind: 'end'; readonly end: CallEnd }
  | {
      readonly kind: 'fault'
      readonly code: number
      readonly message: string
      readonly url: string
    }

/** A sound file that the carrier has fetched. */
export type Sound =
  | { readonly kind: 'sound'; readonly url: string; readonly milliseconds: number }
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
}

export type Verb = (verb: TwimlElement, stage: Stage) => Promise<Step>

export const next: Step = { kind: 'next' }

/** An address in the document; null if it is none. */
export const resolveUrl = (text: string, stage: Stage): string | null => {
  const trimmed = text.trim()
  if (trimmed === '') return stage.documentUrl
  return URL.canParse(trimmed, stage.documentUrl) ? new URL(trimmed, stage.documentUrl).href : null
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
