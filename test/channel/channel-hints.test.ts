import t from 'tap'
import { createChannelHints } from '../../src/channel/hints.ts'

/** Two nodes; what is due later happens when the test says so. */
const scene = () => {
  const due: (() => void)[] = []
  const told: string[] = []
  const heard = { one: [] as unknown[], two: [] as unknown[] }
  const later = (_ms: number, work: () => void) => {
    due.push(work)
    return () => due.splice(0)
  }
  const tell = (words: string) => {
    told.push(words)
    one.receive(words)
    two.receive(words)
  }
  const one = createChannelHints('one', tell, later)
  const two = createChannelHints('two', tell, later)
  one.onHint((ids) => heard.one.push(ids))
  two.onHint((ids) => heard.two.push(ids))
  const pass = () => {
    for (const work of due.splice(0)) work()
  }
  return { one, two, told, heard, pass }
}

t.test('a hint is heard here at once, and by others with those of the same moment', async (t) => {
  const { one, told, heard, pass } = scene()
  one.hint('a')
  one.hint('b')
  one.hint('a')
  t.same(heard, { one: [['a'], ['b'], ['a']], two: [] })
  pass()
  t.same(told, ['one:a,b'])
  t.same(heard.two, [['a', 'b']])
  t.equal(heard.one.length, 3, 'its own is not heard again')
})

t.test(
  'too many of them are told as any of them, and what says nothing of which is so',
  async (t) => {
    const { one, told, heard, pass } = scene()
    for (let count = 0; count < 101; count++) one.hint(String(count))
    pass()
    t.same(told, ['one'])
    t.same(heard.two, [null])
    one.hint('a')
    one.hint(null)
    pass()
    t.same(heard.two, [null, null])
    one.hint('b')
    pass()
    t.same(heard.two.at(-1), ['b'], 'the next are told by themselves again')
  },
)

t.test('after it is closed nothing is told', async (t) => {
  const { one, told, pass } = scene()
  one.hint('a')
  one.close()
  pass()
  t.same(told, [])
})
