import fc from 'fast-check'
import t from 'tap'
import { type Case, cases, type Gender } from '../../../src/numbers/spoken/manner.ts'
import { russianNouns } from '../../../src/numbers/spoken/ru-nouns.ts'
import { cardinal, counted } from '../../../src/numbers/spoken/ru-numerals.ts'
import { ordinal } from '../../../src/numbers/spoken/ru-ordinals.ts'
import type { Noun } from '../../../src/numbers/spoken/speaker.ts'

const genders: readonly Gender[] = ['masculine', 'feminine', 'neuter']

t.test('a Russian cardinal is declined in every part', async (t) => {
  const rows: readonly [number, Gender, Case, string][] = [
    [0, 'masculine', 'nominative', 'ноль'],
    [0, 'feminine', 'genitive', 'нуля'],
    [1, 'masculine', 'nominative', 'один'],
    [1, 'feminine', 'accusative', 'одну'],
    [1, 'neuter', 'prepositional', 'одном'],
    [2, 'feminine', 'nominative', 'две'],
    [2, 'neuter', 'nominative', 'два'],
    [2, 'masculine', 'instrumental', 'двумя'],
    [3, 'masculine', 'genitive', 'трёх'],
    [4, 'masculine', 'instrumental', 'четырьмя'],
    [5, 'masculine', 'instrumental', 'пятью'],
    [8, 'masculine', 'genitive', 'восьми'],
    [8, 'masculine', 'instrumental', 'восемью'],
    [11, 'feminine', 'nominative', 'одиннадцать'],
    [12, 'masculine', 'genitive', 'двенадцати'],
    [19, 'masculine', 'dative', 'девятнадцати'],
    [21, 'feminine', 'nominative', 'двадцать одна'],
    [40, 'masculine', 'genitive', 'сорока'],
    [50, 'masculine', 'genitive', 'пятидесяти'],
    [58, 'masculine', 'instrumental', 'пятьюдесятью восемью'],
    [80, 'masculine', 'instrumental', 'восемьюдесятью'],
    [90, 'masculine', 'prepositional', 'девяноста'],
    [99, 'masculine', 'nominative', 'девяносто девять'],
    [100, 'masculine', 'instrumental', 'ста'],
    [101, 'feminine', 'nominative', 'сто одна'],
    [200, 'masculine', 'dative', 'двумстам'],
    [300, 'masculine', 'instrumental', 'тремястами'],
    [400, 'masculine', 'prepositional', 'четырёхстах'],
    [500, 'masculine', 'genitive', 'пятисот'],
    [800, 'masculine', 'instrumental', 'восемьюстами'],
    [912, 'masculine', 'genitive', 'девятисот двенадцати'],
    [1000, 'masculine', 'nominative', 'тысяча'],
    [1000, 'masculine', 'genitive', 'тысячи'],
    [1001, 'neuter', 'nominative', 'тысяча одно'],
    [2000, 'masculine', 'nominative', 'две тысячи'],
    [2026, 'masculine', 'nominative', 'две тысячи двадцать шесть'],
    [5000, 'masculine', 'accusative', 'пять тысяч'],
    [21_000, 'masculine', 'accusative', 'двадцать одну тысячу'],
    [22_000, 'masculine', 'genitive', 'двадцати двух тысяч'],
    [111_000, 'masculine', 'nominative', 'сто одиннадцать тысяч'],
    [1_000_000, 'masculine', 'nominative', 'один миллион'],
    [1_001_000, 'masculine', 'nominative', 'один миллион одна тысяча'],
    [2_000_002, 'feminine', 'nominative', 'два миллиона две'],
    [1_000_000_000, 'masculine', 'dative', 'одному миллиарду'],
    [
      999_999_999_999,
      'masculine',
      'nominative',
      'девятьсот девяносто девять миллиардов девятьсот девяносто девять миллионов девятьсот девяносто девять тысяч девятьсот девяносто девять',
    ],
  ]
  for (const [n, gender, of, said] of rows)
    t.equal(cardinal(n, { gender, case: of }), said, `${n} ${gender} ${of}`)
})

t.test('a Russian ordinal changes its last word only', async (t) => {
  const rows: readonly [number, Gender, Case, string][] = [
    [0, 'masculine', 'nominative', 'нулевой'],
    [1, 'neuter', 'genitive', 'первого'],
    [2, 'masculine', 'nominative', 'второй'],
    [3, 'masculine', 'nominative', 'третий'],
    [3, 'neuter', 'genitive', 'третьего'],
    [3, 'feminine', 'accusative', 'третью'],
    [4, 'feminine', 'nominative', 'четвёртая'],
    [6, 'masculine', 'accusative', 'шестой'],
    [7, 'feminine', 'prepositional', 'седьмой'],
    [8, 'neuter', 'nominative', 'восьмое'],
    [10, 'neuter', 'dative', 'десятому'],
    [11, 'neuter', 'genitive', 'одиннадцатого'],
    [13, 'neuter', 'instrumental', 'тринадцатым'],
    [20, 'neuter', 'genitive', 'двадцатого'],
    [23, 'neuter', 'genitive', 'двадцать третьего'],
    [30, 'neuter', 'nominative', 'тридцатое'],
    [31, 'neuter', 'genitive', 'тридцать первого'],
    [40, 'masculine', 'nominative', 'сороковой'],
    [50, 'masculine', 'nominative', 'пятидесятый'],
    [80, 'masculine', 'genitive', 'восьмидесятого'],
    [100, 'masculine', 'nominative', 'сотый'],
    [101, 'masculine', 'nominative', 'сто первый'],
    [300, 'masculine', 'nominative', 'трёхсотый'],
    [1000, 'masculine', 'nominative', 'тысячный'],
    [1998, 'masculine', 'genitive', 'тысяча девятьсот девяносто восьмого'],
    [2000, 'masculine', 'genitive', 'двухтысячного'],
    [2026, 'masculine', 'genitive', 'две тысячи двадцать шестого'],
    [2100, 'masculine', 'nominative', 'две тысячи сотый'],
    [21_000, 'masculine', 'nominative', 'двадцатиоднотысячный'],
    [40_000, 'masculine', 'nominative', 'сорокатысячный'],
    [90_000, 'masculine', 'nominative', 'девяностотысячный'],
    [100_000, 'masculine', 'nominative', 'стотысячный'],
    [215_000, 'masculine', 'nominative', 'двухсотпятнадцатитысячный'],
    [1_000_000, 'masculine', 'nominative', 'миллионный'],
    [5_000_000_000, 'feminine', 'nominative', 'пятимиллиардная'],
  ]
  for (const [n, gender, of, said] of rows)
    t.equal(ordinal(n, gender, of), said, `${n} ${gender} ${of}`)
})

