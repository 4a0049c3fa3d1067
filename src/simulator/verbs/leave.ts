import { next, type Verb } from '../stage.ts'

/** Out of the queue whose document it stands in. Source: twilio.com/docs/voice/twiml/leave. */
export const leave: Verb = async (_verb, { leg, inQueue }) => {
  if (inQueue) return { kind: 'leave' }
  leg.note(12200, '<Leave> stands in no document of a queue')
  return next
}
