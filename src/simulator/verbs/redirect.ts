import { methodOf, resolveUrl, type Verb } from '../stage.ts'
import { textOf } from '../twiml.ts'

/** Without text it asks for the same document again. Source: twilio.com/docs/voice/twiml/redirect. */
export const redirect: Verb = async (verb, stage) => {
  const text = textOf(verb)
  const url = resolveUrl(text, stage)
  if (url === null) {
    return { kind: 'fault', code: 11100, message: `Invalid URL format: ${text}`, url: text }
  }
  return { kind: 'document', request: { url, method: methodOf(verb), parameters: [] } }
}
