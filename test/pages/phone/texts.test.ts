import t from 'tap'
import { clockFace } from '../../../src/pages/clock-face.ts'
import { fill, type Text } from '../../../src/pages/language/texts.ts'
import { dialable, grouped, unbroken, withoutLastDigit } from '../../../src/pages/number.ts'
import { prettyXml } from '../../../src/pages/phone/pretty-xml.ts'
import { en } from '../../../src/pages/phone/texts/en.ts'
import { ru } from '../../../src/pages/phone/texts/ru.ts'
import { frequenciesOf } from '../../../src/pages/phone/tones.ts'

t.test('a text takes the plural form and the values it is given', async (t) => {
  const count = (language: 'ru' | 'en', text: Text, value: number) =>
    fill(language, text, { count: value })
  t.equal(count('ru', ru['wire.count'], 1), '1 запрос')
  t.equal(count('ru', ru['wire.count'], 3), '3 запроса')
  t.equal(count('ru', ru['wire.count'], 11), '11 запросов')
  t.equal(count('en', en['wire.count'], 1), '1 request')
  t.equal(fill('ru', 'Звоним: {to}', { to: '112' }), 'Звоним: 112')
})

t.test('a Russian number is shown in groups and dialled without them', async (t) => {
  t.equal(grouped('+78005557373'), '+7 800 555-73-73')
  t.equal(grouped('+493023125000'), '+493023125000')
  t.equal(unbroken('+78005557373'), '+7\u00a0800\u00a0555\u201173\u201173')
  t.equal(dialable(unbroken('+78005557373')), '+78005557373')
  t.equal(dialable(' 8 (800) 555-73-73'), '+78005557373')
  t.equal(dialable('+7 800 555–73–73'), '+78005557373')
  t.equal(dialable('112'), '112')
})

t.test('a digit is taken back together with what stood before it', async (t) => {
  t.equal(withoutLastDigit('+78005557373'), '+7 800 555-73-7')
  t.equal(withoutLastDigit('+7 800 555-7'), '+7 800 555')
  t.equal(withoutLastDigit('1'), '')
  t.equal(withoutLastDigit(''), '')
})

t.test('the timer shows minutes and seconds, and hours when there are any', async (t) => {
  t.equal(clockFace(0), '0:00')
  t.equal(clockFace(245_900), '4:05')
  t.equal(clockFace(3_723_000), '1:02:03')
  t.equal(clockFace(-5), '0:00')
})

t.test('every key sounds the frequencies of its row and column', async (t) => {
  t.same(frequenciesOf('1'), [697, 1209])
  t.same(frequenciesOf('6'), [770, 1477])
  t.same(frequenciesOf('0'), [941, 1336])
  t.same(frequenciesOf('#'), [941, 1477])
  t.equal(frequenciesOf('A'), null)
})

t.test('TwiML is laid out one element a line', async (t) => {
  t.equal(
    prettyXml(
      '<?xml version="1.0"?><Response><Gather input="dtmf"><Say>Да</Say><Pause/></Gather><Hangup></Hangup></Response>',
    ),
    [
      '<?xml version="1.0"?>',
      '<Response>',
      '  <Gather input="dtmf">',
      '    <Say>Да</Say>',
      '    <Pause/>',
      '  </Gather>',
      '  <Hangup></Hangup>',
      '</Response>',
    ].join('\n'),
  )
})

t.test('text among elements keeps its place, and what is not XML is left alone', async (t) => {
  t.equal(prettyXml('<Say>Да <break/> нет</Say>'), '<Say>\n  Да\n  <break/>\n  нет\n</Say>')
  t.equal(prettyXml('503 upstream'), '503 upstream')
  t.equal(prettyXml(''), '')
})
