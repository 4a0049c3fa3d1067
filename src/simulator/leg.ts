import type { Clock } from './clock.ts'
import type { PhoneReport } from './phone-protocol.ts'

/** Why a leg is torn out of what it is doing. */
export type Interruption =
  | { readonly kind: 'hung-up' }
  /** By REST: `Status=completed`. */
  | { readonly kind: 'completed' }
  /** By REST: another document takes over. */
  | { readonly kind: 'redirected'; readonly url: string; readonly method: 'GET' | 'POST' }
  /** By REST: `Twiml` takes over. */
  | { readonly kind: 'replaced'; readonly twiml: string }
  /** The longest call there is has been reached. */
  | { readonly kind: 'time-limit' }
  /** What the leg waits for has changed: whoever waits looks what, and goes on. */
  | { readonly kind: 'nudged' }

/** Of two that come together the weightier stays; of two ends the first. */
const weights: Readonly<Record<Interruption['kind'], number>> = {
  nudged: 0,
  redirected: 1,
  replaced: 1,
  'time-limit': 2,
  completed: 2,
  'hung-up': 2,
}

export type Awakening = 'elapsed' | 'key' | 'voice' | 'spoken' | 'interrupted'

/** What may end a wait before its time. */
export type Heed = { readonly keys?: boolean; readonly voice?: boolean }

/** An utterance that is about to be said. */
export type Utterance = {
  readonly text: string
  readonly language: string
  readonly milliseconds: number
  readonly audioUrl?: string
}

/** One telephone's side of a call: what it hears, and the keys and the voice that come from it. */
export type Leg = {
  readonly clock: Clock
  readonly report: (report: PhoneReport) => void
  /** Notes what Twilio's debugger would show. */
  readonly note: (code: number, message: string) => void
  readonly answered: () => boolean
  readonly answer: () => void
  readonly interruption: () => Interruption | null
  /** Resolves at the next interruption; at once if there is one. */
  readonly interrupted: () => Promise<void>
  /** Takes the interruption off, so that the leg can go on with what it asks for. */
  readonly resume: () => void
  /** Takes a nudge off, and nothing else. */
  readonly calm: () => void
  /** From now on keys are kept and wake a wait; nobody hears them before, and none after `deafen`. */
  readonly listen: () => void
  readonly deafen: () => void
  readonly takeKey: () => string | undefined
  /** When the person has or will have finished speaking, on the leg's clock; 0 = never spoke. */
  readonly voiceEndedAt: () => number
  /** Heeds keys unless told otherwise, and the person's voice only where told to. */
  readonly wait: (milliseconds: number, heed?: Heed) => Promise<Awakening>
  /** Says one utterance to its end or until a key or an interruption cuts it. */
  readonly say: (utterance: Utterance, heed: Heed) => Promise<Awakening>
}

/** What the person at the telephone and the REST API can do to a leg. */
export type LegControls = {
  readonly press: (keys: string) => void
  readonly speak: (milliseconds: number) => void
  readonly spoken: (utterance: number) => void
  readonly sound: (on: boolean) => void
  readonly interrupt: (interruption: Interruption) => void
}

/** When a phone that speaks aloud itself never says that it has finished, the line goes on all the same. */
const patience = (milliseconds: number): number => 3 * milliseconds + 5000

export const createLeg = (
  clock: Clock,
  report: (report: PhoneReport) => void,
  note: (code: number, message: string) => void,
  onAnswer: () => void,
): { readonly leg: Leg; readonly controls: LegControls } => {
  let answered = false
  let interruption: Interruption | null = null
  let ear: string[] | null = null
  let voiceEndsAt = 0
  let speaksItself = false
  let utterances = 0
  let saying: number | null = null
  let heeds: Heed = {}
  let wake: ((awakening: Awakening) => void) | null = null
  let watchers: (() => void)[] = []

  const wait: Leg['wait'] = (milliseconds, { keys = true, voice = false } = {}) => {
    if (interruption) return Promise.resolve('interrupted')
    if (keys && ear && ear.length > 0) return Promise.resolve('key')
    return new Promise((resolve) => {
      heeds = { keys, voice }
      const cancel = clock.after(milliseconds, () => wake?.('elapsed'))
      wake = (awakening) => {
        wake = null
        cancel()
        resolve(awakening)
      }
    })
  }

  const leg: Leg = {
    clock,
    report,
    note,
    answered: () => answered,
    answer: () => {
      if (answered) return
      answered = true
      onAnswer()
    },
    interruption: () => interruption,
    interrupted: () =>
      interruption ? Promise.resolve() : new Promise((resolve) => watchers.push(resolve)),
    resume: () => {
      interruption = null
    },
    calm: () => {
      if (interruption?.kind === 'nudged') interruption = null
    },
    listen: () => {
      ear = []
    },
    deafen: () => {
      ear = null
    },
    takeKey: () => ear?.shift(),
    voiceEndedAt: () => voiceEndsAt,
    wait,
    say: async (utterance, heed) => {
      if (interruption) return 'interrupted'
      utterances += 1
      const number = utterances
      report({ type: 'utterance', utterance: number, ...utterance })
      saying = number
      const { milliseconds } = utterance
      const awakening = await wait(speaksItself ? patience(milliseconds) : milliseconds, heed)
      saying = null
      const how =
        awakening === 'key' ? 'cut-by-key' : awakening === 'interrupted' ? 'hang-up' : 'finished'
      report({ type: 'utterance-end', utterance: number, how })
      return awakening
    },
  }

  const controls: LegControls = {
    press: (keys) => {
      if (!ear) return
      ear.push(...keys.replace(/[^0-9*#]/g, ''))
      if (ear.length > 0 && heeds.keys) wake?.('key')
    },
    speak: (milliseconds) => {
      voiceEndsAt = Math.max(voiceEndsAt, clock.now() + milliseconds)
      if (heeds.voice) wake?.('voice')
    },
    spoken: (utterance) => {
      if (saying === utterance) wake?.('spoken')
    },
    sound: (on) => {
      speaksItself = on
    },
    interrupt: (why) => {
      const before = interruption === null ? -1 : weights[interruption.kind]
      if (weights[why.kind] < before || before === weights.completed) return
      interruption = why
      wake?.('interrupted')
      for (const tell of watchers) tell()
      watchers = []
    },
  }
  return { leg, controls }
}
