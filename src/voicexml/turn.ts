import type { QueuedPrompt } from './prompt-queue.ts'
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
  /** The caller is gone: handlers of `connection.disconnect.hangup` run without input and output. */
  | { readonly kind: 'hangup' }

/** Where a turn stops and what it wants to go on. */
export type Wait =
  | InputWait
  /** A platform function, `name` as in `builtin:hotline/NAME`. */
  | {
      readonly kind: 'object'
      readonly name: string
      readonly params: { readonly [key: string]: Json }
      readonly dialog: string
    }
  /** `exit` and `disconnect` hang up after the prompts; `hangup`: the caller had already gone. */
  | { readonly kind: 'end'; readonly how: 'exit' | 'disconnect' | 'hangup' | 'failed' }

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
