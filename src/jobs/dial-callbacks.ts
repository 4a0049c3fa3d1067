import { type DialPorts, dialNext } from '../callbacks/dial.ts'
import type { RipeCallback, Swept } from '../callbacks/dialling.ts'
import { makeDue } from '../callbacks/make-due.ts'
import { type Resolved, resolveDoubts } from '../callbacks/resolve-doubts.ts'
import type { CallPace } from '../queues/call-pace.ts'
import type { Restraint } from '../queues/carrier-rest.ts'
import type { Schedule } from '../schedules/schedule.ts'
import type { Job } from './job.ts'

const secondMs = 1000

export type CallbackReports = {
  readonly swept: (swept: Swept) => void
  readonly resolved: (resolved: Resolved) => void
}

/** What callbacks share with all other calls that the account begins. */
export type SharedPace = {
  readonly pace: Pick<CallPace, 'isFree' | 'begun'>
  /** Null: of callbacks it is one all the same. */
  readonly callsPerSecond: number | null
}

/**
 * It runs no more often than that; and no less often than once a second, for what becomes due. Where nothing was
 * due it looks again after a second whatever the pace.
 */
const leastMs = 100
const restMs = secondMs - leastMs

/** Legs of operators go first, but the operator of a callback waits on the line: so long at most. */
const patienceMs = 5_000

/**
 * Makes callbacks due and begins attempts at the pace that the carrier takes them; on any number of
 * nodes together no faster than that. They stand back while callers on hold wait for legs of operators.
 *
 * @param shared absent: a callback a second, whatever else is rung
 */
export const dialCallbacks = (
  ports: DialPorts,
  hoursOf: (callback: RipeCallback) => Schedule,
  restraint: Restraint,
  report: Pick<CallbackReports, 'swept'>,
  shared?: SharedPace,
): Job => {
  const paceMs = secondMs / (shared?.callsPerSecond ?? 1)
  let standsBackSince: number | null = null
  let restsUntil = Number.NEGATIVE_INFINITY
  const isTurn = async (): Promise<boolean> => {
    if (shared === undefined || (await shared.pace.isFree())) {
      standsBackSince = null
      return true
    }
    standsBackSince ??= ports.elapsed()
    return ports.elapsed() - standsBackSince >= patienceMs
  }
  const run = async () => {
    if (ports.elapsed() < restsUntil) return
    const swept = await ports.store.sweep()
    if (swept.expired + swept.servedOtherwise > 0) report.swept(swept)
    await makeDue(ports.store, hoursOf)
    if (!(await isTurn()) || restraint.take(1) === 0) return
    if ((await dialNext(ports, paceMs)) === 'nothing') restsUntil = ports.elapsed() + restMs
    else {
      standsBackSince = null
      await shared?.pace.begun(1)
    }
    restraint.spare()
  }
  return { name: 'dial-callbacks', everyMs: Math.min(secondMs, Math.max(leastMs, paceMs)), run }
}

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
