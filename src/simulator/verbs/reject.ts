import type { Verb } from '../stage.ts'

/**
 * Turns away a call that has not been answered; an answered one is merely hung up.
 * Source: twilio.com/docs/voice/twiml/reject.
 */
export const reject: Verb = async (verb, { leg }) => {
  if (leg.answered()) {
    leg.note(12200, '<Reject> after the call was answered hangs up')
    return { kind: 'end', end: { reason: 'completed', status: 'completed' } }
  }
  return verb.attributes['reason'] === 'busy'
    ? { kind: 'end', end: { reason: 'busy', status: 'busy' } }
    : { kind: 'end', end: { reason: 'rejected', status: 'no-answer' } }
}
