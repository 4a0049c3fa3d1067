import type { Schedule } from '../schedules/schedule.ts'
import { callingSpan } from './calling-hours.ts'
import type { DialStore, RipeCallback } from './dialling.ts'

/** Requests looked at in one go. */
const batch = 500

/** Looked at again after a day where no time to ring is in sight. */
const outOfSightHours = 24

/**
 * Makes requests due whose time has come and whose telephone may be rung now; the others are put off to
 * the next time that it may.
 *
 * @returns how many are due now that were not
 */
export const makeDue = async (
  store: Pick<DialStore, 'ripe' | 'makeDue' | 'postpone'>,
  hoursOf: (callback: RipeCallback) => Schedule,
): Promise<number> => {
  const ripe = await store.ripe(batch)
  const due: { id: string; until: Temporal.Instant }[] = []
  const later: { id: string; until: Temporal.Instant }[] = []
  for (const callback of ripe) {
    const { id, now } = callback
    const span = callingSpan(hoursOf(callback), callback, now)
    if (span === null) later.push({ id, until: now.add({ hours: outOfSightHours }) })
    else if (Temporal.Instant.compare(span.from, now) > 0) later.push({ id, until: span.from })
    else due.push({ id, until: span.to })
  }
  await store.makeDue(due)
  await store.postpone(later)
  return due.length
}
