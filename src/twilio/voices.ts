/** Voice and language of `<Say>`: set together, a bad pair makes Twilio skip the text (13512). */
type Voice = { readonly voice: string; readonly language: string }

/** One good voice a language; SSML breaks and prosody work with both. */
const voices: ReadonlyMap<string, Voice> = new Map([
  ['ru', { voice: 'Polly.Tatyana', language: 'ru-RU' }],
  ['en', { voice: 'Polly.Joanna-Neural', language: 'en-US' }],
])

const fallback: Voice = { voice: 'Polly.Joanna-Neural', language: 'en-US' }

/** Who reads a language that has no voice: the one that knows its letters. */
const standIns: ReadonlyMap<string, string> = new Map([['tt', 'ru']])

const primary = (language: string): string => language.split('-')[0]?.toLowerCase() ?? ''

/**
 * The voice for a BCP 47 language. A language without a voice (Tatar) is spoken by recordings; text
 * that still gets here, such as an apology when everything is down, is read by another rather than dropped.
 *
 * @see https://www.twilio.com/docs/voice/twiml/say/text-speech#available-voices-and-languages
 */
export const voiceFor = (language: string): Voice => {
  const known = primary(language)
  return voices.get(standIns.get(known) ?? known) ?? fallback
}

/** Whether a text in a BCP 47 language can be read aloud. */
export const hasVoice = (language: string): boolean => voices.has(primary(language))
