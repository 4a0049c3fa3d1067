import t from 'tap'
import { createHints } from '../../src/queues/hints.ts'

/** Work put off until the test says so. */
const handLater = () => {
  const works = new Set<() => void>()
  return {
    later: (_milliseconds: number, work: () => void) => {
      works.add(work)
      return () => works.delete(work)
    },
    strike: () => {
      const due = [...works]
      works.clear()
      for (const work of due) work()
    },
    size: () => works.size,
  }
}

t.test('a hint is heard here at once, and told to the others as one with its like', async (t) => {
  const { later, strike } = handLater()
  let told = 0
  let heard = 0
  const hints = createHints('me', () => (told += 1), later)
  const stop = hints.onHint(() => (heard += 1))
  for (let each = 0; each < 5; each++) hints.hint()
  t.strictSame([heard, told], [5, 0])
  strike()
  t.strictSame([heard, told], [5, 1])
  hints.hint()
  strike()
  t.strictSame([heard, told], [6, 2])
  hints.receive('other')
  t.strictSame([heard, told], [7, 2], 'what others tell is not told on')
  hints.receive('me')
  t.equal(heard, 7, 'its own was heard already')
  stop()
  hints.receive('other')
  t.equal(heard, 7)
})

t.test('closed, it tells nobody any more', async (t) => {
  const { later, strike, size } = handLater()
  let told = 0
  const hints = createHints('me', () => (told += 1), later)
  hints.hint()
  hints.close()
  t.equal(size(), 0)
  strike()
  t.equal(told, 0)
})
