import { parseNumber } from '../numbers/e164.ts'
import type { Schedule } from '../schedules/schedule.ts'
import { addWorkingDays } from '../schedules/working-time.ts'
import { hashCode, newAccessCode } from './access-code.ts'
import { type Case, type CaseStatus, termOf } from './case.ts'
import type { CaseStore } from './ports.ts'

export type CasePorts = {
  readonly cases: CaseStore
  readonly clock: { now(): Temporal.Instant }
  /** Calendar in which terms are counted, and zone of the year in numbers. */
  readonly schedule: () => Schedule
}

export type NewCase = {
  readonly phone: string
  readonly service: string
  readonly applicantName?: string | null
  readonly status?: CaseStatus
  /** Region or kind in the number, two letters. Default `RU`. */
  readonly region?: string
}

export type CreatedCase =
  /** The access code exists in clear only here. */
  | { readonly kind: 'created'; readonly created: Case; readonly accessCode: string }
  | { readonly kind: 'invalid-phone' }

/** Registers a case: gives it a number, an access code and the day an answer is due. */
export const createCase = async (ports: CasePorts, draft: NewCase): Promise<CreatedCase> => {
  const phone = parseNumber(draft.phone)
  if (phone === null) return { kind: 'invalid-phone' }
  const now = ports.clock.now()
  const schedule = ports.schedule()
  const today = now.toZonedDateTimeISO(schedule.timeZone).toPlainDate()
  const status = draft.status ?? 'registered'
  const accessCode = newAccessCode()
  const created = await ports.cases.create({
    region: draft.region ?? 'RU',
    year: today.year,
    phone,
    service: draft.service,
    applicantName: draft.applicantName ?? null,
    status,
    note: null,
    createdAt: now,
    expectedOn: addWorkingDays(schedule, today, termOf(status)),
    code: await hashCode(accessCode),
  })
  return { kind: 'created', created, accessCode }
}
