import fc from 'fast-check'
import t from 'tap'
import { parseBusinessNumber } from '../../src/numbers/business-number.ts'

const rightNumbers = ['7707083893', '500100732259', '1027700132195', '304500116000157']

t.test('numbers are told apart by length', async (t) => {
  t.same(rightNumbers.map(parseBusinessNumber), [
    { kind: 'inn', holder: 'company', number: '7707083893' },
    { kind: 'inn', holder: 'person', number: '500100732259' },
    { kind: 'ogrn', holder: 'company', number: '1027700132195' },
    { kind: 'ogrn', holder: 'person', number: '304500116000157' },
  ])
  t.same(parseBusinessNumber('7707 083-893'), {
    kind: 'inn',
    holder: 'company',
    number: '7707083893',
  })
})

t.test('a number of another length is refused as such', async (t) => {
  for (const text of ['', '123', '77070838931', '12345678901234', '770708389a', '1234567890123456'])
    t.same(parseBusinessNumber(text), { kind: 'invalid', reason: 'length' }, text)
})

t.test('zeros are no number', async (t) => {
  t.same(parseBusinessNumber('0000000000'), { kind: 'invalid', reason: 'checksum' })
})

t.test('a wrong last key is noticed', async (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom(...rightNumbers),
      fc.integer({ min: 1, max: 9 }),
      (number, shift) => {
        const last = (Number(number.at(-1)) + shift) % 10
        const answer = parseBusinessNumber(number.slice(0, -1) + last)
        return answer.kind === 'invalid' && answer.reason === 'checksum'
      },
    ),
  )
  t.pass('held')
})
