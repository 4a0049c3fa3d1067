import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import t from 'tap'
import { piecesOf } from '../../src/numbers/spoken/spoken.ts'
import { voicedLanguages } from '../../src/prompts/voiced-languages.ts'
import { apologiseAndGoOn, apologiseAndHangUp } from '../../src/twilio/apology.ts'
import { hasVoice, voiceFor } from '../../src/twilio/voices.ts'

t.test('a language either has a voice or is spoken by recordings', async (t) => {
  for (const language of ['ru-RU', 'en-US', 'tt-RU', 'tt', 'en'])
    t.equal(hasVoice(language), piecesOf(language) === null, language)
})

t.test('every language that documents may speak has a voice that the carrier knows', async (t) => {
  const known = await readFile(
    createRequire(import.meta.url).resolve('twilio/lib/twiml/VoiceResponse.d.ts'),
    'utf8',
  )
  for (const language of voicedLanguages) {
    const { voice, language: tag } = voiceFor(language)
    t.ok(known.includes(`"${voice}"`), voice)
    t.ok(known.includes(`"${tag}"`), tag)
    t.ok(hasVoice(language), language)
  }
})

t.test(
  'what must be said in a language without a voice is said by one that knows its letters',
  async (t) => {
    t.strictSame(voiceFor('tt-RU'), voiceFor('ru-RU'))
    t.strictSame(voiceFor('eo'), voiceFor('en-US'))
  },
)

t.test('an apology to a Tatar caller is in Russian, by a Russian voice', async (t) => {
  for (const apology of [apologiseAndGoOn('tt-RU', '/voice/fallback'), apologiseAndHangUp('tt-RU')])
    t.match(apology, /<Say voice="Polly\.Tatyana" language="ru-RU">Извините/)
})
