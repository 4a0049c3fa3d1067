import type { QueueWaits } from '../queues/wait-end.ts'
import type { Given } from '../voicexml/fetch-request.ts'
import type { EndWait, Input } from '../voicexml/turn.ts'
import {
  type CallChanges,
  type CallEvent,
  changesAfter,
  type NewCall,
  type Outcome,
  outcomeAfter,
} from './call.ts'
import { type Errands, errandsOf, noErrands } from './errands.ts'
import { toCallEvents } from './flow-events.ts'
import { type CallMarks, type CallSession, changingText, constantText } from './live-call.ts'
import type { LiveCalls } from './live-calls.ts'
import type { NoticeBoard } from './notices.ts'
import type { Outside } from './outside.ts'
import type { PlatformContext } from './platform/platform-function.ts'
import type {
  CallStore,
  Clock,
  CommitOutcome,
  Effects,
  Flows,
  RenderStep,
  Step,
  StreamToStart,
  TurnRecord,
} from './ports.ts'
import { type EngineRun, type SettledTurn, settle } from './settle.ts'

/** What the use cases of a call stand on. */
export type CallPorts = {
  readonly calls: CallStore
  readonly flows: Flows
  readonly notices: Pick<NoticeBoard, 'current'>
  readonly clock: Clock
  readonly render: RenderStep
  /** What is said on a number that no line has. */
  readonly renderRefusal: (language: string) => string
  readonly live: LiveCalls
  /** Absent: nobody can be waited for. */
  readonly waits?: QueueWaits
  /** Absent: documents can fetch nothing. */
  readonly outside?: Outside
  /** What calls of integrated lines stream to us. Absent: nothing is streamed. */
  readonly streams?: { readonly first: (callSid: string) => StreamToStart }
  /**
   * Told of every turn committed, with all it did. Only the demo has one: what a flow knows of a caller
   * is personal.
   */
  readonly onTurn?: (turn: CommittedTurn) => void
}

/** A turn with all that went into it and came out of it. */
export type CommittedTurn = {
  readonly take: TurnToTake
  readonly context: PlatformContext
  readonly settled: SettledTurn
  readonly outside: Given
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
  /** What happened to the call; absent: it came in. */
  readonly input?: Input
  /** Turns that have gone on at once before this one, without a word from the caller. */
  readonly rounds?: number
  /** What has happened to the call since its last turn beside the flow. */
  readonly meanwhile?: Meanwhile
}

