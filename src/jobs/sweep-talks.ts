import type { Job } from './job.ts'

/**
 * Once a minute: talks whose end was never told. The carrier is asked for each talk under way, which are as
 * many as operators who talk.
 */
export const sweepTalksJob = (
  sweep: () => Promise<number>,
  onSwept: (count: number) => void,
): Job => ({
  name: 'sweep-talks',
  everyMs: 60_000,
  run: async () => {
    const swept = await sweep()
    if (swept > 0) onSwept(swept)
  },
})
