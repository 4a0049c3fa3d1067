import type { Verb } from '../stage.ts'

/** As first verb it answers (and bills) the call. Source: twilio.com/docs/voice/twiml/hangup. */
export const hangup: Verb = async (_verb, { leg }) => {
  leg.answer()
  return { kind: 'end', end: { reason: 'completed', status: 'completed' } }
}
