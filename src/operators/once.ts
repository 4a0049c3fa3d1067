import type { ActionOutcome } from './console-actions.ts'
import type { CommandLog, SignedIn } from './ports.ts'

/**
 * Carries a command out unless it was before, on whatever node: the answer of the first time is the
 * answer of every time. A fault is one too: nobody knows what was done before it. Of a session that is over
 * nothing is carried out.
 */
export const once = async (
  log: CommandLog,
  session: Pick<SignedIn, 'login' | 'sessionId'>,
  commandId: string,
  work: () => Promise<ActionOutcome>,
  onFault: (cause: unknown) => void = () => {},
): Promise<ActionOutcome | 'signed-out'> => {
  const begun = await log.begin(session, commandId)
  if (begun === 'running')
    return { kind: 'refused', code: 'busy', message: 'The command is being carried out' }
  if (begun !== 'new') return begun
  const outcome = await work().catch((cause): ActionOutcome => {
    onFault(cause)
    return { kind: 'refused', code: 'unavailable', message: 'It may not have been carried out' }
  })
  await log.finish(session.login, commandId, outcome)
  return outcome
}
