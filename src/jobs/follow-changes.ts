import type { Job } from './job.ts'

const intervalMs = 2_000

/**
 * Looks whether another node has changed what this one keeps in memory. Nodes tell each other; this
 * makes up for what was lost on the way.
 */
export const followChanges = (refreshes: readonly (() => Promise<void>)[]): Job => ({
  name: 'follow-changes',
  everyMs: intervalMs,
  run: async () => {
    const outcomes = await Promise.allSettled(refreshes.map((refresh) => refresh()))
    const failed = outcomes.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  },
})
