import t from 'tap'
import { catchUp } from '../../src/calls/catch-up.ts'

/** Work that a test lets end. */
const held = () => {
  const runs: PromiseWithResolvers<void>[] = []
  const work = () => {
    const run = Promise.withResolvers<void>()
    runs.push(run)
    return run.promise
  }
  return { runs, work }
}

const ticks = () => new Promise((done) => setImmediate(done))

t.test('work runs once at a time; those who ask meanwhile share the next run', async (t) => {
  const { runs, work } = held()
  const ask = catchUp(work)
  const first = ask()
  const others = [ask(), ask(), ask()]
  await ticks()
  t.equal(runs.length, 1)
  runs[0]?.resolve()
  await first
  await ticks()
  t.equal(runs.length, 2)
  runs[1]?.resolve()
  await Promise.all(others)
  await ticks()
  t.equal(runs.length, 2)
})

t.test('a run that failed harms only those who asked for it', async (t) => {
  const { runs, work } = held()
  const ask = catchUp(work)
  const first = ask()
  const second = ask()
  runs[0]?.reject(new Error('away'))
  await t.rejects(first, { message: 'away' })
  await ticks()
  runs[1]?.resolve()
  await t.resolves(second)
  const third = ask()
  runs[2]?.resolve()
  await t.resolves(third)
})
