/** Voice and language of `<Say>`: set together, a bad pair makes Twilio skip the text (13512). */
type Voice = { readonly voice: string; readonly language: string }

/** One good voice a language; SSML breaks and prosody work with both. */
const voices: ReadonlyMap<string, Voice> = new Map([
  ['ru', { voice: 'Polly.Tatyana', language: 'ru-RU' }],
  ['en', { voice: 'Polly.Joanna-Neural', language: 'en-US' }],
])

const fallback: Voice = { voice: 'Polly.Joanna-Neural', language: 'en-US' }

/**
 * The voice for a BCP 47 language. A language without a voice (Tatar) is spoken by recordings; text
 * that still gets here is read by the English voice rather than dropped.
 *
 * @see https://www.twilio.com/docs/voice/twiml/say/text-speech#available-voices-and-languages
 */
export const voiceFor = (language: string): Voice =>
  voices.get(language.split('-')[0]?.toLowerCase() ?? '') ?? fallback
