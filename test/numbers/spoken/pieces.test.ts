import fc from 'fast-check'
import t from 'tap'
import { inPieces } from '../../../src/numbers/spoken/pieces.ts'
import { nouns } from '../../../src/numbers/spoken/speaker.ts'
import { piecesOf, sayAs } from '../../../src/numbers/spoken/spoken.ts'

const pieces = piecesOf('tt-RU') ?? new Set<string>()

t.test('a text is put together from the longest pieces that fit', async (t) => {
  const known = new Set(['a', 'b', 'a b', 'c', ',', '.'])
  t.strictSame(inPieces('a b c', known), ['a b', 'c'])
  t.strictSame(inPieces(' b a,  c. ', known), ['b', 'a', ',', 'c', '.'])
  t.strictSame(inPieces('a — b; c!', known), ['a', ',', 'b', ',', 'c', '.'])
  t.strictSame(inPieces('  ', known), [])
  t.equal(inPieces('a x', known), null)
  t.equal(inPieces('A', known), null)
})

t.test('only a language that no voice speaks has pieces', async (t) => {
  t.ok(pieces.size > 300)
  t.equal(piecesOf('tt'), piecesOf('tt-RU'))
  for (const language of ['ru-RU', 'en-US', 'de', '']) t.equal(piecesOf(language), null)
})

t.test('a date and a number are few pieces', async (t) => {
  const parts = (kind: string, format: string, text: string) =>
    inPieces(sayAs('tt-RU', kind, format, text) ?? '', pieces)
  t.strictSame(parts('date', 'weekday', '2026-11-25'), [
    'чәршәмбе көнне',
    ',',
    'егерме бишенче',
    'ноябрьдә',
  ])
  t.strictSame(parts('application-number', '', 'RU-2026-000042'), [
    'ике мең',
    'егерме алты',
    ',',
    'ноль',
    'ноль',
    'ноль',
    ',',
    'ноль',
    'кырык ике',
  ])
})

const complete = (kind: string, format: string, text: string): void => {
  const said = sayAs('tt-RU', kind, format, text)
  if (said === null) throw new Error(`${kind} ${text} is not said`)
  if (inPieces(said, pieces) === null) throw new Error(`${kind} ${text} has no pieces: ${said}`)
}

t.test('every number up to 9,999 consists of pieces, counted and in order', async (t) => {
  for (let n = 0; n < 10_000; n++) {
    complete('number', '', String(n))
    complete('ordinal', '', String(n))
  }
  for (const noun of nouns) complete(`count:${noun}`, 'about', '3')
  t.pass()
})

t.test('every minute of the day and every day of a leap year consists of pieces', async (t) => {
  for (let minute = 0; minute < 1440; minute++) {
    const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
    complete('time', 'at', clock)
    complete('time', '', clock)
    complete('window', '', `${clock}/23:59`)
    complete('window', '', `00:00/${clock}`)
  }
  for (let day = 0; day < 366; day++) {
    const date = Temporal.PlainDate.from('2028-01-01').add({ days: day }).toString()
    for (const format of ['', 'weekday', 'year', 'weekday year', 'genitive', 'genitive year'])
      complete('date', format, date)
  }
  t.pass()
})

const digits = (minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength })

const moment = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 16))

const whole = fc.integer({ min: 0, max: 999_999_999_999 })

const values = fc.oneof(
  fc.tuple(fc.constant('number'), whole.map(String)),
  fc.tuple(
    fc.constant('number'),
    fc.tuple(whole, digits(1, 3)).map(([n, fraction]) => `-${n}.${fraction}`),
  ),
  fc.tuple(fc.constant('ordinal'), whole.map(String)),
  fc.tuple(
    fc.constantFrom('digits', 'code'),
    fc.string({ unit: fc.constantFrom(...'0123456789*#'), minLength: 1, maxLength: 40 }),
  ),
  fc.tuple(
    fc.constant('telephone'),
    fc.oneof(
      digits(10, 10).map((ten) => `+7${ten}`),
      digits(1, 6),
    ),
  ),
  fc.tuple(
    fc.constant('application-number'),
    digits(6, 6).map((six) => `RU-2026-${six}`),
  ),
  fc.tuple(fc.constantFrom('date-time', 'date', 'time'), moment),
  fc.tuple(
    fc.constant('window'),
    fc.tuple(moment, moment).map(([from, to]) => `${from}/${to}`),
  ),
  fc.tuple(fc.constant('duration'), fc.nat(31_536_000).map(String)),
  fc.tuple(
    fc.constant('currency'),
    fc
      .tuple(fc.constantFrom('RUB', 'USD', 'EUR'), whole, digits(2, 2))
      .map(([code, n, cents]) => `${code}${n}.${cents}`),
  ),
)

t.test('whatever is said in Tatar consists of pieces', async (t) => {
  fc.assert(
    fc.property(
      values,
      fc.constantFrom('', 'at', 'about', 'weekday', 'year genitive', 'international'),
      ([kind, text], format) => {
        const said = sayAs('tt-RU', kind, format, text)
        if (said !== null && inPieces(said, pieces) === null) throw new Error(said)
      },
    ),
    { numRuns: 1000 },
  )
  t.pass()
})
