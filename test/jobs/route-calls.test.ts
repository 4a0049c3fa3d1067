import t from 'tap'
import { routeCalls } from '../../src/jobs/route-calls.ts'

/** Hints, ticks and the second hand, all by hand. */
const scene = () => {
  const ticks: boolean[] = []
  const faults: unknown[] = []
  let listener = () => {}
  let strike = () => {}
  let finish: ((isFull: boolean) => void) | null = null
  let fail: ((cause: Error) => void) | null = null
  const stop = routeCalls(
    ({ sweeps }) => {
      ticks.push(sweeps)
      return new Promise((resolve, reject) => {
        finish = (isFull) => resolve({ isFull })
        fail = reject
      })
    },
    (heard) => {
      listener = heard
      return () => {
        listener = () => {}
      }
    },
    (_everyMs, work) => {
      strike = work
      return () => {
        strike = () => {}
      }
    },
    (cause) => faults.push(cause),
  )
  const settle = async (end: () => void) => {
    end()
    await new Promise(setImmediate)
  }
  return {
    ...{ ticks, faults, stop },
    hint: () => listener(),
    strike: () => strike(),
    finish: (isFull = false) => settle(() => finish?.(isFull)),
    fail: () => settle(() => fail?.(new Error('away'))),
  }
}

t.test('one tick at a time: hints that come meanwhile make one more', async (t) => {
  const { ticks, hint, strike, finish } = scene()
  hint()
  for (let each = 0; each < 5; each++) hint()
  strike()
  t.strictSame(ticks, [false])
  await finish()
  t.strictSame(ticks, [false, true], 'and that one sweeps, for the second is over')
  await finish()
  t.strictSame(ticks, [false, true])
})

t.test('a tick that did all it may is followed by another', async (t) => {
  const { ticks, hint, finish } = scene()
  hint()
  await finish(true)
  t.equal(ticks.length, 2)
  await finish()
  t.equal(ticks.length, 2)
})

t.test('a fault is told, and the next tick comes all the same', async (t) => {
  const { ticks, faults, hint, strike, fail, finish } = scene()
  hint()
  await fail()
  t.equal(faults.length, 1)
  strike()
  await finish()
  t.strictSame(ticks, [false, true])
})

t.test('stopped, it waits for the tick under way and begins no other', async (t) => {
  const { ticks, hint, strike, stop, finish } = scene()
  hint()
  hint()
  const stopped = stop()
  await finish()
  await stopped
  hint()
  strike()
  t.equal(ticks.length, 1)
})
