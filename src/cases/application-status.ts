import { parseApplicationNumber } from '../numbers/application-number.ts'
import { parseNumber } from '../numbers/e164.ts'
import { isCode } from './access-code.ts'
import { type Case, type CaseStatus, isDecided } from './case.ts'
import type { CodeAccess, CodeAttempt, FailureCounts } from './ports.ts'

/** Who asks for the state of which case, and by which code. */
export type StatusRequest = {
  readonly callSid: string
  /** Calling number as the carrier gave it. */
  readonly caller: string
  /** As keyed in: `2026000001`. */
  readonly number: string
  readonly code: string
  readonly now: Temporal.Instant
}

/** An unknown number and a wrong code are one and the same `refused`. */
export type ApplicationStatus =
  | {
      readonly status: 'found'
      readonly number: string
      readonly state: CaseStatus
      readonly service: string
      /** Why it was refused, or what is to be clarified. */
      readonly reason: string | null
      /** `YYYY-MM-DD`; null once it has been decided. */
      readonly expectedOn: string | null
    }
  | { readonly status: 'refused' | 'locked' }

/** Failed attempts after which only an operator helps: in one call, and within an hour. */
const maxFailuresInCall = 3
const maxFailuresAnHour = 5

/**
 * The state of a case for someone who knows its number and its access code. An unknown number and a
 * wrong code are the same: same answer, same work, same count. A locked number stays locked for its
 * right code too, else the lock would tell which code is right.
 */
export const applicationStatus = async (
  access: CodeAccess,
  request: StatusRequest,
): Promise<ApplicationStatus> => {
  const number = parseApplicationNumber(request.number)
  const attempt = attemptOf(request, number)
  const failures = await access.countFailures(attempt, request.now.subtract({ hours: 1 }))
  if (isLocked(failures)) return { status: 'locked' }
  const known = number === null ? null : await access.findWithCode(number)
  if ((await isCode(request.code, known?.code ?? null)) && known !== null)
    return answer(known.found)
  await access.recordFailure(attempt)
  return { status: 'refused' }
}

const isLocked = ({ inCall, ofNumber, ofCaller }: FailureCounts): boolean =>
  inCall >= maxFailuresInCall || ofNumber >= maxFailuresAnHour || ofCaller >= maxFailuresAnHour

/** A withheld number is no caller: else a few callers could lock out everyone who withholds theirs. */
const attemptOf = (request: StatusRequest, number: string | null): CodeAttempt => ({
  caseNumber: number ?? request.number.replace(/\D/g, '').slice(0, 20),
  caller: parseNumber(request.caller),
  callSid: request.callSid,
  at: request.now,
})

const answer = (found: Case): ApplicationStatus => ({
  status: 'found',
  number: found.number,
  state: found.status,
  service: found.service,
  reason:
    found.status === 'refused' || found.status === 'awaiting-clarification' ? found.note : null,
  expectedOn: isDecided(found.status) ? null : found.expectedOn.toString(),
})
