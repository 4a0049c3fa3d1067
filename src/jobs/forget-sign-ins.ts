import type { Job } from './job.ts'

const intervalMs = 3_600_000

/** Clears what signing in and consoles leave behind. */
export const forgetSignInsJob = (forget: () => Promise<void>): Job => ({
  name: 'forget-sign-ins',
  everyMs: intervalMs,
  run: forget,
})
