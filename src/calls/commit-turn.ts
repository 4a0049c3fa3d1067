import type { Turn } from '../voicexml/turn.ts'
import { type NewCall, type Outcome, outcomeAfter } from './call.ts'
import { toCallEvents } from './flow-events.ts'
import { type CallMarks, type CallSession, changingText, constantText } from './live-call.ts'
import type { LiveCalls } from './live-calls.ts'
import type { PlatformContext } from './platform/platform-function.ts'
import type {
  CallStore,
  Clock,
  CommitOutcome,
  Flows,
  RenderStep,
  Step,
  TurnRecord,
} from './ports.ts'
import { type SettledTurn, settle } from './settle.ts'

/** What the use cases of a call stand on. */
export type CallPorts = {
  readonly calls: CallStore
  readonly flows: Flows
  readonly clock: Clock
  readonly render: RenderStep
  /** What is said on a number that no line has. */
  readonly renderRefusal: (language: string) => string
  readonly live: LiveCalls
}

/** Identity of the turn to be taken. */
export type TurnToTake = {
  readonly callSid: string
  readonly turn: number
  readonly startedAt: Temporal.Instant
  readonly from: string
  readonly to: string
  /** What earlier turns marked. */
  readonly marks: CallMarks
  readonly opening?: NewCall
}

export type TakenTurn =
  | {
      readonly kind: 'committed'
      readonly twiml: string
      readonly position: string | null
      /** The carrier has already told the end of the call. */
      readonly isOver: boolean
    }
  | { readonly kind: 'stale' }

/**
 * Takes one turn: runs the flow, answers its platform functions and commits ledger, session, events
 * and effects together. A turn that only reads is committed along with turns of other calls; one that
 * writes has a transaction of its own, in which it is run again from its beginning.
 */
export const commitTurn = async (
  ports: CallPorts,
  take: TurnToTake,
  context: PlatformContext,
  begin: () => Turn,
): Promise<TakenTurn> => {
  let record: TurnRecord | null = null
  let settled = await settle(begin(), context, null)
  let outcome: CommitOutcome
  if (settled !== null) {
    record = recordOf(ports, take, context, settled)
    outcome = await ports.calls.commit(record)
  } else {
    outcome = await ports.calls.inTransaction(async (transaction) => {
      if (!(await transaction.claim(take.callSid, take.turn - 1))) return 'stale'
      settled = await settle(begin(), context, transaction.effects)
      if (settled === null) throw new Error('Turn asks for a transaction inside one')
      record = recordOf(ports, take, context, settled)
      return transaction.commit(record)
    })
  }
  if (outcome === 'stale' || record === null || settled === null) {
    ports.live.forget(take.callSid)
    return { kind: 'stale' }
  }
  remember(ports.live, take, context, settled)
  return {
    kind: 'committed',
    twiml: record.twiml,
    position: positionOf(settled),
    isOver: outcome === 'over',
  }
}

const recordOf = (
  ports: CallPorts,
  take: TurnToTake,
  context: PlatformContext,
  settled: SettledTurn,
): TurnRecord => {
  const { outcome: _outcome, topic: _topic, ...changes } = settled.changes
  const session = sessionOf(take, settled)
  const step: Step = {
    prompts: settled.prompts,
    language: settled.language,
    next: nextOf(settled.wait),
    nextTurn: take.turn + 1,
  }
  return {
    callSid: take.callSid,
    turn: take.turn,
    startedAt: take.startedAt,
    at: context.now,
    ...ports.render(step, context.flowSet.audio),
    session: session === null ? null : changingText(session),
    events: toCallEvents(settled.events, context.now),
    changes:
      settled.wait.kind === 'end'
        ? { ...changes, ...closing(settled.wait.how, marksOf(take, settled)) }
        : changes,
    ...(take.opening === undefined
      ? {}
      : { opening: take.opening, constants: session === null ? null : constantText(session) }),
  }
}

/** What the next turn resumes from; null once the flow has ended. */
const sessionOf = (take: TurnToTake, settled: SettledTurn): CallSession | null =>
  settled.wait.kind === 'end' || settled.session === null
    ? null
    : { flow: settled.session, marks: marksOf(take, settled) }

const marksOf = ({ marks }: TurnToTake, { changes }: SettledTurn): CallMarks => ({
  outcome:
    changes.outcome === undefined ? marks.outcome : outcomeAfter(marks.outcome, changes.outcome),
  topic: changes.topic ?? marks.topic,
})

const nextOf = (wait: SettledTurn['wait']): Step['next'] => {
  if (wait.kind === 'input') return { kind: 'input', wait }
  return { kind: wait.how === 'failed' ? 'give-up' : 'hang-up' }
}

/** What the end of a flow puts into the call log. */
export const closing = (
  how: 'exit' | 'disconnect' | 'hangup' | 'failed',
  { outcome, topic }: CallMarks,
): { readonly outcome: Outcome; readonly topic?: string } => {
  const unmarked: Record<typeof how, Outcome> = {
    exit: 'self-served',
    disconnect: 'self-served',
    hangup: 'abandoned-in-menu',
    failed: 'failed',
  }
  return {
    outcome: how === 'failed' ? 'failed' : (outcome ?? unmarked[how]),
    ...(topic === null ? {} : { topic }),
  }
}

const remember = (
  live: LiveCalls,
  take: TurnToTake,
  context: PlatformContext,
  settled: SettledTurn,
): void => {
  const session = sessionOf(take, settled)
  if (session === null) live.forget(take.callSid)
  else {
    live.put({
      callSid: take.callSid,
      startedAt: take.startedAt,
      turn: take.turn,
      session,
      flowVersion: context.flowSet.version,
      language: settled.language,
      from: take.from,
      to: take.to,
      ended: false,
    })
  }
}

const positionOf = ({ wait }: SettledTurn): string | null =>
  wait.kind === 'input' ? wait.position : null
