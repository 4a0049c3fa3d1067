import type { WaitNews } from '../queues/wait-end.ts'
import { resumeWith } from '../voicexml/interpret.ts'
import type { Recording } from '../voicexml/recording.ts'
import type { Input, TransferResult } from '../voicexml/turn.ts'
import { endOfWait, meanwhileOf, onwards } from './after-wait.ts'
import { type CallPorts, commitTurn, type Meanwhile, type TakenTurn } from './commit-turn.ts'
import { settingAt } from './flow-set.ts'
import { type CallSession, findCall, type LiveCall } from './live-call.ts'
import { type Reply, replay } from './reply.ts'

/** A delivery of the answer to turn `turn - 1`. */
export type TurnDelivery = Delivered & { readonly callSid: string; readonly turn: number }

/** What the carrier tells of what it was asked to do. */
export type Delivered = {
  /** The keys the caller pressed; `hangup` where the caller hung up in a recording. */
  readonly digits: string
  /** What was recorded; null: it tells of no recording. */
  readonly recording: Recording | null
  /** How a call to someone else ended; null: it tells of none. */
  readonly transfer: { readonly result: TransferResult; readonly seconds: number } | null
  /** What became of the caller in a queue; null: it tells of none. */
  readonly queue: WaitNews | null
  /** The caller's own call is over. */
  readonly isOver: boolean
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
  if (call.session === null) return { kind: 'over' }
  if (call.session.waits === 'queue') return afterQueue(ports, call, delivery)
  const input = inputOf(call.session, delivery)
  // The end of a call may be known before what the caller was doing at its end.
  if (call.ended && !('hungUp' in input && input.hungUp)) return { kind: 'over' }
  const taken = await resumeCall(ports, call, input)
  if (taken.kind === 'committed')
    return { kind: 'twiml', twiml: taken.twiml, position: taken.position }
  const stored = await findCall(ports.calls, delivery.callSid)
  return stored === null ? { kind: 'unknown-call' } : replay(ports.calls, stored, delivery.turn)
}

/** A caller who waited for a person is back: with what came of it, or still on the way to one. */
const afterQueue = async (
  ports: CallPorts,
  call: LiveCall,
  delivery: TurnDelivery,
): Promise<Reply> => {
  if (call.ended) return { kind: 'over' }
  const { queue, isOver, transfer } = delivery
  // Nothing told: the carrier has passed the queue over.
  const told = queue ?? (transfer === null ? 'fault' : 'talk-over')
  const news = isOver ? 'hung-up' : told
  const end = await endOfWait(ports, call, news)
  if (end === null) return { kind: 'over' }
  if (end.kind !== 'ended') {
    return { kind: 'twiml', twiml: onwards(ports, call, end), position: null }
  }
  // Told only of an order of ours, which goes its own way.
  if (news === 'moved') return { kind: 'over' }
  const { status, waitedSeconds } = end
  const input: Input =
    news === 'hung-up'
      ? { kind: 'hangup' }
      : { kind: 'object-result', result: { status, waitedSeconds } }
  const taken = await resumeCall(ports, call, input, meanwhileOf(end))
  if (taken.kind === 'committed')
    return { kind: 'twiml', twiml: taken.twiml, position: taken.position }
  const stored = await findCall(ports.calls, call.callSid)
  return stored === null ? { kind: 'unknown-call' } : replay(ports.calls, stored, delivery.turn)
}

/** What was delivered, as the answer to what the flow waits for. */
const inputOf = (
  { waits }: CallSession,
  { digits, recording, transfer, isOver }: Delivered,
): Input => {
  if (waits === 'record') {
    const key = /^[0-9*#]$/.test(digits) ? digits : ''
    return { kind: 'recording', recording, key, hungUp: isOver || digits === 'hangup' }
  }
  if (waits === 'transfer' && (transfer !== null || isOver)) {
    const ended = transfer ?? { result: 'unknown', seconds: 0 }
    return { kind: 'transfer', ...ended, hungUp: isOver }
  }
  return { kind: 'digits', digits }
}

/**
 * Resumes the flow of a call with one input and commits the turn. Where the last turn ended only to be gone
 * on with, what it left counts, unless the caller has hung up.
 */
export const resumeCall = async (
  ports: CallPorts,
  call: LiveCall,
  received: Input,
  meanwhile?: Meanwhile,
): Promise<TakenTurn> => {
  const { session } = call
  if (session === null) return { kind: 'stale' }
  const pending = received.kind === 'hangup' ? undefined : session.pending
  const input = pending?.input ?? received
  const flowSet = await ports.flows.byVersion(call.flowVersion)
  if (flowSet === null) {
    throw new Error('Flow version of a call in progress is gone', {
      cause: { callSid: call.callSid, flowVersion: call.flowVersion },
    })
  }
  const now = ports.clock.now()
  const setting = settingAt(flowSet, now)
  return commitTurn(
    ports,
    {
      ...call,
      turn: call.turn + 1,
      marks: session.marks,
      input,
      ...(pending === undefined ? {} : { rounds: pending.rounds }),
      ...(meanwhile === undefined ? {} : { meanwhile }),
    },
    {
      callSid: call.callSid,
      from: call.from,
      language: call.language,
      line: flowSet.lines.get(call.to) ?? null,
      flowSet,
      notices: ports.notices.current(),
      now,
    },
    (given) => resumeWith(session.flow, input, setting, given),
  )
}
