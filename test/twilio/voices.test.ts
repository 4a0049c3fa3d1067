import t from 'tap'
import { piecesOf } from '../../src/numbers/spoken/spoken.ts'
import { apologiseAndGoOn, apologiseAndHangUp } from '../../src/twilio/apology.ts'
import { hasVoice, voiceFor } from '../../src/twilio/voices.ts'

t.test('a language either has a voice or is spoken by recordings', async (t) => {
  for (const language of ['ru-RU', 'en-US', 'tt-RU', 'tt', 'en'])
    t.equal(hasVoice(language), piecesOf(language) === null, language)
})

t.test(
  'what must be said in a language without a voice is said by one that knows its letters',
  async (t) => {
    t.strictSame(voiceFor('tt-RU'), voiceFor('ru-RU'))
    t.strictSame(voiceFor('de-DE'), voiceFor('en-US'))
  },
)

t.test('an apology to a Tatar caller is in Russian, by a Russian voice', async (t) => {
  for (const apology of [apologiseAndGoOn('tt-RU', '/voice/fallback'), apologiseAndHangUp('tt-RU')])
    t.match(apology, /<Say voice="Polly\.Tatyana" language="ru-RU">Извините/)
})
