import fc from 'fast-check'
import t from 'tap'
import {
  ablative,
  dative,
  locative,
  possessive,
  possessiveLocative,
} from '../../../src/numbers/spoken/tt-endings.ts'
import { cardinal, ordinal } from '../../../src/numbers/spoken/tt-numerals.ts'
import { months } from '../../../src/numbers/spoken/tt-words.ts'

t.test('a Tatar cardinal', async (t) => {
  const rows: readonly [number, string][] = [
    [0, 'ноль'],
    [8, 'сигез'],
    [10, 'ун'],
    [11, 'унбер'],
    [12, 'унике'],
    [16, 'уналты'],
    [20, 'егерме'],
    [31, 'утыз бер'],
    [47, 'кырык җиде'],
    [55, 'илле биш'],
    [64, 'алтмыш дүрт'],
    [73, 'җитмеш өч'],
    [86, 'сиксән алты'],
    [99, 'туксан тугыз'],
    [100, 'йөз'],
    [112, 'йөз унике'],
    [200, 'ике йөз'],
    [1000, 'мең'],
    [1100, 'мең йөз'],
    [2026, 'ике мең егерме алты'],
    [9999, 'тугыз мең тугыз йөз туксан тугыз'],
    [100_000, 'йөз мең'],
    [1_000_000, 'бер миллион'],
    [1_001_000, 'бер миллион бер мең'],
    [2_000_000_003, 'ике миллиард өч'],
  ]
  for (const [n, said] of rows) t.equal(cardinal(n), said)
})

t.test('of a Tatar ordinal only the last word changes', async (t) => {
  const rows: readonly [number, string][] = [
    [0, 'ноленче'],
    [1, 'беренче'],
    [2, 'икенче'],
    [3, 'өченче'],
    [4, 'дүртенче'],
    [5, 'бишенче'],
    [6, 'алтынчы'],
    [7, 'җиденче'],
    [8, 'сигезенче'],
    [9, 'тугызынчы'],
    [10, 'унынчы'],
    [12, 'уникенче'],
    [20, 'егерменче'],
    [25, 'егерме бишенче'],
    [30, 'утызынчы'],
    [40, 'кырыгынчы'],
    [50, 'илленче'],
    [60, 'алтмышынчы'],
    [70, 'җитмешенче'],
    [80, 'сиксәненче'],
    [90, 'туксанынчы'],
    [100, 'йөзенче'],
    [1000, 'меңенче'],
    [2026, 'ике мең егерме алтынчы'],
    [1_000_000, 'бер миллионынчы'],
  ]
  for (const [n, said] of rows) t.equal(ordinal(n), said)
})

t.test('endings follow the sounds of the word', async (t) => {
  const rows: readonly [word: string, at: string, from: string, to: string][] = [
    ['ноль', 'нольдә', 'нольдән', 'нольгә'],
    ['бер', 'бердә', 'бердән', 'бергә'],
    ['ике', 'икедә', 'икедән', 'икегә'],
    ['өч', 'өчтә', 'өчтән', 'өчкә'],
    ['дүрт', 'дүрттә', 'дүрттән', 'дүрткә'],
    ['биш', 'биштә', 'биштән', 'бишкә'],
    ['алты', 'алтыда', 'алтыдан', 'алтыга'],
    ['тугыз', 'тугызда', 'тугыздан', 'тугызга'],
    ['ун', 'унда', 'уннан', 'унга'],
    ['унике', 'уникедә', 'уникедән', 'уникегә'],
    ['егерме', 'егермедә', 'егермедән', 'егермегә'],
    ['кырык', 'кырыкта', 'кырыктан', 'кырыкка'],
    ['илле', 'илледә', 'илледән', 'иллегә'],
    ['мең', 'меңдә', 'меңнән', 'меңгә'],
  ]
  for (const [word, at, from, to] of rows) {
    t.equal(locative(word), at)
    t.equal(ablative(word), from)
    t.equal(dative(word), to)
  }
})

t.test('months say in, of a year, and in of a year', async (t) => {
  t.strictSame(months.map(locative), [
    'гыйнварда',
    'февральдә',
    'мартта',
    'апрельдә',
    'майда',
    'июньдә',
    'июльдә',
    'августта',
    'сентябрьдә',
    'октябрьдә',
    'ноябрьдә',
    'декабрьдә',
  ])
  t.strictSame(months.map(possessive), [
    'гыйнвары',
    'феврале',
    'марты',
    'апреле',
    'мае',
    'июне',
    'июле',
    'августы',
    'сентябре',
    'октябре',
    'ноябре',
    'декабре',
  ])
  t.strictSame(
    [0, 4, 7, 10].map((month) => possessiveLocative(months[month] ?? '')),
    ['гыйнварында', 'маенда', 'августында', 'ноябрендә'],
  )
})

t.test('every number has words of its own', async (t) => {
  const said = new Set(Array.from({ length: 10_000 }, (_, n) => cardinal(n)))
  t.equal(said.size, 10_000)
  const ordinals = new Set(Array.from({ length: 10_000 }, (_, n) => ordinal(n)))
  t.equal(ordinals.size, 10_000)
  fc.assert(
    fc.property(fc.nat(999_999), fc.nat(999_999), (a, b) => {
      if (a !== b && cardinal(a * 1_000_003) === cardinal(b * 1_000_003))
        throw new Error(`${a} and ${b} sound alike`)
    }),
  )
})
