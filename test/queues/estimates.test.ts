import t from 'tap'
import { createEstimates, estimateOf, type WaitHistory } from '../../src/queues/estimates.ts'

const history = (more: Partial<WaitHistory> = {}): WaitHistory => ({
  ...{ queue: 'general', handled: 0, handledSeconds: 0, abandoned: 0, waitedSeconds: 0 },
  ...{ kept: 0, broken: 0, unknown: 0, ...more },
})

t.test('before anything has happened a usual queue is assumed', async (t) => {
  t.strictSame(estimateOf(undefined), { handleSeconds: 240, patienceSeconds: 300 })
  t.strictSame(estimateOf(history()), { handleSeconds: 240, patienceSeconds: 300 })
})

t.test('one talk changes little, many decide', async (t) => {
  const one = estimateOf(history({ handled: 1, handledSeconds: 20 }))
  t.equal(one.handleSeconds, 220)
  const many = estimateOf(history({ handled: 490, handledSeconds: 490 * 60 }))
  t.ok(Math.abs(many.handleSeconds - 63.6) < 0.01)
})

t.test('patience counts the waiting of those who were served too', async (t) => {
  // 90 people waited 100 s each, 10 of them gave up: one leaves for every 900 s waited.
  const { patienceSeconds } = estimateOf(history({ abandoned: 10, waitedSeconds: 9_000 }))
  t.equal(patienceSeconds, 600)
})

t.test('the past is read again after a while, and at once when reading failed', async (t) => {
  let now = 0
  let reads = 0
  let isAway = true
  const estimates = createEstimates(
    async (queues) => {
      reads += 1
      if (isAway) throw new Error('away')
      return queues.map((queue) => history({ queue, handled: 10, handledSeconds: 1_000 }))
    },
    () => ['general'],
    () => now,
  )
  await t.rejects(estimates.of('general'), /away/)
  isAway = false
  t.equal((await estimates.of('general')).handleSeconds, 170)
  t.equal((await estimates.of('unknown')).handleSeconds, 240)
  t.equal(reads, 2)
  now = 10_001
  await estimates.histories()
  t.equal(reads, 3)
})
