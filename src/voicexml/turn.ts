import type { QueuedPrompt } from './prompt-queue.ts'
import type { Recording } from './recording.ts'
import type { Session } from './session.ts'

/** JSON value: all that crosses the border of the engine. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

/** What the world answers to a wait. */
export type Input =
  /**
   * The keys the caller pressed, without the terminating key. Empty: nothing within the timeout.
   * Characters outside `0-9*#` make the input match nothing.
   */
  | { readonly kind: 'digits'; readonly digits: string }
  /** `language`: from now on the language in force (only `builtin:hotline/language` sends it). */
  | { readonly kind: 'object-result'; readonly result: Json; readonly language?: string }
  /** The platform function failed: the event to throw, such as `error.unsupported.objectname`. */
  | { readonly kind: 'object-error'; readonly event: string; readonly message: string }
  | RecordingInput
  | TransferInput
  /** The caller has been sent on for good, as a blind transfer asks. */
  | { readonly kind: 'transferred'; readonly to: TransferWait }
  /** The caller is gone: handlers of `connection.disconnect.hangup` run without input and output. */
  | { readonly kind: 'hangup' }

/** A recording is over. */
export type RecordingInput = {
  readonly kind: 'recording'
  /** Null: nothing was recorded. */
  readonly recording: Recording | null
  /** The key that ended it; empty: none did. */
  readonly key: string
  /** The caller hung up, which ended it. */
  readonly hungUp: boolean
}

/** A bridge or a consultation is over, or never came about. */
export type TransferInput = {
  readonly kind: 'transfer'
  readonly result: TransferResult
  /** Time that the two talked; 0: they never did. */
  readonly seconds: number
  /** The caller hung up, which ended it. */
  readonly hungUp: boolean
}

/** How a transfer ends (VoiceXML 2.0 section 2.3.7). */
export type TransferResult =
  | 'busy'
  | 'noanswer'
  | 'network_busy'
  | 'near_end_disconnect'
  | 'far_end_disconnect'
  | 'network_disconnect'
  | 'maxtime_disconnect'
  | 'unknown'

/** Where a turn stops and what it wants to go on. */
export type Wait =
  | InputWait
  | RecordWait
  | TransferWait
  /** A platform function, `name` as in `builtin:hotline/NAME`. */
  | {
      readonly kind: 'object'
      readonly name: string
      readonly params: { readonly [key: string]: Json }
      readonly dialog: string
    }
  | EndWait

/**
 * `exit` and `disconnect` hang up after the prompts; `hangup`: the caller had already gone; `transfer`: the
 * caller has been handed on to someone else.
 */
export type EndWait = {
  readonly kind: 'end'
  readonly how: 'exit' | 'disconnect' | 'hangup' | 'transfer' | 'failed'
}

export type InputWait = {
  readonly kind: 'input'
  /** Longest string that any active grammar takes; null = no limit. 0 when no grammar is active. */
  readonly maxDigits: number | null
  /** Key that ends the input and is not part of it; null = none (the keys are all in the grammar). */
  readonly termChar: string | null
  readonly timeoutMs: number
  readonly interdigitTimeoutMs: number
  readonly termTimeoutMs: number
  /** Where the call waits: `document.vxml#dialog/item`, without `/item` where the item has no name. */
  readonly position: string
}

/** The caller speaks after the prompts; times are whole seconds, as carriers count them. */
export type RecordWait = {
  readonly kind: 'record'
  readonly beep: boolean
  readonly maxSeconds: number
  /** Silence that ends the recording, also at its beginning. */
  readonly silenceSeconds: number
  /** Keys that end it; empty: none does. */
  readonly keys: string
  /** As in `InputWait`. */
  readonly position: string
}

/** The caller is to be connected with someone else after the prompts. */
export type TransferWait = {
  readonly kind: 'transfer'
  /** Only of a bridge and of a failed consultation does the call come back. */
  readonly manner: 'bridge' | 'blind' | 'consultation'
  readonly destination: Destination
  /** The document names it in so many words, if only in an expression: no caller had a say in it. */
  readonly isWritten?: true
  /** How long the other telephone may ring. */
  readonly connectSeconds: number
  /** How long the two may talk; null: as long as they like. */
  readonly maxSeconds: number | null
  /** The star key of the caller ends the transfer. */
  readonly endsOnStar: boolean
  /** Told to the other side where the network can carry it; empty: nothing. */
  readonly aai: string
  /** As in `InputWait`. */
  readonly position: string
}

export type Destination =
  /** `number` is as dialled, without separators; `keys` are sent when it answers, `w` being half a second. */
  | { readonly kind: 'tel'; readonly number: string; readonly keys: string }
  /** `address` is `sip:` or `sips:`, a user and a host, perhaps with parameters. */
  | { readonly kind: 'sip'; readonly address: string; readonly user: string }

/** Something that happened in a turn, for the call log and for tracing; in the order it happened. */
export type FlowEvent =
  | { readonly type: 'dialog'; readonly document: string; readonly dialog: string }
  | {
      readonly type: 'input'
      readonly dialog: string
      readonly item: string
      /** What was keyed; null when the document declared it secret (`hotline.secret`). */
      readonly digits: string | null
      readonly outcome: 'match' | 'nomatch' | 'noinput'
    }
  /** A `<record>` got something: where the host keeps it, and how long it is. */
  | {
      readonly type: 'recording'
      readonly dialog: string
      readonly item: string
      readonly reference: string
      readonly seconds: number
    }
  /** A call to someone else is wanted; what became of it is told by `transfer-end`. */
  | {
      readonly type: 'transfer'
      readonly dialog: string
      readonly item: string
      readonly manner: TransferWait['manner']
      readonly destination: Destination['kind']
    }
  | {
      readonly type: 'transfer-end'
      readonly dialog: string
      readonly item: string
      readonly result: TransferResult | 'caller_hangup'
      readonly seconds: number
    }
  | {
      readonly type: 'event'
      readonly name: string
      readonly message: string
      readonly dialog: string
    }
  /** `<log label="…">`; labels `topic` and `outcome` have a meaning in the call log. */
  | { readonly type: 'log'; readonly label: string; readonly text: string }

export type Turn = {
  /** Null when the wait is `end`. */
  readonly session: Session | null
  readonly prompts: readonly QueuedPrompt[]
  readonly wait: Wait
  readonly events: readonly FlowEvent[]
  /** Language in force where the turn stopped, BCP 47. */
  readonly language: string
}
