import t from 'tap'
import { inStep } from '../../../src/web/voice/in-step.ts'

t.test('what waits at one moment goes on together, in the order it came', async (t) => {
  const step = inStep()
  const done: string[] = []
  const wait = async (name: string) => {
    await step()
    done.push(name)
  }
  const first = Promise.all([wait('a'), wait('b')])
  t.same(done, [], 'nobody goes on before the others have been read')
  await first
  t.same(done, ['a', 'b'])
  await wait('c')
  t.same(done, ['a', 'b', 'c'], 'a later moment has a step of its own')
})
