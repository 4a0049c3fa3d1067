import t from 'tap'
import { resolveAddress } from '../../src/voicexml/addresses.ts'

const file = (path: string, fragment: string | null = null) => ({ kind: 'file', path, fragment })

t.test('addresses are resolved against the document they stand in', async (t) => {
  const cases: [address: string, from: string, expected: unknown][] = [
    ['b.vxml', 'main.vxml', file('b.vxml')],
    ['b.vxml', 'x/main.vxml', file('x/b.vxml')],
    ['../b.vxml#d', 'x/main.vxml', file('b.vxml', 'd')],
    ['./y/../b.vxml', 'x/main.vxml', file('x/b.vxml')],
    ['/b.vxml', 'x/main.vxml', file('b.vxml')],
    ['b.vxml?q=1', 'main.vxml', file('b.vxml')],
    ['?q=1', 'x/main.vxml', file('x/main.vxml')],
    ['a%20b.vxml', 'main.vxml', file('a b.vxml')],
    [' #d ', 'main.vxml', { kind: 'here', fragment: 'd' }],
    ['../../b.vxml', 'x/main.vxml', { kind: 'outside', url: '../../b.vxml' }],
    [
      'https://example.com/b.vxml',
      'main.vxml',
      { kind: 'outside', url: 'https://example.com/b.vxml' },
    ],
    ['//example.com/b.vxml', 'main.vxml', { kind: 'outside', url: '//example.com/b.vxml' }],
    ['%E0%A4%A', 'main.vxml', file('%E0%A4%A')],
  ]
  for (const [address, from, expected] of cases)
    t.same(resolveAddress(address, from), expected, address)
})
