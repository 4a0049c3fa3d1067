import type { Utterance } from '../leg.ts'
import { loopOf, next, resolveUrl, type Stage, type Step, type Verb } from '../stage.ts'
import { type TwimlElement, textOf } from '../twiml.ts'

/** What a `<Play>` sounds like: its file, fetched, or its tones (`w` waits half a second, `W` one). */
export const soundOf = async (
  verb: TwimlElement,
  stage: Stage,
): Promise<
  { readonly kind: 'utterance'; readonly utterance: Utterance } | Extract<Step, { kind: 'fault' }>
> => {
  const digits = verb.attributes['digits']
  if (digits !== undefined) {
    const milliseconds = [...digits].reduce(
      (sum, key) => sum + (key === 'W' ? 1000 : key === 'w' ? 500 : 200),
      0,
    )
    return { kind: 'utterance', utterance: { text: digits, language: '', milliseconds } }
  }
  const text = textOf(verb)
  const url = text.trim() === '' ? null : resolveUrl(text, stage)
  if (url === null) {
    return { kind: 'fault', code: 11100, message: `Invalid URL format: ${text}`, url: text }
  }
  const sound = await stage.fetchSound(url)
  if (sound.kind === 'fault') return sound
  const { milliseconds, text: words, language } = sound
  return { kind: 'utterance', utterance: { text: words, language, milliseconds, audioUrl: url } }
}

/** Source: twilio.com/docs/voice/twiml/play. A file that cannot be had is a failed document. */
export const play: Verb = async (verb, stage) => {
  stage.leg.answer()
  const sound = await soundOf(verb, stage)
  if (sound.kind === 'fault') return sound
  for (let round = loopOf(verb); round > 0; round -= 1) {
    const awakening = await stage.leg.say(sound.utterance, { keys: false })
    if (awakening === 'interrupted') break
  }
  return next
}
