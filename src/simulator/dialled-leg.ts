import type { Call, CallSetting, LegIdentity } from './call.ts'
import { originate } from './outbound.ts'
import { type Ring, type RingState, sipCodes } from './ring.ts'
import type { Stage, Step } from './stage.ts'

/** What the one who is called may hear before the bridge. Source: twilio.com/docs/voice/twiml/number, "url". */
const whisperVerbs = ['Play', 'Say', 'Gather', 'Pause', 'Redirect', 'Hangup']

const longest = 24 * 3600 * 1000

/** Rings telephones for the legs of one carrier. */
export const createRing =
  (setting: CallSetting, nextOrdinal: () => number) =>
  (parent: LegIdentity): Ring =>
  (wish) => {
    let state: RingState = 'ringing'
    let ledAway = false
    const to = (next: RingState): void => {
      if (state === 'over' || state === next) return
      state = next
      wish.changed()
    }

    const wait = async (stage: Stage): Promise<Step> => {
      const { leg } = stage
      const over: Step = { kind: 'end', end: { reason: 'completed', status: 'completed' } }
      if (wish.whisper) {
        const request = { ...wish.whisper, parameters: [] }
        const end = await stage.aside({ request, verbs: whisperVerbs, code: 12200 })
        if (end === 'hung-up' || end === 'failed') return over
      }
      if (!leg.interruption()) to('ready')
      while (!leg.interruption()) await leg.wait(longest, { keys: false })
      const kind = leg.interruption()?.kind
      ledAway = kind === 'redirected' || kind === 'replaced'
      if (ledAway) to('over')
      return over
    }

    const call: Call = originate(setting, {
      callSid: setting.newSid('CA'),
      to: wish.to,
      from: wish.from,
      direction: 'outbound-dial',
      parentCallSid: parent.callSid,
      request: null,
      ordinal: nextOrdinal(),
      // The grace of a rung telephone is its own affair.
      ringSeconds: wish.seconds,
      custom: wish.custom,
      news: wish.news,
      machineDetection: wish.machineDetection,
      gate: null,
      invalid: wish.invalid,
      first: { kind: 'act', act: wait },
      fallback: null,
      answered: () => to('answered'),
    })
    void call.ended.then(() => to('over'))
    return {
      callSid: call.callSid,
      state: () => state,
      result: () => {
        const { status, sipCode } = call.record()
        const final =
          status === 'busy' ||
          status === 'no-answer' ||
          status === 'failed' ||
          status === 'canceled'
            ? status
            : 'completed'
        return { status: final, sipCode: sipCode ?? sipCodes[final] }
      },
      ledAway: () => ledAway,
      release: () => {
        // Who was led elsewhere is nobody's other side any more.
        if (ledAway) return
        call.refuse('canceled')
        call.interrupt({ kind: 'completed' })
      },
    }
  }
