import type { Job } from './job.ts'

const intervalMs = 3_600_000

/** Clears what the carrier told of calls that are over and in the call log. */
export const forgetStatusesJob = (forget: () => Promise<unknown>): Job => ({
  name: 'forget-statuses',
  everyMs: intervalMs,
  run: async () => {
    await forget()
  },
})