t.test('a counted thing stands in the form that its number governs', async (t) => {
  const rows: readonly [number, Noun, Case, string][] = [
    [0, 'minute', 'nominative', 'ноль минут'],
    [1, 'minute', 'nominative', 'одна минута'],
    [1, 'minute', 'accusative', 'одну минуту'],
    [2, 'minute', 'nominative', 'две минуты'],
    [5, 'minute', 'nominative', 'пять минут'],
    [11, 'minute', 'nominative', 'одиннадцать минут'],
    [12, 'minute', 'nominative', 'двенадцать минут'],
    [21, 'minute', 'nominative', 'двадцать одна минута'],
    [22, 'minute', 'accusative', 'двадцать две минуты'],
    [3, 'minute', 'genitive', 'трёх минут'],
    [21, 'minute', 'genitive', 'двадцати одной минуты'],
    [3, 'minute', 'dative', 'трём минутам'],
    [5, 'minute', 'instrumental', 'пятью минутами'],
    [1, 'working-day', 'nominative', 'один рабочий день'],
    [2, 'working-day', 'nominative', 'два рабочих дня'],
    [5, 'working-day', 'nominative', 'пять рабочих дней'],
    [5, 'working-day', 'genitive', 'пяти рабочих дней'],
    [1, 'working-day', 'genitive', 'одного рабочего дня'],
    [30, 'calendar-day', 'genitive', 'тридцати календарных дней'],
    [1, 'person', 'nominative', 'один человек'],
    [2, 'person', 'nominative', 'два человека'],
    [5, 'person', 'nominative', 'пять человек'],
    [5, 'person', 'genitive', 'пяти человек'],
    [2, 'person', 'accusative', 'двух человек'],
    [1, 'operator', 'accusative', 'одного оператора'],
    [3, 'operator', 'accusative', 'трёх операторов'],
    [5, 'operator', 'accusative', 'пять операторов'],
    [22, 'operator', 'accusative', 'двадцать два оператора'],
    [21, 'operator', 'accusative', 'двадцать одного оператора'],
    [3, 'year', 'nominative', 'три года'],
    [5, 'year', 'nominative', 'пять лет'],
    [3, 'year', 'genitive', 'трёх лет'],
    [2, 'application', 'nominative', 'два заявления'],
    [1, 'application', 'nominative', 'одно заявление'],
    [1000, 'rouble', 'nominative', 'тысяча рублей'],
    [2000, 'rouble', 'dative', 'двум тысячам рублей'],
    [200, 'rouble', 'dative', 'двумстам рублям'],
    [1_000_001, 'rouble', 'nominative', 'один миллион один рубль'],
  ]
  for (const [n, noun, of, said] of rows)
    t.equal(counted(n, russianNouns[noun], of), said, `${n} ${noun} ${of}`)
})

t.test(
  'every number has words in every gender and case, single-spaced and of letters',
  async (t) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 999_999_999_999 }),
        fc.constantFrom(...genders),
        fc.constantFrom(...cases),
        (n, gender, of) => {
          for (const said of [cardinal(n, { gender, case: of }), ordinal(n, gender, of)])
            if (!/^[а-яё]+(?: [а-яё]+)*$/.test(said)) return false
          return true
        },
      ),
    )
    t.pass('held')
  },
)

t.test('the words of a number below ten thousand are the words of no other', async (t) => {
  const values = new Map<string, number>()
  for (let n = 1; n < 20; n += 1)
    values.set(cardinal(n, { gender: 'masculine', case: 'nominative' }), n)
  for (let n = 20; n < 100; n += 10)
    values.set(cardinal(n, { gender: 'masculine', case: 'nominative' }), n)
  for (let n = 100; n < 1000; n += 100)
    values.set(cardinal(n, { gender: 'masculine', case: 'nominative' }), n)
  values.set('две', 2).set('одна', 1).set('ноль', 0)
  const read = (said: string): number => {
    let thousands = 0
    let below = 0
    for (const word of said.split(' ')) {
      if (word.startsWith('тысяч')) {
        thousands = below || 1
        below = 0
      } else below += values.get(word) ?? Number.NaN
    }
    return thousands * 1000 + below
  }
  const wrong = []
  for (let n = 0; n < 10_000; n += 1)
    if (read(cardinal(n, { gender: 'masculine', case: 'nominative' })) !== n) wrong.push(n)
  t.same(wrong, [])
})
