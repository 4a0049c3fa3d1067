import type { Clock } from '../calls/ports.ts'
import type { Job } from './job.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Makes the partitions of the months to come long before they are needed. */
export const makePartitions = (
  ensurePartitions: (now: Temporal.Instant) => Promise<void>,
  clock: Clock,
): Job => ({
  name: 'make-partitions',
  everyMs: dayMs,
  run: () => ensurePartitions(clock.now()),
})
