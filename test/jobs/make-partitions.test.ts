import t from 'tap'
import { makePartitions } from '../../src/jobs/make-partitions.ts'

t.test('partitions are made around the present of the clock, once a day', async (t) => {
  const now = Temporal.Instant.from('2026-12-31T23:59:59Z')
  const asked: Temporal.Instant[] = []
  const job = makePartitions(
    async (instant) => {
      asked.push(instant)
    },
    { now: () => now },
  )
  t.equal(job.everyMs, 86_400_000)
  await job.run()
  t.strictSame(asked, [now])
})
