/**
 * What a phone (the phone page, `npm run dial`) and the simulated carrier say to each other over the
 * WebSocket `/phone/socket`: one JSON object a message. One socket is one telephone.
 */
export type PhoneCommand =
  /** `from` absent: the telephone's own number, a Russian mobile. May be any text, `anonymous` too. */
  | { readonly type: 'dial'; readonly to: string; readonly from?: string }
  /** One or more of `0-9*#`. */
  | { readonly type: 'keys'; readonly keys: string }
  | { readonly type: 'hang-up' }
  /** The telephone rings when this number is called; at first, and for anything that is none, its own. */
  | { readonly type: 'number'; readonly number: string }
  /** Takes the call that rings; `hang-up` turns it away. */
  | { readonly type: 'answer' }
  /** The person speaks for so long, into a recording: what is said stays unheard. */
  | { readonly type: 'speak'; readonly seconds: number }
  /** The page has finished reading the utterance aloud; the carrier need not wait its estimate out. */
  | { readonly type: 'spoken'; readonly utterance: number }
  /** True: the page reads aloud itself and reports `spoken`; false: the carrier paces by estimate. */
  | { readonly type: 'sound'; readonly on: boolean }

export type PhoneReport =
  | {
      readonly type: 'call'
      readonly state: 'dialling' | 'in-progress' | 'ended'
      readonly callSid: string
      readonly to: string
      /** Why it ended: `hung-up-by-caller`, `completed`, `rejected`, `busy`, `failed`. */
      readonly reason?: string
    }
  /** Somebody calls: the telephone rings until it is answered, turned away, or told to stop. */
  | {
      readonly type: 'ringing'
      readonly callSid: string
      readonly from: string
      readonly to: string
    }
  | {
      readonly type: 'ringing-over'
      readonly callSid: string
      readonly why: 'answered-elsewhere' | 'over'
    }
  /** A text message has come to the telephone's number: lately, told again at once, or now. */
  | {
      readonly type: 'message'
      readonly id: string
      readonly from: string
      readonly text: string
      /** ISO 8601. */
      readonly at: string
    }
  /** Something is being said; `language` is BCP 47, `milliseconds` the carrier's own estimate. */
  | {
      readonly type: 'utterance'
      readonly utterance: number
      readonly text: string
      readonly language: string
      readonly milliseconds: number
      /** A recorded file is played in place of a voice. */
      readonly audioUrl?: string
    }
  | {
      readonly type: 'utterance-end'
      readonly utterance: number
      readonly how: 'finished' | 'cut-by-key' | 'hang-up'
    }
  /** The line listens for keys (`maxDigits` null = any number, ended by `finishOnKey`). */
  | {
      readonly type: 'listening'
      readonly maxDigits: number | null
      readonly finishOnKey: string
      readonly timeoutSeconds: number
    }
  /** The prompts of the listening line are over and its timeout runs: where a patient caller presses. */
  | { readonly type: 'prompted'; readonly timeoutSeconds: number }
  /** What the carrier took as input; empty = silence. */
  | { readonly type: 'heard'; readonly digits: string }
  /** The line records; `finishOnKey` are the keys that end it. */
  | { readonly type: 'recording'; readonly maxSeconds: number; readonly finishOnKey: string }
  /** The recording is over; `digits` is the key that ended it, empty for none, `hangup`. */
  | { readonly type: 'recorded'; readonly seconds: number; readonly digits: string }
  /** Another telephone is rung for the caller; `status` and `seconds` of the talk once it has ended. */
  | {
      readonly type: 'transfer'
      readonly state: 'ringing' | 'connected' | 'ended'
      readonly to: string
      readonly status?: string
      readonly seconds?: number
    }
  /** The caller waits in a queue of the carrier; `result` as `QueueResult` has it, once that is over. */
  | {
      readonly type: 'queue'
      readonly state: 'entered' | 'left'
      readonly name: string
      readonly result?: string
    }
  /** `talking` once somebody else is there and the conference has begun; `held` while music is heard instead. */
  | {
      readonly type: 'conference'
      readonly state: 'joined' | 'talking' | 'held' | 'left'
      readonly name: string
      readonly reason?: string
    }
  /** One webhook as it went over the wire, with the answer. */
  | {
      readonly type: 'webhook'
      readonly url: string
      readonly parameters: readonly (readonly [string, string])[]
      readonly status: number | null
      readonly answer: string
      readonly milliseconds: number
      /** From the answer's `X-Flow-Position` header: `document.vxml#dialog/item`. */
      readonly position: string | null
      readonly error?: string
    }
  /** One turn of the flow, told by the server it runs on: a real carrier never gets to see this. */
  | ({ readonly type: 'trace' } & TurnTrace)
  /** Every webhook of the ended call has been answered: nothing more will be told of it. */
  | { readonly type: 'settled'; readonly callSid: string }
  /** What Twilio's debugger would note (code of its error dictionary). */
  | { readonly type: 'debugger'; readonly code: number; readonly message: string }
  | { readonly type: 'refused'; readonly message: string }

/** What one turn of a flow did. Secrets are masked. */
export type TurnTrace = {
  readonly callSid: string
  /** 0 answers the call. */
  readonly turn: number
  /**
   * In the order it happened: `input`, `dialog` entered, `event`, `log`, what was `asked` of the platform;
   * then each `variable` with its new value, and where the call `waits`.
   */
  readonly steps: readonly { readonly kind: string; readonly text: string }[]
  /** The same as a golden conversation has it; `givens` are those of the whole call so far. */
  readonly transcript: {
    /** When the call came in: `2026-11-24 10:05 Europe/Moscow`. */
    readonly at: string
    readonly givens: readonly string[]
    readonly lines: readonly string[]
  }
}

/** `GET /phone/lines`. */
export type PhoneLine = {
  readonly number: string
  readonly name: string
  readonly description: string
  readonly languages: readonly string[]
}

/** `GET /phone/example`: an application whose status can be heard; `null` when there is none. */
export type PhoneExample = {
  /** As written: `RU-2026-000001`. */
  readonly number: string
  /** As keyed in: `2026000001#`. */
  readonly keys: string
  readonly accessCode: string
}

/**
 * Whether a recording goes on with what the one before it said. Numbers and dates are put together from short
 * recordings, pauses (`,` and `.`) among them; a screen shows them as one text.
 */
export const saysOn = (before: string, text: string): boolean =>
  /^[,.]$/.test(text) || !/[.!?…]$/.test(before)

/** Two recordings as one text. */
export const saidTogether = (before: string, text: string): string =>
  /^[,.]$/.test(text) ? `${before}${text}` : `${before} ${text}`
