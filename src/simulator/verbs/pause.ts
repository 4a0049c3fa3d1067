import { next, numberOf, type Verb } from '../stage.ts'

/** As first verb it delays the answer, so it does not answer. Source: twilio.com/docs/voice/twiml/pause. */
export const pause: Verb = async (verb, { leg }) => {
  await leg.wait(numberOf(verb, 'length', 1) * 1000, { keys: false })
  return next
}
