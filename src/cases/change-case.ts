import { parseApplicationNumber } from '../numbers/application-number.ts'
import type { Schedule } from '../schedules/schedule.ts'
import { addWorkingDays } from '../schedules/working-time.ts'
import { type Case, type CaseStatus, termOf } from './case.ts'
import type { CasePorts } from './create-case.ts'

/**
 * Sets status and note of a case; null when there is none. A clarification prolongs the term, and
 * nothing shortens it again.
 */
export const changeCase = async (
  { cases, clock, schedule }: CasePorts,
  text: string,
  change: { readonly status: CaseStatus; readonly note?: string | null },
): Promise<Case | null> => {
  const number = parseApplicationNumber(text)
  if (number === null) return null
  return cases.change(number, (found) => ({
    status: change.status,
    note: change.note ?? null,
    at: clock.now(),
    expectedOn: later(found.expectedOn, termEnd(schedule(), found.createdAt, change.status)),
  }))
}

const termEnd = (
  schedule: Schedule,
  createdAt: Temporal.Instant,
  status: CaseStatus,
): Temporal.PlainDate =>
  addWorkingDays(
    schedule,
    createdAt.toZonedDateTimeISO(schedule.timeZone).toPlainDate(),
    termOf(status),
  )

const later = (one: Temporal.PlainDate, other: Temporal.PlainDate): Temporal.PlainDate =>
  Temporal.PlainDate.compare(one, other) < 0 ? other : one
