import type { Job } from './job.ts'

const intervalMs = 15_000

/** Ends places and talks whose call is over though nobody said so; told how many. */
export const endLostJob = (
  endLost: () => Promise<number>,
  onEnded: (count: number) => void,
): Job => ({
  name: 'end-lost',
  everyMs: intervalMs,
  run: async () => {
    const count = await endLost()
    if (count > 0) onEnded(count)
  },
})
