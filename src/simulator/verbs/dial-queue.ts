import { createBridge } from '../bridge.ts'
import { methodOf, numberOf, resolveUrl, type Stage, type Step } from '../stage.ts'
import { type TwimlElement, textOf } from '../twiml.ts'
import { afterwards } from './after-dial.ts'

/**
 * Takes whoever has waited longest in a queue, or waits until somebody comes.
 * Source: twilio.com/docs/voice/twiml/queue.
 */
export const dialQueue = async (
  verb: TwimlElement,
  noun: TwimlElement,
  stage: Stage,
): Promise<Step> => {
  const { leg, queues } = stage
  leg.answer()
  const name = textOf(noun).trim()
  const queue = queues.find(name)
  if (!queue) {
    leg.note(14201, `There is no queue ${name}`)
    return afterwards(verb, stage, [
      ['DialCallStatus', 'failed'],
      ['DialBridged', 'false'],
    ])
  }
  const until = leg.clock.now() + numberOf(verb, 'timeout', 30) * 1000
  const come = (): void => stage.nudge()
  for (;;) {
    leg.calm()
    if (leg.interruption() || queue.members.length > 0 || leg.clock.now() >= until) break
    queue.dialers.push(come)
    await leg.wait(until - leg.clock.now(), { keys: false })
    const place = queue.dialers.indexOf(come)
    if (place >= 0) queue.dialers.splice(place, 1)
  }
  const member = leg.interruption() ? undefined : queue.members[0]
  if (!member) {
    // Somebody else may have been waiting behind this one for the member that came.
    if (queue.members.length > 0) queue.dialers.shift()?.()
    return afterwards(verb, stage, [
      ['DialCallStatus', leg.interruption() ? 'canceled' : 'no-answer'],
      ['DialBridged', 'false'],
    ])
  }
  queues.leave(queue, member, leg.clock.now())
  const url =
    noun.attributes['url'] === undefined ? null : resolveUrl(noun.attributes['url'], stage)
  let open = true
  const bridge = createBridge(() => {
    member.nudge()
    if (open) stage.nudge()
  })
  member.summon({ callSid: stage.callSid, bridge, url, method: methodOf(noun) })
  const limit = leg.clock.now() + numberOf(verb, 'timeLimit', 14_400) * 1000
  const endsOnStar = verb.attributes['hangupOnStar'] === 'true'
  if (endsOnStar) leg.listen()
  for (;;) {
    leg.calm()
    const left = limit - leg.clock.now()
    if (leg.interruption() || bridge.over() || left <= 0) break
    await leg.wait(left, { keys: endsOnStar })
    if (leg.takeKey() === '*') break
  }
  leg.deafen()
  open = false
  bridge.end()
  leg.calm()
  const since = bridge.since()
  const seconds = since === null ? 0 : Math.round((leg.clock.now() - since) / 1000)
  return afterwards(verb, stage, [
    ['DialCallStatus', 'completed'],
    ['DialCallSid', member.callSid],
    ['DialCallDuration', String(seconds)],
    ['DialBridged', String(since !== null)],
    ['QueueSid', queue.sid],
  ])
}