/** What the call log is to know of the time between two turns. */
export type Meanwhile = {
  readonly changes: CallChanges
  readonly events: readonly CallEvent[]
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
 * and effects together. A turn that only reads, or whose writing can be expected, is committed along with turns
 * of other calls; any other has a transaction of its own, in which it is run again from its beginning. Nothing is
 * fetched while that is open.
 */
export const commitTurn = async (
  ports: CallPorts,
  take: TurnToTake,
  context: PlatformContext,
  begin: EngineRun,
): Promise<TakenTurn> => {
  const errands = ports.outside === undefined ? noErrands : errandsOf(ports.outside, take)
  let record: TurnRecord | null = null
  let settled = afterMeanwhile(take, await settle(begin, context, ports.calls, errands))
  let outcome: CommitOutcome = 'refused'
  if (settled !== null) {
    if (settled.session?.pinned !== undefined) await errands.keep(settled.session.pinned)
    record = recordOf(ports, take, context, settled)
    outcome = await ports.calls.commit(record)
  }
  if (outcome === 'refused') {
    await errands.keep('all')
    outcome = await ports.calls.inTransaction(async (transaction) => {
      if (!(await transaction.claim(take.callSid, take.turn - 1))) return 'stale'
      const inside = await settleInside(take, context, transaction.effects, errands, begin)
      settled = afterMeanwhile(take, inside)
      record = recordOf(ports, take, context, settled)
      return transaction.commit(record)
    })
  }
  if (outcome === 'stale' || record === null || settled === null) {
    ports.live.forget(take.callSid)
    return { kind: 'stale' }
  }
  remember(ports.live, take, context, settled)
  ports.onTurn?.({ take, context, settled, outside: errands.gained() })
  if (settled.wait.kind === 'queue') ports.waits?.began(settled.wait.place)
  return {
    kind: 'committed',
    twiml: record.twiml,
    position: positionOf(settled),
    isOver: outcome === 'over',
  }
}

const afterMeanwhile = <T extends SettledTurn | null>({ meanwhile }: TurnToTake, settled: T): T =>
  settled === null || meanwhile === undefined
    ? settled
    : { ...settled, changes: changesAfter(meanwhile.changes, settled.changes) }

/** More turns than this that go on at once are a flow that goes in circles. */
const maxRounds = 20

const settleInside = async (
  take: TurnToTake,
  context: PlatformContext,
  effects: Effects,
  errands: Errands,
  begin: EngineRun,
): Promise<SettledTurn> => {
  const settled = await settle(begin, context, effects, errands)
  if (settled === null) throw new Error('Turn asks for a transaction inside one')
  if (settled.wait.kind !== 'go-on' || (take.rounds ?? 0) < maxRounds) return settled
  const message = `The flow went on ${maxRounds} turns without a word from the caller`
  const event = { type: 'event', name: 'error.semantic', message, dialog: '' } as const
  return {
    ...settled,
    session: null,
    events: [...settled.events, event],
    wait: { kind: 'end', how: 'failed' },
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
  const stream = streamOf(ports, take, context)
  const step: Step = {
    prompts: settled.prompts,
    language: settled.language,
    next: nextOf(take, settled, context),
    nextTurn: take.turn + 1,
    ...(stream === null ? {} : { stream }),
  }
  return {
    callSid: take.callSid,
    turn: take.turn,
    startedAt: take.startedAt,
    at: context.now,
    ...ports.render(step, context.flowSet.audio),
    session: session === null ? null : changingText(session),
    events: [
      ...(take.meanwhile?.events ?? []),
      ...(stream === null ? [] : [{ at: context.now, type: streamAsked, data: {} }]),
      ...toCallEvents(settled.events, context.now),
    ],
    changes:
      settled.wait.kind === 'end'
        ? { ...changes, ...closing(settled.wait.how, marksOf(take, settled)) }
        : changes,
    ...(settled.place === undefined ? {} : { place: settled.place }),
    ...(take.opening === undefined
      ? {}
      : { opening: take.opening, constants: session === null ? null : constantText(session) }),
  }
}

/** Event of a call whose answer asked for its stream: a recording, or a reason why not, is owed for it. */
export const streamAsked = 'stream-asked'

const streamOf = (
  { streams }: CallPorts,
  { turn, callSid }: TurnToTake,
  { line }: PlatformContext,
): StreamToStart | null =>
  turn === 0 && line?.integrated === true ? (streams?.first(callSid) ?? null) : null

/** What the next turn resumes from; null once the flow has ended. */
const sessionOf = (take: TurnToTake, settled: SettledTurn): CallSession | null =>
  settled.wait.kind === 'end' || settled.session === null
    ? null
    : {
        flow: settled.session,
        marks: marksOf(take, settled),
        ...waitingFor(take, settled),
      }

const waitingFor = (
  { rounds = 0 }: TurnToTake,
  { wait }: SettledTurn,
): Pick<CallSession, 'waits' | 'place' | 'pending'> => {
  if (wait.kind === 'go-on') return { pending: { input: wait.input, rounds: rounds + 1 } }
  if (wait.kind === 'queue') return { waits: 'queue', place: wait.place }
  return wait.kind === 'record' || wait.kind === 'transfer' ? { waits: wait.kind } : {}
}

const marksOf = ({ marks }: TurnToTake, { changes }: SettledTurn): CallMarks => ({
  outcome:
    changes.outcome === undefined ? marks.outcome : outcomeAfter(marks.outcome, changes.outcome),
  topic: changes.topic ?? marks.topic,
})

const nextOf = (
  { input }: TurnToTake,
  { wait, sentOn = input?.kind === 'transferred' ? input.to : undefined }: SettledTurn,
  context: PlatformContext,
): Step['next'] => {
  if (wait.kind === 'input') return { kind: 'input', wait }
  if (wait.kind === 'go-on') return { kind: 'go-on' }
  if (wait.kind === 'record') return { kind: 'record', wait }
  if (wait.kind === 'queue') return { kind: 'queue', wait }
  if (wait.kind === 'transfer') return { kind: 'transfer', wait, callerId: callerId(context) }
  if (wait.how === 'transfer' && sentOn !== undefined) {
    return { kind: 'transfer', wait: sentOn, callerId: callerId(context) }
  }
  return { kind: wait.how === 'failed' ? 'give-up' : 'hang-up' }
}

/** A caller without a number of their own is announced by that of the line. */
const callerId = ({ from, line }: PlatformContext): string | null =>
  /^\+\d{7,15}$/.test(from) ? null : (line?.number ?? null)

/** What the end of a flow puts into the call log. */
export const closing = (
  how: EndWait['how'],
  { outcome, topic }: CallMarks,
): { readonly outcome: Outcome; readonly topic?: string } => {
  const unmarked: Record<typeof how, Outcome> = {
    exit: 'self-served',
    disconnect: 'self-served',
    hangup: 'abandoned-in-menu',
    transfer: 'operator',
    failed: 'failed',
  }
  return {
    outcome: how === 'failed' ? 'failed' : (outcome ?? unmarked[how]),
    ...(topic === null ? {} : { topic }),
  }
}

/** Also that the flow has ended: the carrier tells the end of the call after it. */
const remember = (
  live: LiveCalls,
  take: TurnToTake,
  context: PlatformContext,
  settled: SettledTurn,
): void =>
  live.put({
    callSid: take.callSid,
    startedAt: take.startedAt,
    turn: take.turn,
    session: sessionOf(take, settled),
    flowVersion: context.flowSet.version,
    language: settled.language,
    from: take.from,
    to: take.to,
    ended: false,
  })

const positionOf = ({ wait }: SettledTurn): string | null =>
  'position' in wait ? wait.position : null
