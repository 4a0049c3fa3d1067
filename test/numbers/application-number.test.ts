import fc from 'fast-check'
import t from 'tap'
import {
  formatApplicationNumber,
  keyedForm,
  parseApplicationNumber,
  spokenThrees,
} from '../../src/numbers/application-number.ts'

t.test('the written and the keyed form are the same number', async (t) => {
  t.equal(parseApplicationNumber('RU-2026-000001'), 'RU-2026-000001')
  t.equal(parseApplicationNumber(' ru-2026-000001 '), 'RU-2026-000001')
  t.equal(parseApplicationNumber('2026000001'), 'RU-2026-000001')
  t.equal(parseApplicationNumber('2026000001', 'KZN'), 'KZN-2026-000001')
})

t.test('anything else is not a number', async (t) => {
  for (const text of [
    '',
    '2026',
    '20260000001',
    '1926000001',
    'RU-2026-1',
    'R-2026-000001',
    'RU2026000001',
  ])
    t.equal(parseApplicationNumber(text), null, text)
})

t.test('a sequence outside its six digits has no number', async (t) => {
  for (const sequence of [0, -1, 1.5, 1_000_000])
    t.equal(formatApplicationNumber(2026, sequence), null)
})

t.test('what is formatted is read back from speech groups and keys', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2000, max: 2099 }),
      fc.integer({ min: 1, max: 999_999 }),
      (year, sequence) => {
        const number = formatApplicationNumber(year, sequence)
        if (number === null) return false
        const spoken = spokenThrees(number)
        return (
          parseApplicationNumber(keyedForm(number)) === number &&
          spoken.year === year &&
          Number(spoken.threes.join('')) === sequence
        )
      },
    ),
  )
  t.pass('held')
})
