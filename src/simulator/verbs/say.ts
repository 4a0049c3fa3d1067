import { languageOf, spokenText } from '../spoken-text.ts'
import { loopOf, next, type Verb } from '../stage.ts'

/** Source: twilio.com/docs/voice/twiml/say. */
export const say: Verb = async (verb, { leg }) => {
  leg.answer()
  const { text, milliseconds } = spokenText(verb)
  if (text === '') return next
  const utterance = { text, milliseconds, language: languageOf(verb) }
  for (let round = loopOf(verb); round > 0; round -= 1) {
    const awakening = await leg.say(utterance, { keys: false })
    if (awakening === 'interrupted') break
  }
  return next
}
