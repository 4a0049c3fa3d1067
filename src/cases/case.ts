import type { ApplicationNumber } from '../numbers/application-number.ts'

export const caseStatuses = [
  'registered',
  'in-progress',
  'awaiting-clarification',
  'approved',
  'refused',
  'closed',
] as const

export type CaseStatus = (typeof caseStatuses)[number]

export const isCaseStatus = (text: string): text is CaseStatus =>
  (caseStatuses as readonly string[]).includes(text)

/** A citizen's application or request, followed from its registration to its end. */
export type Case = {
  readonly number: ApplicationNumber
  /** Applicant's phone, E.164. */
  readonly phone: string
  /** What is asked for, in words that can be spoken: `загранпаспорт`. */
  readonly service: string
  readonly applicantName: string | null
  readonly status: CaseStatus
  /** Note of the last change. */
  readonly note: string | null
  readonly createdAt: Temporal.Instant
  readonly changedAt: Temporal.Instant
  /** Day by which an answer is due. */
  readonly expectedOn: Temporal.PlainDate
}

/** Nothing more is to be expected of a case that has been decided. */
export const isDecided = (status: CaseStatus): boolean =>
  status === 'approved' || status === 'refused' || status === 'closed'

/** Working days for an answer, and with a clarification asked of the applicant. */
const termDays = 5
const termDaysWithClarification = 10

/** Working days after the day of registration by which an answer is due in a status. */
export const termOf = (status: CaseStatus): number =>
  status === 'awaiting-clarification' ? termDaysWithClarification : termDays
