import type { Clock } from './clock.ts'
import type { PhoneReport } from './phone-protocol.ts'

/** Who picked up, as machine detection hears it. */
export type WhoAnswered = 'human' | 'machine' | 'fax' | 'unknown'

/**
 * Keys that the person at a rung telephone presses: so many seconds after the answer, or without a time when the
 * next prompts of a `<Gather>` have been heard out. No keys: that prompt is answered with silence.
 */
export type Press = { readonly keys: string; readonly afterSeconds?: number }

/** What a telephone does that the carrier rings. */
export type PhoneBehaviour =
  | {
      readonly kind: 'answers'
      /** Time it rings. */
      readonly afterSeconds: number
      /** Time from the answer until it hangs up; null: it waits for the other side to. */
      readonly talksSeconds: number | null
      /** Default: a person. */
      readonly answeredBy?: WhoAnswered
      readonly presses?: readonly Press[]
    }
  /** Rings until somebody answers or declines it by hand. */
  | { readonly kind: 'by-hand' }
  /** The person presses the red button after so many seconds of ringing. */
  | { readonly kind: 'declines'; readonly afterSeconds: number }
  | { readonly kind: 'busy' }
  | { readonly kind: 'no-answer' }
  /** `sipCode`: final response, for SIP addresses. */
  | { readonly kind: 'failed'; readonly sipCode?: number }

/** By number or SIP address as dialled, without the headers of an address. */
export type PhoneBehaviours = (address: string) => PhoneBehaviour | undefined

/** A telephone that nobody said anything about. */
export const politePhone: PhoneBehaviour = { kind: 'answers', afterSeconds: 3, talksSeconds: 20 }

/** How a ring may come to nothing. */
export type Refusal = 'busy' | 'no-answer' | 'failed' | 'canceled'

/** A call as the telephone holds it that it rings. */
export type RingingCall = {
  readonly callSid: string
  readonly from: string
  readonly to: string
  /** What the document or the API request gives the one who is called, by name. */
  readonly custom: Readonly<Record<string, string>>
  readonly answer: (by?: WhoAnswered) => void
  readonly refuse: (how: Refusal, sipCode?: number) => void
  readonly hangUp: () => void
  readonly press: (keys: string) => void
  readonly reports: () => AsyncGenerator<PhoneReport, void>
  readonly ended: Promise<unknown>
}

/** Takes a call; the answer is whether it rings, rather than being refused by the network. */
export type Telephone = (call: RingingCall) => boolean

/** Seconds that the network needs to find out that a telephone is engaged or cannot be reached. */
const networkSeconds = 1

/** A telephone that does as it was told. */
export const scriptedPhone =
  (clock: Clock, behaviour: PhoneBehaviour): Telephone =>
  (call) => {
    const timers: (() => void)[] = []
    const after = (seconds: number, act: () => void): void => {
      timers.push(clock.after(seconds * 1000, act))
    }
    void call.ended.then(() => {
      for (const cancel of timers) cancel()
    })
    if (behaviour.kind === 'busy') after(networkSeconds, () => call.refuse('busy'))
    if (behaviour.kind === 'failed') {
      after(networkSeconds, () => call.refuse('failed', behaviour.sipCode))
    }
    if (behaviour.kind === 'declines') after(behaviour.afterSeconds, () => call.refuse('busy'))
    if (behaviour.kind === 'answers') {
      const { afterSeconds, talksSeconds, answeredBy, presses = [] } = behaviour
      after(afterSeconds, () => {
        call.answer(answeredBy)
        if (talksSeconds !== null) after(talksSeconds, call.hangUp)
        for (const press of presses) {
          if (press.afterSeconds !== undefined)
            after(press.afterSeconds, () => call.press(press.keys))
        }
        const onCue = presses.filter((press) => press.afterSeconds === undefined)
        if (onCue.length > 0)
          void pressOnCue(
            call,
            onCue.map(({ keys }) => keys),
          )
      })
    }
    return behaviour.kind !== 'busy' && behaviour.kind !== 'failed'
  }

/** Presses the next keys each time prompts have been heard out. */
export const pressOnCue = async (
  call: Pick<RingingCall, 'reports' | 'press'>,
  keys: readonly string[],
): Promise<void> => {
  let turn = 0
  for await (const report of call.reports()) {
    if (report.type !== 'prompted') continue
    const next = keys[turn]
    if (next === undefined) return
    turn += 1
    if (next !== '') call.press(next)
  }
}

/** One telephone that was dialled, for whoever must know that none was dialled twice. */
export type RungPhone = {
  readonly callSid: string
  /** Null for a call that the API asked for. */
  readonly parentCallSid: string | null
  readonly direction: 'outbound-api' | 'outbound-dial'
  readonly from: string
  readonly to: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** The API request that asked for it: `RQ` and 32 digits. */
  readonly request: string | null
  /** False where the network found the telephone engaged or out of reach. */
  readonly rang: boolean
}
