import fc from 'fast-check'
import t from 'tap'
import { countryOf, nationalForm, parseNumber, spokenGroups } from '../../src/numbers/e164.ts'

t.test('numbers are read as people and carriers write them', async (t) => {
  const rows: readonly [string, string | null][] = [
    ['+78005557373', '+78005557373'],
    ['8 (800) 555-73-73', '+78005557373'],
    ['8-916-123-45-67', '+79161234567'],
    ['9161234567', '+79161234567'],
    ['79161234567', '+79161234567'],
    [' +7 495 123-45-67 ', '+74951234567'],
    ['+442079460958', '+442079460958'],
    ['810442079460958', '+442079460958'],
    ['+870773123456', '+870773123456'],
    ['anonymous', null],
    ['unknown', null],
    ['', null],
    ['+', null],
    ['+266696687', null],
    ['+7378742833', null],
    ['+2562533', null],
    ['sip:anna@example.org', null],
    ['client:anna', null],
    ['112', null],
    ['916123', null],
    ['позвоните 89161234567', null],
    ['8 800 555 73 73 доб. 12', null],
    ['+999123456789', null],
  ]
  for (const [text, number] of rows) t.equal(parseNumber(text), number, text)
})

t.test('a number without country code belongs to the country that is given', async (t) => {
  t.equal(parseNumber('020 7946 0958', 'GB'), '+442079460958')
})

t.test('a number tells its country and how it is written and said there', async (t) => {
  const rows: readonly [string, string | null, string, string][] = [
    ['+78005557373', 'RU', '8 (800) 555-73-73', '8 800 555 73 73'],
    ['+79161234567', 'RU', '8 (916) 123-45-67', '8 916 123 45 67'],
    ['+77012345678', 'KZ', '8 (701) 234 5678', '+7 701 234 5678'],
    ['+12125551234', 'US', '(212) 555-1234', '+1 212 555 1234'],
    ['+870773123456', null, '773 123 456', '+870 773 123 456'],
  ]
  for (const [text, country, national, said] of rows) {
    const number = parseNumber(text)
    if (number === null) throw new Error(`not read: ${text}`)
    t.equal(countryOf(number), country)
    t.equal(nationalForm(number), national)
    const { groups, plus } = spokenGroups(number)
    t.equal((plus ? '+' : '') + groups.join(' '), said)
  }
})

t.test('what is read is E.164, and is read again as itself', async (t) => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[+]?[0-9 ()-]{0,18}$/))
  fc.assert(
    fc.property(text, (given) => {
      const number = parseNumber(given)
      return number === null || (/^\+[1-9]\d{1,14}$/.test(number) && parseNumber(number) === number)
    }),
    { numRuns: 300 },
  )
  t.pass('held')
})
