import { next, type Verb } from '../stage.ts'

/** Source: twilio.com/docs/voice/twiml/stream, "Stop". */
export const stop: Verb = async (verb, { leg, stopStream }) => {
  for (const child of verb.children) {
    if (typeof child === 'string' || child.name !== 'Stream') continue
    const name = child.attributes['name'] ?? ''
    if (!stopStream(name)) leg.note(31941, `There is no stream named ${name}`)
  }
  return next
}
