import type { Session } from '../voicexml/session.ts'
import type { Json, Turn } from '../voicexml/turn.ts'
import type { CallChanges, NewCall, Outcome } from './call.ts'
import { toCallEvents } from './flow-events.ts'
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

/** What is stored as the session of a call: the engine's, and the outcome the flow has marked. */
export type CallSession = { readonly flow: Session; readonly outcome: Outcome | null }

/** Identity of the turn to be taken. */
export type TurnToTake = {
  readonly callSid: string
  readonly turn: number
  readonly startedAt: Temporal.Instant
  readonly from: string
  readonly to: string
  /** The outcome marked in earlier turns. */
  readonly outcome: Outcome | null
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
  remember(ports.live, take, context, record, settled)
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
  const { outcome: marked, ...changes } = settled.changes
  const mark = marked ?? take.outcome
  const ended = settled.wait.kind === 'end'
  const session: CallSession | null =
    ended || settled.session === null ? null : { flow: settled.session, outcome: mark }
  return {
    callSid: take.callSid,
    turn: take.turn,
    startedAt: take.startedAt,
    at: context.now,
    twiml: ports.render(
      {
        prompts: settled.prompts,
        language: settled.language,
        next: nextOf(settled.wait),
        nextTurn: take.turn + 1,
      },
      context.flowSet.audio,
    ),
    session: session === null ? null : JSON.stringify(session satisfies Json | CallSession),
    events: toCallEvents(settled.events, context.now),
    changes: settled.wait.kind === 'end' ? withOutcome(changes, settled.wait.how, mark) : changes,
    ...(take.opening === undefined ? {} : { opening: take.opening }),
  }
}

const nextOf = (wait: SettledTurn['wait']): Step['next'] => {
  if (wait.kind === 'input') return { kind: 'input', wait }
  return { kind: wait.how === 'failed' ? 'give-up' : 'hang-up' }
}

const withOutcome = (
  changes: CallChanges,
  how: 'exit' | 'disconnect' | 'hangup' | 'failed',
  mark: Outcome | null,
): CallChanges => {
  const unmarked: Record<typeof how, Outcome> = {
    exit: 'self-served',
    disconnect: 'self-served',
    hangup: 'abandoned-in-menu',
    failed: 'failed',
  }
  return { ...changes, outcome: how === 'failed' ? 'failed' : (mark ?? unmarked[how]) }
}

const remember = (
  live: LiveCalls,
  take: TurnToTake,
  context: PlatformContext,
  record: TurnRecord,
  settled: SettledTurn,
): void => {
  if (record.session === null) live.forget(take.callSid)
  else {
    live.put({
      callSid: take.callSid,
      startedAt: take.startedAt,
      turn: take.turn,
      session: record.session,
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
