import { type RungLeg, sipCodes } from '../ring.ts'
import type { Parameters } from '../signature.ts'
import { next, numberOf, type Stage, type Step } from '../stage.ts'
import type { TwimlElement } from '../twiml.ts'
import { afterwards } from './after-dial.ts'
import { type Ringing, ring, type Target, targetsOf } from './dial-targets.ts'

type DialStatus = ReturnType<RungLeg['result']>['status']

/** What became of the telephones rung. */
type Dialled = {
  readonly target: Target
  readonly callSid: string
  readonly status: DialStatus
  /** Null when the API led the other side elsewhere. */
  readonly seconds: number | null
  readonly bridged: boolean
  readonly sipCode: number
}

/**
 * Rings telephones and lets the caller talk to the first that answers; all at once, or one after another where
 * `sequential` says so. The action is asked for when the other side hangs up, the time is over or nobody answered.
 * Source: twilio.com/docs/voice/twiml/dial.
 */
export const dialPhones = async (verb: TwimlElement, stage: Stage): Promise<Step> => {
  const { leg } = stage
  if (verb.attributes['answerOnBridge'] !== 'true') leg.answer()
  const targets = targetsOf(verb, stage)
  const seconds = Math.min(600, Math.max(5, numberOf(verb, 'timeout', 30)))
  const sequential = verb.attributes['sequential'] === 'true'
  const rounds = sequential ? targets.map((target) => [target]) : [targets]

  let dialled: Dialled | null = null
  for (const round of rounds) {
    if (round.length === 0) continue
    dialled = await ringAll(round, seconds, verb, stage)
    leg.calm()
    if (dialled.bridged || leg.interruption()) break
  }
  if (dialled === null) return next
  const { target, status, seconds: talked } = dialled
  leg.report({
    type: 'transfer',
    state: 'ended',
    to: target.address,
    status,
    seconds: talked ?? 0,
  })
  return afterwards(verb, stage, parametersOf(dialled))
}

const parametersOf = (dialled: Dialled): Parameters => {
  const { target, callSid, status, seconds, bridged, sipCode } = dialled
  return [
    ['DialCallStatus', status],
    ['DialCallSid', callSid],
    ...(seconds === null ? [] : ([['DialCallDuration', String(seconds)]] as const)),
    ['DialBridged', String(bridged)],
    ...(target.kind === 'sip'
      ? ([
          ['DialSipCallId', `${callSid.slice(2)}@198.51.100.7`],
          ['DialSipResponseCode', String(sipCode)],
        ] as const)
      : []),
  ]
}

const longest = 24 * 3600 * 1000

/** Rings telephones at once: the first to answer is talked to, the others stop ringing. */
const ringAll = async (
  targets: readonly Target[],
  seconds: number,
  verb: TwimlElement,
  stage: Stage,
): Promise<Dialled> => {
  const { leg } = stage
  let open = true
  const nudge = (): void => {
    if (open) stage.nudge()
  }
  const rung = targets.map((target) => ring(target, seconds, verb, stage, nudge))
  const outcome = (one: Ringing | undefined, status?: DialStatus): Dialled => {
    if (one === undefined) throw new Error('A dial without a telephone')
    const result = one.leg.result()
    return {
      target: one.target,
      callSid: one.leg.callSid,
      status: status ?? result.status,
      seconds: 0,
      bridged: false,
      sipCode: status === undefined ? result.sipCode : sipCodes[status],
    }
  }
  const close = (dialled: Dialled): Dialled => {
    open = false
    for (const one of rung) one.leg.release()
    return dialled
  }

  let winner: Ringing | undefined
  for (;;) {
    leg.calm()
    if (leg.interruption()) return close(outcome(winner ?? rung[0], 'canceled'))
    winner ??= rung.find((one) => /^(answered|ready)$/.test(one.leg.state()))
    if (winner) {
      for (const one of rung) if (one !== winner) one.leg.release()
      if (winner.leg.state() === 'ready') break
      if (winner.leg.state() === 'over') return close(outcome(winner))
    } else if (rung.every((one) => one.leg.state() === 'over')) {
      const as = (status: DialStatus) => rung.find((one) => one.leg.result().status === status)
      return close(outcome(as('no-answer') ?? as('busy') ?? rung[0]))
    }
    await leg.wait(longest, { keys: false })
  }
  const talked = await talk(winner, verb, stage)
  const ledAway = winner.leg.ledAway()
  return close({
    ...outcome(winner, 'completed'),
    seconds: ledAway ? null : talked,
    bridged: true,
  })
}

/** The two talk until one of them, the time limit or a star key ends it; the answer is whole seconds. */
const talk = async (
  { target, leg: other }: Ringing,
  verb: TwimlElement,
  { leg }: Stage,
): Promise<number> => {
  leg.answer()
  leg.report({ type: 'transfer', state: 'connected', to: target.address })
  const startedAt = leg.clock.now()
  const until = startedAt + numberOf(verb, 'timeLimit', 14_400) * 1000
  const endsOnStar = verb.attributes['hangupOnStar'] === 'true'
  if (endsOnStar) leg.listen()
  for (;;) {
    leg.calm()
    const left = until - leg.clock.now()
    if (left <= 0 || leg.interruption() || other.state() === 'over') break
    await leg.wait(left, { keys: endsOnStar })
    if (leg.takeKey() === '*') break
  }
  leg.deafen()
  return Math.round((leg.clock.now() - startedAt) / 1000)
}
