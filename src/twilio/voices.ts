import type { VoicedLanguage } from '../prompts/voiced-languages.ts'

/** Voice and language of `<Say>`: set together, a bad pair makes Twilio skip the text (13512). */
type Voice = { readonly voice: string; readonly language: string }

/** One good voice a language; SSML breaks and prosody work with both. */
const voicesByLanguage: Readonly<Record<VoicedLanguage, Voice>> = {
  ar: { voice: 'Polly.Zeina', language: 'arb' },
  ca: { voice: 'Polly.Arlet-Neural', language: 'ca-ES' },
  cs: { voice: 'Google.cs-CZ-Wavenet-A', language: 'cs-CZ' },
  cy: { voice: 'Polly.Gwyneth', language: 'cy-GB' },
  da: { voice: 'Polly.Naja', language: 'da-DK' },
  de: { voice: 'Polly.Vicki', language: 'de-DE' },
  en: { voice: 'Polly.Joanna-Neural', language: 'en-US' },
  es: { voice: 'Polly.Lucia', language: 'es-ES' },
  fi: { voice: 'Polly.Suvi-Neural', language: 'fi-FI' },
  fr: { voice: 'Polly.Lea', language: 'fr-FR' },
  hi: { voice: 'Polly.Aditi', language: 'hi-IN' },
  is: { voice: 'Polly.Dora', language: 'is-IS' },
  it: { voice: 'Polly.Bianca', language: 'it-IT' },
  ja: { voice: 'Polly.Mizuki', language: 'ja-JP' },
  ko: { voice: 'Polly.Seoyeon', language: 'ko-KR' },
  nb: { voice: 'Polly.Liv', language: 'nb-NO' },
  nl: { voice: 'Polly.Lotte', language: 'nl-NL' },
  pl: { voice: 'Polly.Ewa', language: 'pl-PL' },
  pt: { voice: 'Polly.Camila', language: 'pt-BR' },
  ro: { voice: 'Polly.Carmen', language: 'ro-RO' },
  ru: { voice: 'Polly.Tatyana', language: 'ru-RU' },
  sv: { voice: 'Polly.Astrid', language: 'sv-SE' },
  tr: { voice: 'Polly.Filiz', language: 'tr-TR' },
  uk: { voice: 'Google.uk-UA-Wavenet-A', language: 'uk-UA' },
  zh: { voice: 'Polly.Zhiyu', language: 'cmn-CN' },
}

const voices: ReadonlyMap<string, Voice> = new Map(Object.entries(voicesByLanguage))

const fallback = voicesByLanguage.en

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
