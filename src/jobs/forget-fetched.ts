import type { Job } from './job.ts'

const dayMs = 24 * 60 * 60 * 1000

/** Forgets what documents have fetched and sent, long after the last call that stood on it. */
export const forgetFetchedJob = (forget: () => Promise<void>): Job => ({
  name: 'forget-fetched',
  everyMs: dayMs,
  run: forget,
})
