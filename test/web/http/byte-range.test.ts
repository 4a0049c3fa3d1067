import t from 'tap'
import { rangeOf } from '../../../src/web/http/byte-range.ts'

t.test('a range is read as browsers ask for it', async (t) => {
  t.strictSame(rangeOf('bytes=0-', 100), { start: 0, end: 99 })
  t.strictSame(rangeOf('bytes=10-19', 100), { start: 10, end: 19 })
  t.strictSame(rangeOf('bytes=10-1000', 100), { start: 10, end: 99 })
  t.strictSame(rangeOf('bytes=-10', 100), { start: 90, end: 99 })
  t.strictSame(rangeOf('bytes=-1000', 100), { start: 0, end: 99 })
  t.equal(rangeOf('bytes=100-', 100), 'unsatisfiable')
  t.equal(rangeOf('bytes=-0', 100), 'unsatisfiable')
  for (const header of [
    undefined,
    '',
    'bytes=',
    'bytes=-',
    'bytes=5-4',
    'bytes=0-1,5-6',
    'items=0-1',
    'bytes=a-b',
  ])
    t.equal(rangeOf(header, 100), 'all', header ?? 'none')
})
