import { mock } from 'node:test'
import t from 'tap'
import { withinDeadline } from '../../../src/web/voice/deadline.ts'

mock.timers.enable({ apis: ['setTimeout'] })
t.teardown(() => mock.timers.reset())

t.test('work in time gives its result or its fault', async (t) => {
  t.equal(await withinDeadline(Promise.resolve('done')), 'done')
  await t.rejects(withinDeadline(Promise.reject(new Error('broken'))), { message: 'broken' })
})

t.test('work that takes longer is not waited for, and goes on', async (t) => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const waiting = withinDeadline(promise)
  mock.timers.tick(4000)
  await t.rejects(waiting, { message: 'Work took longer than a call can wait' })
  resolve('committed')
  t.equal(await promise, 'committed')
})
