import fc from 'fast-check'
import t from 'tap'
import { estimateSpeechSeconds } from '../../src/prompts/speech-seconds.ts'

t.test('a short greeting stays under six seconds and a long one does not', async (t) => {
  const short = 'Здравствуйте. Горячая линия государственных услуг.'
  t.ok(estimateSpeechSeconds(short, 'ru-RU') < 6)
  t.ok(estimateSpeechSeconds(`${short} ${short} ${short}`, 'ru-RU') > 6)
  t.equal(estimateSpeechSeconds(' ', 'ru-RU'), 0)
})

t.test('pauses at the end of sentences and inside them are counted', async (t) => {
  const plain = estimateSpeechSeconds('one two three four', 'en-US')
  t.ok(estimateSpeechSeconds('one, two, three four', 'en-US') > plain)
  t.ok(estimateSpeechSeconds('one. two. three four', 'en-US') > plain)
})

t.test('figures inside a text do not count as pauses', async (t) => {
  t.equal(estimateSpeechSeconds('10.30', 'en'), estimateSpeechSeconds('10030', 'en'))
})

t.test('more text never takes less time, in any language', async (t) => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.string(),
      fc.constantFrom('ru-RU', 'en-US', 'tt-RU', 'xx'),
      (one, more, language) =>
        estimateSpeechSeconds(one, language) <= estimateSpeechSeconds(`${one}${more}`, language),
    ),
  )
  t.pass('held')
})
