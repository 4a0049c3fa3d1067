import { resume } from '../voicexml/interpret.ts'
import type { Input } from '../voicexml/turn.ts'
import { type CallPorts, commitTurn, type TakenTurn } from './commit-turn.ts'
import { findCall, type LiveCall } from './live-call.ts'
import { type Reply, replay } from './reply.ts'

/** A delivery of the answer to turn `turn - 1`: the keys the caller pressed. */
export type TurnDelivery = {
  readonly callSid: string
  readonly turn: number
  readonly digits: string
}

/**
 * Takes a turn of a call in progress. A turn taken before gets the answer it got, whatever its keys
 * say now; a turn from the future (a forged or garbled address) gets the last answer again.
 */
export const takeTurn = async (ports: CallPorts, delivery: TurnDelivery): Promise<Reply> => {
  const remembered = ports.live.get(delivery.callSid)
  // A turn ahead of what is remembered was perhaps taken by another node.
  const isKnown = remembered !== undefined && delivery.turn <= remembered.turn + 1
  const call = isKnown ? remembered : await findCall(ports.calls, delivery.callSid)
  if (call === null) return { kind: 'unknown-call' }
  if (delivery.turn !== call.turn + 1)
    return replay(ports.calls, call, Math.min(delivery.turn, call.turn))
  if (call.session === null || call.ended) return { kind: 'over' }
  const taken = await resumeCall(ports, call, { kind: 'digits', digits: delivery.digits })
  if (taken.kind === 'committed')
    return { kind: 'twiml', twiml: taken.twiml, position: taken.position }
  const stored = await findCall(ports.calls, delivery.callSid)
  return stored === null ? { kind: 'unknown-call' } : replay(ports.calls, stored, delivery.turn)
}

/** Resumes the flow of a call with one input and commits the turn. */
export const resumeCall = async (
  ports: CallPorts,
  call: LiveCall,
  input: Input,
): Promise<TakenTurn> => {
  const { session } = call
  if (session === null) return { kind: 'stale' }
  const flowSet = await ports.flows.byVersion(call.flowVersion)
  if (flowSet === null) {
    throw new Error('Flow version of a call in progress is gone', {
      cause: { callSid: call.callSid, flowVersion: call.flowVersion },
    })
  }
  return commitTurn(
    ports,
    { ...call, turn: call.turn + 1, marks: session.marks },
    {
      callSid: call.callSid,
      from: call.from,
      language: call.language,
      line: flowSet.lines.get(call.to) ?? null,
      flowSet,
      now: ports.clock.now(),
    },
    () => resume(session.flow, input, flowSet.setting),
  )
}
