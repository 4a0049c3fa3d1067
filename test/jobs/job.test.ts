import t from 'tap'
import { type Job, startJobs } from '../../src/jobs/job.ts'

/** A timer that strikes when the test says so. */
const handTimer = () => {
  const works = new Map<number, () => void>()
  return {
    timer: (everyMs: number, work: () => void) => {
      works.set(everyMs, work)
      return () => works.delete(everyMs)
    },
    strike: async () => {
      for (const work of [...works.values()]) work()
      await new Promise(setImmediate)
    },
    size: () => works.size,
  }
}

const job = (name: string, everyMs: number, run: Job['run']): Job => ({ name, everyMs, run })

t.test('every job runs each time that it is due, also after a fault', async (t) => {
  const { timer, strike } = handTimer()
  const faults: string[] = []
  let runs = 0
  startJobs(
    [
      job('works', 1, async () => {
        runs += 1
      }),
      job('fails', 2, async () => {
        throw new Error('away')
      }),
    ],
    timer,
    (name) => faults.push(name),
  )
  t.equal(runs, 0, 'not before it is due')
  await strike()
  await strike()
  t.equal(runs, 2)
  t.strictSame(faults, ['fails', 'fails'])
})

t.test('a job still at work is not begun again; the stop waits for it', async (t) => {
  const { timer, strike, size } = handTimer()
  const { promise, resolve } = Promise.withResolvers<void>()
  let runs = 0
  const stop = startJobs(
    [
      job('long', 1, () => {
        runs += 1
        return promise
      }),
    ],
    timer,
    () => {},
  )
  await strike()
  await strike()
  t.equal(runs, 1)
  let stopped = false
  const stopping = stop().then(() => {
    stopped = true
  })
  await new Promise(setImmediate)
  t.equal(stopped, false)
  t.equal(size(), 0, 'no timer is left')
  resolve()
  await stopping
  t.equal(stopped, true)
})
