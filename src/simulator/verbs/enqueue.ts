import { averageWait, type CallQueue, type QueueMember, type Summons } from '../queues.ts'
import type { Parameters } from '../signature.ts'
import { methodOf, numberOf, resolveUrl, type Stage, type Step, type Verb } from '../stage.ts'
import { type TwimlElement, textOf } from '../twiml.ts'
import { afterwards } from './after-dial.ts'

/** Source: twilio.com/docs/voice/twiml/enqueue, "waitUrl". */
const waitVerbs = ['Play', 'Say', 'Pause', 'Hangup', 'Redirect', 'Leave', 'Gather']

/** What the caller hears who is called out of the queue. Source: twilio.com/docs/voice/twiml/queue, "url". */
const summonsVerbs = ['Play', 'Say', 'Pause', 'Redirect']

const longest = 24 * 3600 * 1000

type QueueResult =
  | 'bridged'
  | 'error'
  | 'hangup'
  | 'leave'
  | 'redirected'
  | 'redirected-from-bridged'
  | 'queue-full'
  | 'system-error'

/**
 * Keeps the caller in a queue until somebody takes the call, the caller leaves or the API leads the call elsewhere.
 * Meanwhile the document of `waitUrl` is asked for again each time it ends.
 * Source: twilio.com/docs/voice/twiml/enqueue.
 */
export const enqueue: Verb = async (verb, stage) => {
  const { leg, queues, callSid } = stage
  leg.answer()
  const name = textOf(verb).trim()
  if (name === '' || name.length > 64) {
    leg.note(14205, `<Enqueue> cannot have the queue name "${name}"`)
    return afterwards(verb, stage, [['QueueResult', 'system-error']])
  }
  const queue = queues.open(name, leg.clock.now(), numberOf(verb, 'maxQueueSize', 0) || undefined)
  if (queue.members.length >= queue.maxSize) {
    leg.note(14207, `The queue ${name} is full`)
    return afterwards(verb, stage, [['QueueResult', 'queue-full']])
  }

  let summons: Summons | null = null
  let done = false
  const member: QueueMember = {
    callSid,
    enqueuedAt: leg.clock.now(),
    summon: (by) => {
      summons = by
      stage.nudge()
    },
    nudge: () => {
      if (!done) stage.nudge()
    },
  }
  const taken = (): Summons | null => summons
  leg.report({ type: 'queue', state: 'entered', name })
  queues.enter(queue, member)
  let result = await waitIn(queue, member, verb, stage, taken)
  queues.leave(queue, member, leg.clock.now())
  const seconds = Math.round((leg.clock.now() - member.enqueuedAt) / 1000)
  const by = taken()
  leg.calm()
  if (by) {
    if (!leg.interruption()) await talk(queue, by, seconds, stage)
    done = true
    by.bridge.end()
    result = 'bridged'
  }
  leg.calm()
  const interruption = leg.interruption()
  const redirected = interruption?.kind === 'redirected' || interruption?.kind === 'replaced'
  if (interruption && !by) result = redirected ? 'redirected' : 'hangup'
  if (redirected && by) result = 'redirected-from-bridged'
  leg.report({ type: 'queue', state: 'left', name, result })
  const parameters = [
    ['QueueResult', result],
    ['QueueSid', queue.sid],
    ['QueueTime', String(seconds)],
  ] as const
  const step: Step = afterwards(verb, stage, parameters)
  if (redirected && stage.actionAfterRedirect && step.kind === 'document') {
    void stage.callBack('document', step.request, true)
  }
  return step
}

/** Plays the waiting document over and over. */
const waitIn = async (
  queue: CallQueue,
  member: QueueMember,
  verb: TwimlElement,
  stage: Stage,
  taken: () => Summons | null,
): Promise<QueueResult> => {
  const { leg } = stage
  const seconds = (): number => Math.round((leg.clock.now() - member.enqueuedAt) / 1000)
  const parameters = (): Parameters => [
    ['QueuePosition', String(queue.members.indexOf(member) + 1)],
    ['QueueSid', queue.sid],
    ['QueueTime', String(seconds())],
    ['AvgQueueTime', String(averageWait(queue))],
    ['CurrentQueueSize', String(queue.members.length)],
    ['MaxQueueSize', String(queue.maxSize)],
  ]
  const text = verb.attributes['waitUrl'] ?? ''
  const url = text === '' ? null : resolveUrl(text, stage)
  while (!leg.interruption() && !taken()) {
    if (url === null) {
      // Music of the carrier's own, or silence: nothing to ask for.
      await leg.wait(longest, { keys: false })
      continue
    }
    const startedAt = leg.clock.now()
    const request = { url, method: methodOf(verb, 'waitUrlMethod'), parameters: [] }
    const end = await stage.aside({
      request,
      verbs: waitVerbs,
      code: 12200,
      inQueue: true,
      parameters,
    })
    if (taken()) return 'bridged'
    if (end === 'left') return 'leave'
    if (end === 'failed') return 'error'
    if (end === 'hung-up') {
      stage.endCall()
      return 'hangup'
    }
    if (end === 'exhausted' && leg.clock.now() === startedAt) {
      // A document that takes no time would be asked for as fast as the wire allows.
      leg.note(12200, 'The waiting document takes no time; the carrier takes a second')
      await leg.wait(1000, { keys: false })
    }
  }
  return 'bridged'
}

const talk = async (
  queue: CallQueue,
  by: Summons,
  seconds: number,
  stage: Stage,
): Promise<void> => {
  const { leg } = stage
  if (by.url !== null) {
    const parameters = (): Parameters => [
      ['QueueSid', queue.sid],
      ['QueueTime', String(seconds)],
      ['DequeingCallSid', by.callSid],
    ]
    const request = { url: by.url, method: by.method, parameters: [] }
    await stage.aside({ request, verbs: summonsVerbs, code: 12200, parameters })
  }
  leg.calm()
  if (!leg.interruption()) by.bridge.connect(leg.clock.now())
  for (;;) {
    leg.calm()
    if (leg.interruption() || by.bridge.over()) return
    await leg.wait(longest, { keys: false })
  }
}
