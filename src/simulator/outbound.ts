import { beginCall } from './begin-call.ts'
import type { Call, CallSetting } from './call.ts'
import type { CallWorks } from './call-works.ts'
import type { Refusal, WhoAnswered } from './called-phones.ts'
import type { Method } from './document-request.ts'
import type { Beginning } from './interpreter.ts'
import type { RateGate } from './rate-gate.ts'
import { type MachineDetection, type ProgressNews, sipCodes } from './ring.ts'
import type { CallEnd } from './stage.ts'

/** A telephone to ring, and what its leg does once it is answered. */
export type Origination = {
  readonly callSid: string
  readonly to: string
  readonly from: string
  readonly direction: 'outbound-api' | 'outbound-dial'
  readonly parentCallSid: string | null
  /** The API request that asked for it. */
  readonly request: string | null
  readonly ordinal: number
  readonly ringSeconds: number
  readonly limitSeconds?: number
  readonly custom: Readonly<Record<string, string>>
  readonly news: ProgressNews | null
  readonly machineDetection: MachineDetection | null
  /** Where API calls wait for their turn. */
  readonly gate: RateGate | null
  readonly invalid: boolean
  readonly first: Beginning
  readonly fallback: { readonly url: string; readonly method: Method } | null
  readonly answered?: () => void
}

type Rung =
  | { readonly kind: 'answered'; readonly by: WhoAnswered }
  | { readonly kind: 'refused'; readonly how: Refusal; readonly sipCode: number }

/** Twilio lets a telephone ring this much longer than it is told. */
const graceSeconds = 5

/** About how long machine detection listens. */
const detectionSeconds = { human: 2, other: 4 } as const

const foundBy = (by: WhoAnswered, mode: MachineDetection['mode']): string => {
  if (by !== 'machine') return by
  return mode === 'DetectMessageEnd' ? 'machine_end_beep' : 'machine_start'
}

const ends: Readonly<Record<Refusal, CallEnd>> = {
  busy: { reason: 'busy', status: 'busy' },
  'no-answer': { reason: 'no-answer', status: 'no-answer' },
  failed: { reason: 'failed', status: 'failed' },
  canceled: { reason: 'canceled', status: 'canceled' },
}

/**
 * Starts a call to somebody: its turn, the ringing, the answer, machine detection, its documents.
 * Source: twilio.com/docs/voice/api/call-resource, "Call status values"; /docs/voice/answering-machine-detection.
 */
export const originate = (setting: CallSetting, wish: Origination): Call => {
  const { clock } = setting
  const { callSid, to, from, direction, parentCallSid } = wish
  const rung = Promise.withResolvers<Rung>()
  const refuse = (how: Refusal, sipCode = sipCodes[how]): void =>
    rung.resolve({ kind: 'refused', how, sipCode })

  /** False when it was called off before its turn came. */
  const turn = async (): Promise<boolean> => {
    const { gate } = wish
    if (!gate) return true
    const open = Promise.withResolvers<true>()
    const giveUp = gate.wait(() => open.resolve(true))
    const first = await Promise.race([open.promise, rung.promise])
    if (first !== true) giveUp()
    return first === true
  }

  const ring = async (works: CallWorks): Promise<void> => {
    works.started()
    works.tell('initiated')
    if (wish.invalid) {
      const cancel = clock.after(1000, () => refuse('failed', 404))
      void rung.promise.then(cancel)
      return
    }
    const rings = setting.telephone(to)({
      callSid,
      from,
      to,
      custom: wish.custom,
      answer: call.answer,
      refuse,
      hangUp: call.hangUp,
      press: call.press,
      reports: call.reports,
      ended: call.ended,
    })
    setting.ledger.enter({
      callSid,
      parentCallSid,
      direction,
      from,
      to,
      at: clock.now(),
      request: wish.request,
      rang: rings,
    })
    if (rings) {
      works.setStatus('ringing')
      works.tell('ringing')
    }
    const cancel = clock.after((wish.ringSeconds + graceSeconds) * 1000, () => refuse('no-answer'))
    void rung.promise.then(cancel)
  }

  /** Listens who it is; the document waits for it unless it is told of it apart. */
  const detect = async (works: CallWorks, by: WhoAnswered): Promise<void> => {
    const { machineDetection } = wish
    if (!machineDetection) return
    const { mode, news } = machineDetection
    const found = foundBy(by, mode)
    const seconds = by === 'human' ? detectionSeconds.human : detectionSeconds.other
    const parameters = [
      ['AnsweredBy', found],
      ['MachineDetectionDuration', String(seconds * 1000)],
    ] as const
    if (news) {
      const cancel = clock.after(seconds * 1000, () => {
        works.detected(found)
        void works.callBack('status', { ...news, parameters }, false)
      })
      void call.ended.then(cancel)
      return
    }
    await works.leg.wait(seconds * 1000, { keys: false })
    works.detected(found)
  }

  const live = async (works: CallWorks): Promise<CallEnd> => {
    // The call is entered in the carrier's books before anything can happen to it.
    await Promise.resolve()
    if (await turn()) await ring(works)
    const result = await rung.promise
    if (result.kind === 'refused') {
      works.responded(result.sipCode)
      return ends[result.how]
    }
    works.leg.answer()
    works.responded(sipCodes.completed)
    works.tell('answered')
    wish.answered?.()
    await detect(works, result.by)
    return works.run(wish.first, wish.fallback)
  }

  const call = beginCall(setting, {
    identity: {
      callSid,
      from,
      to,
      direction,
      parentCallSid,
      ordinal: wish.ordinal,
      parameters: [],
    },
    // A leg that a document rings never waits for a turn.
    status: wish.gate ? 'queued' : 'ringing',
    news: wish.news,
    ...(wish.limitSeconds !== undefined && { limitSeconds: wish.limitSeconds }),
    live,
    answer: (by = 'human') => rung.resolve({ kind: 'answered', by }),
    refuse,
  })
  return call
}
