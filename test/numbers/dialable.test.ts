import fc from 'fast-check'
import t from 'tap'
import { dialable } from '../../src/numbers/dialable.ts'

t.test('geographic and mobile numbers of Russia may be dialled', async (t) => {
  const rows = [
    ['+79161234567', '+79161234567'],
    ['8 916 123 45 67', '+79161234567'],
    ['84951234567', '+74951234567'],
    ['+78432345678', '+78432345678'],
    ['+79781234567', '+79781234567'],
  ]
  for (const [text = '', number] of rows) t.same(dialable(text), { kind: 'dialable', number }, text)
})

t.test('everything else is refused with its reason', async (t) => {
  const rows = [
    ['anonymous', 'unreadable'],
    ['', 'unreadable'],
    ['8 916 123', 'unreadable'],
    ['112', 'emergency'],
    ['1-0-1', 'emergency'],
    ['02', 'emergency'],
    ['900', 'short'],
    ['0890', 'short'],
    ['+442079460958', 'foreign'],
    ['810442079460958', 'foreign'],
    ['+375291234567', 'foreign'],
    ['+77012345678', 'foreign'],
    ['+76012345678', 'foreign'],
    ['+79401234567', 'foreign'],
    ['+78401234567', 'foreign'],
    ['+15551234567', 'foreign'],
    ['+870773123456', 'satellite'],
    ['+881612345678', 'satellite'],
    ['+883510012345678', 'satellite'],
    ['+88213123456', 'satellite'],
    ['+79541101234', 'satellite'],
    ['8-800-555-73-73', 'toll-free'],
    ['+78045551234', 'toll-free'],
    ['8-809-505-12-34', 'premium'],
    ['8-803-555-12-34', 'premium'],
    ['8-801-555-12-34', 'premium'],
    ['8-808-555-12-34', 'premium'],
    ['+78812123456', 'unassigned'],
  ]
  for (const [text = '', reason] of rows) t.same(dialable(text), { kind: 'refused', reason }, text)
})

t.test('the own numbers are not dialled, however they are written', async (t) => {
  const own = new Set(['+74951234567'])
  t.same(dialable('8 (495) 123-45-67', own), { kind: 'refused', reason: 'own' })
  t.same(dialable('+74951234568', own), { kind: 'dialable', number: '+74951234568' })
})

t.test('nothing but eleven digits under +7 is ever dialled', async (t) => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[+]?[0-9 -]{3,18}$/))
  fc.assert(
    fc.property(text, (given) => {
      const answer = dialable(given)
      return answer.kind === 'refused' || /^\+7[3489]\d{9}$/.test(answer.number)
    }),
    { numRuns: 300 },
  )
  t.pass('held')
})
