import t from 'tap'
import { streamTokens } from '../../src/recordings/stream-token.ts'

const call = `CA${'1'.repeat(32)}`
const other = `CA${'2'.repeat(32)}`

t.test('a token is good for its call and its ordinal, the same each time', async (t) => {
  const { tokenOf, ordinalOf } = streamTokens(['secret'])
  t.equal(tokenOf(call, 1), tokenOf(call, 1))
  t.equal(ordinalOf(call, tokenOf(call, 1)), 1)
  t.equal(ordinalOf(call, tokenOf(call, 12)), 12)
  t.equal(ordinalOf(other, tokenOf(call, 1)), null)
  t.equal(ordinalOf(call, tokenOf(call, 1).replace(/^1/, '2')), null, 'not for another ordinal')
})

t.test('nothing else is a token', async (t) => {
  const { tokenOf, ordinalOf } = streamTokens(['secret'])
  const token = tokenOf(call, 1)
  for (const text of [
    '',
    '1',
    '1.',
    token.slice(0, -1),
    `${token}A`,
    `0${token}`,
    '1.é',
    `${token}\n`,
  ])
    t.equal(ordinalOf(call, text), null, text)
  t.equal(ordinalOf(call, streamTokens(['other']).tokenOf(call, 1)), null)
})

t.test('while secrets change both are good', async (t) => {
  const before = streamTokens(['old']).tokenOf(call, 1)
  const { tokenOf, ordinalOf } = streamTokens(['old', 'new'])
  t.equal(tokenOf(call, 1), before)
  t.equal(ordinalOf(call, streamTokens(['new', 'old']).tokenOf(call, 1)), 1)
})
