import t from 'tap'
import { lastWords } from '../../src/calls/last-words.ts'

const timers = () => {
  const due = new Map<number, () => void>()
  let count = 0
  return {
    later: (_milliseconds: number, work: () => void) => {
      const id = ++count
      due.set(id, work)
      return () => void due.delete(id)
    },
    pass: () => {
      const works = [...due.values()]
      due.clear()
      for (const work of works) work()
    },
  }
}

t.test('a call whose last words are not told is hung up after all, once', async (t) => {
  const { later, pass } = timers()
  const hungUp: string[] = []
  const words = lastWords(later, (callSid) => hungUp.push(callSid))
  words.expect('CA1')
  words.expect('CA1')
  t.same(hungUp, [])
  pass()
  pass()
  t.same(hungUp, ['CA1'])
})

t.test('a server that closes leaves them to the sweep', async (t) => {
  const { later, pass } = timers()
  const hungUp: string[] = []
  const words = lastWords(later, (callSid) => hungUp.push(callSid))
  words.expect('CA1')
  words.stop()
  pass()
  t.same(hungUp, [])
})
