import t from 'tap'
import { realClock, virtualClock } from '../../src/simulator/clock.ts'

t.test('virtual time jumps from one thing due to the next, in their order', async (t) => {
  const clock = virtualClock(0)
  const order: [string, number][] = []
  const done = Promise.withResolvers<void>()
  clock.after(5000, () => {
    order.push(['b', clock.now()])
    clock.after(1000, () => {
      order.push(['c', clock.now()])
      done.resolve()
    })
  })
  clock.after(10, () => order.push(['a', clock.now()]))
  const takeBack = clock.after(7, () => order.push(['never', clock.now()]))
  takeBack()
  await done.promise
  t.same(order, [
    ['a', 10],
    ['b', 5000],
    ['c', 6000],
  ])
})

t.test('virtual time stands still while it is held', async (t) => {
  const clock = virtualClock(0)
  const release = clock.hold()
  const second = clock.hold()
  let due = false
  clock.after(1, () => {
    due = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  release()
  release()
  await new Promise((resolve) => setImmediate(resolve))
  t.notOk(due)
  t.equal(clock.now(), 0)
  second()
  await new Promise((resolve) => setImmediate(resolve))
  t.ok(due)
})

t.test('the real clock calls back, unless taken back', async (t) => {
  const never = realClock.after(0, () => t.fail('was taken back'))
  never()
  realClock.hold()()
  await new Promise<void>((resolve) => {
    realClock.after(1, resolve)
  })
  t.ok(Math.abs(realClock.now() - Date.now()) < 1000)
})
