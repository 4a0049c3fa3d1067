import type { CaseStatus } from '../../cases/case.ts'
import { result, textParam, type Writing } from './platform-function.ts'

/** What an applicant does next, by state; the flow speaks `status.next.KEY`. */
const nextSteps: Readonly<Record<CaseStatus, string>> = {
  registered: 'wait',
  'in-progress': 'wait',
  'awaiting-clarification': 'clarify',
  approved: 'collect',
  refused: 'appeal',
  closed: 'none',
}

/** The state of an application, for someone who knows its number and its access code. */
export const applicationStatus: Writing = {
  writes: true,
  answer: async (params, context, effects) => {
    const answer = await effects.applicationStatus({
      callSid: context.callSid,
      caller: context.from,
      number: textParam(params, 'number'),
      code: textParam(params, 'code'),
      now: context.now,
    })
    if (answer.status !== 'found') return result({ status: answer.status })
    const { number, state, service, reason, expectedOn } = answer
    return result(
      {
        status: 'found',
        number,
        state,
        service,
        reason,
        expectedOn,
        nextStep: nextSteps[state],
      },
      { caseNumber: number },
    )
  },
}
