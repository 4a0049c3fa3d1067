import type { Job } from './job.ts'

const intervalMs = 3_600_000

/** Clears codes, attempts, sessions and messages that are over. */
export const forgetCallerSignInsJob = (forget: () => Promise<void>): Job => ({
  name: 'forget-caller-sign-ins',
  everyMs: intervalMs,
  run: forget,
})
