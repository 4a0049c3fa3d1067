import fc from 'fast-check'
import t from 'tap'
import { cardinal, ordinal, yearInWords } from '../../../src/numbers/spoken/en-numerals.ts'

t.test('an English cardinal is American, without "and"', async (t) => {
  const rows: readonly [number, string][] = [
    [0, 'zero'],
    [13, 'thirteen'],
    [20, 'twenty'],
    [42, 'forty-two'],
    [100, 'one hundred'],
    [215, 'two hundred fifteen'],
    [1001, 'one thousand one'],
    [21_000, 'twenty-one thousand'],
    [1_000_000, 'one million'],
    [
      999_999_999_999,
      'nine hundred ninety-nine billion nine hundred ninety-nine million nine hundred ninety-nine thousand nine hundred ninety-nine',
    ],
  ]
  for (const [n, said] of rows) t.equal(cardinal(n), said)
})

t.test('an English ordinal changes the last word', async (t) => {
  const rows: readonly [number, string][] = [
    [0, 'zeroth'],
    [1, 'first'],
    [2, 'second'],
    [3, 'third'],
    [5, 'fifth'],
    [8, 'eighth'],
    [9, 'ninth'],
    [12, 'twelfth'],
    [20, 'twentieth'],
    [21, 'twenty-first'],
    [25, 'twenty-fifth'],
    [30, 'thirtieth'],
    [100, 'one hundredth'],
    [1003, 'one thousand third'],
  ]
  for (const [n, said] of rows) t.equal(ordinal(n), said)
})

t.test('years are said in pairs where people do so', async (t) => {
  const rows: readonly [number, string][] = [
    [2026, 'twenty twenty-six'],
    [2000, 'two thousand'],
    [2009, 'two thousand nine'],
    [2010, 'twenty ten'],
    [1900, 'nineteen hundred'],
    [1905, 'nineteen oh five'],
    [1998, 'nineteen ninety-eight'],
  ]
  for (const [year, said] of rows) t.equal(yearInWords(year), said)
})

t.test('every number has words, single-spaced and of letters', async (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999_999_999_999 }), (n) =>
      [cardinal(n), ordinal(n)].every((said) => /^[a-z]+(?:[ -][a-z]+)*$/.test(said)),
    ),
  )
  t.pass('held')
})
