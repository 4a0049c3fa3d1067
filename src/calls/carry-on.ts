import { answerCall, type IncomingCall } from './answer.ts'
import type { CallPorts } from './commit-turn.ts'
import { findCall } from './live-call.ts'
import { type Reply, replay } from './reply.ts'

/**
 * Carries a call on after the carrier got no good answer: the last committed turn once more, or the
 * first one when nothing was committed.
 */
export const carryOn = async (ports: CallPorts, incoming: IncomingCall): Promise<Reply> => {
  const call = await findCall(ports.calls, incoming.callSid)
  if (call === null) return answerCall(ports, incoming)
  if (call.ended) return { kind: 'over' }
  return replay(ports.calls, call, call.turn)
}
