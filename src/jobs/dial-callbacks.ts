import { callsASecond, type DialPorts, dialNext } from '../callbacks/dial.ts'
import type { RipeCallback, Swept } from '../callbacks/dialling.ts'
import { makeDue } from '../callbacks/make-due.ts'
import { type Resolved, resolveDoubts } from '../callbacks/resolve-doubts.ts'
import type { Restraint } from '../queues/carrier-rest.ts'
import type { Schedule } from '../schedules/schedule.ts'
import type { Job } from './job.ts'

const secondMs = 1000

export type CallbackReports = {
  readonly swept: (swept: Swept) => void
  readonly resolved: (resolved: Resolved) => void
}

/**
 * Makes callbacks due and begins attempts at the pace that the carrier takes them; on any number of
 * nodes together no faster than that.
 */
export const dialCallbacks = (
  ports: DialPorts,
  hoursOf: (callback: RipeCallback) => Schedule,
  restraint: Restraint,
  report: Pick<CallbackReports, 'swept'>,
): Job => ({
  name: 'dial-callbacks',
  everyMs: secondMs / callsASecond,
  run: async () => {
    const swept = await ports.store.sweep()
    if (swept.expired + swept.servedOtherwise > 0) report.swept(swept)
    await makeDue(ports.store, hoursOf)
    if (restraint.take(1) === 0) return
    await dialNext(ports)
    restraint.spare()
  },
})

/** Finds out by the carrier's own list what became of attempts that nothing is heard of. */
export const resolveCallbacks = (
  ports: DialPorts,
  report: Pick<CallbackReports, 'resolved'>,
): Job => ({
  name: 'resolve-callbacks',
  everyMs: 2 * secondMs,
  run: async () => {
    const resolved = await resolveDoubts(ports)
    if (resolved.unknown + resolved.missing > 0) report.resolved(resolved)
  },
})
