import t from 'tap'
import { resolveAddress } from '../../src/voicexml/addresses.ts'

const file = (path: string, fragment: string | null = null) => ({ kind: 'file', path, fragment })

const web = (url: string, fragment: string | null = null) => ({ kind: 'web', url, fragment })
const outside = (url: string) => ({ kind: 'outside', url })

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
    ['https://example.com/b.vxml', 'main.vxml', web('https://example.com/b.vxml')],
    ['HTTP://Example.com:80/../b#d%20e', 'main.vxml', web('http://example.com/b', 'd e')],
    ['http://', 'main.vxml', { kind: 'outside', url: 'http://' }],
    [
      'b.vxml?q=1#d',
      'https://example.com/x/a.vxml?z',
      web('https://example.com/x/b.vxml?q=1', 'd'),
    ],
    ['/b', 'https://example.com/x/a.vxml', web('https://example.com/b')],
    ['../../../b', 'https://example.com/x/a.vxml', web('https://example.com/b')],
    ['//other.example/b', 'https://example.com/a', web('https://other.example/b')],
    ['#d', 'https://example.com/a', { kind: 'here', fragment: 'd' }],
    ['file:///etc/passwd', 'https://example.com/a', outside('file:///etc/passwd')],
    ['flow:/hotline/main.vxml#menu', 'https://example.com/a', file('hotline/main.vxml', 'menu')],
    ['flow:/../b.vxml', 'https://example.com/a', outside('flow:/../b.vxml')],
    ['flow:/b.vxml', 'x/main.vxml', file('b.vxml')],
    ['//example.com/b.vxml', 'main.vxml', { kind: 'outside', url: '//example.com/b.vxml' }],
    ['%E0%A4%A', 'main.vxml', file('%E0%A4%A')],
  ]
  for (const [address, from, expected] of cases)
    t.same(resolveAddress(address, from), expected, address)
})
