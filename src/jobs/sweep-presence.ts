import type { PresenceStore } from '../operators/ports.ts'
import type { Job } from './job.ts'

const intervalMs = 10_000

/** Puts operators offline whose browser has gone without a word, so that nobody's call rings there. */
export const sweepPresence = (presence: Pick<PresenceStore, 'sweep'>, hint: () => void): Job => ({
  name: 'sweep-presence',
  everyMs: intervalMs,
  run: async () => {
    if ((await presence.sweep()) > 0) hint()
  },
})
