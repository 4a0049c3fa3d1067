import type { ApplicationNumber } from '../numbers/application-number.ts'
import type { Case, CaseStatus } from './case.ts'

/** argon2id of an access code and the salt it was made with. */
export type CodeHash = { readonly salt: Buffer; readonly hash: Buffer }

/** A case before it has its number. */
export type CaseDraft = Omit<Case, 'number' | 'changedAt'> & {
  /** Two letters and year of the number. */
  readonly region: string
  readonly year: number
  readonly code: CodeHash
}

export type CaseChange = {
  readonly status: CaseStatus
  readonly note: string | null
  readonly at: Temporal.Instant
  readonly expectedOn: Temporal.PlainDate
}

export type CaseStore = {
  /** Creates the case with the next number of its region and year; no number is skipped or given twice. */
  create(draft: CaseDraft): Promise<Case>
  find(number: ApplicationNumber): Promise<Case | null>
  /** Changes a case and adds to its history; `decide` sees the case as locked. Null: there is none. */
  change(number: ApplicationNumber, decide: (found: Case) => CaseChange): Promise<Case | null>
}

/** An attempt to open a case by telephone. */
export type CodeAttempt = {
  /** Number as tried: the same text for the same number, whether or not there is such a case. */
  readonly caseNumber: string
  /** Calling number, E.164; null when withheld. */
  readonly caller: string | null
  readonly callSid: string
  readonly at: Temporal.Instant
}

/** Failed attempts: in this call, and since an instant for this number and from this caller. */
export type FailureCounts = {
  readonly inCall: number
  readonly ofNumber: number
  readonly ofCaller: number
}

/** Access to cases by code, inside one transaction. */
export type CodeAccess = {
  /**
   * Counts failures; until the transaction ends, no other one counts for the same number, caller or
   * call. So attempts made at the same time cannot all see the count before the first.
   */
  countFailures(attempt: CodeAttempt, since: Temporal.Instant): Promise<FailureCounts>
  recordFailure(attempt: CodeAttempt): Promise<void>
  findWithCode(
    number: ApplicationNumber,
  ): Promise<{ readonly found: Case; readonly code: CodeHash } | null>
}
