import type { FetchAnswer, FetchRequest } from '../voicexml/fetch-request.ts'
import type { Recording } from '../voicexml/recording.ts'

/** What turns need of the world outside the flow folder. */
export type Outside = {
  readonly web: Web
  readonly texts: FetchedTexts
  readonly sent: SentRequests
  /** Milliseconds that only ever go forward. */
  readonly elapsed: () => number
  readonly pause: (milliseconds: number) => Promise<void>
}

export type Web = {
  /** Carries out a request within so many milliseconds. Whatever goes wrong is an answer; never rejects. */
  fetch(request: FetchRequest, timeoutMs: number): Promise<FetchAnswer>
}

/** Audio of a recording with its media type; null: it is not to be had before the signal. */
export type ReadRecording = (
  recording: Recording,
  signal: AbortSignal,
) => Promise<{ readonly bytes: Uint8Array; readonly type: string } | null>

/** Texts that calls stand on, by hash: any node carries such a call on, also after a restart. */
export type FetchedTexts = {
  /** Those that are there; a missing one is left out. */
  load(hashes: readonly string[]): Promise<ReadonlyMap<string, string>>
  keep(texts: ReadonlyMap<string, string>): Promise<void>
}

/** One request that changes something where it arrives. */
export type SentRequest = {
  readonly callSid: string
  readonly turn: number
  /** How many were sent in the turn before it. */
  readonly ordinal: number
  readonly request: FetchRequest
}

/** So that no request is sent twice, however often its turn is taken, and on whatever node. */
export type SentRequests = {
  /** `unanswered`: it has been sent, or is just being sent; what came of it is not known. */
  claim(
    sent: SentRequest,
  ): Promise<
    | { readonly kind: 'first' }
    | { readonly kind: 'answered'; readonly answer: FetchAnswer }
    | { readonly kind: 'unanswered' }
  >
  answered(sent: SentRequest, answer: FetchAnswer): Promise<void>
}
