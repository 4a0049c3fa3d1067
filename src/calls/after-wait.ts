import type { WaitEnd, WaitGoesOn, WaitNews, WaitStatus } from '../queues/wait-end.ts'
import type { Outcome } from './call.ts'
import type { CallPorts, Meanwhile } from './commit-turn.ts'
import type { FlowSet } from './flow-set.ts'
import { findCall, type LiveCall } from './live-call.ts'
import type { Step } from './ports.ts'

/** What became of the wait that a call is in; null: it is in none. */
export const endOfWait = async (
  { waits }: Pick<CallPorts, 'waits'>,
  { callSid, session }: Pick<LiveCall, 'callSid' | 'session'>,
  news: WaitNews,
): Promise<WaitEnd | WaitGoesOn | null> => {
  if (session?.waits !== 'queue' || session.place === undefined) return null
  if (waits === undefined) return nobodyThere
  return waits.end(callSid, session.place, news)
}

const nobodyThere: WaitEnd = {
  kind: 'ended',
  status: 'closed',
  waitedSeconds: 0,
  operator: null,
  events: [],
}

/** How a call counts that ends after this without another mark. */
const outcomes: Readonly<Record<WaitStatus, Outcome>> = {
  bridged: 'operator',
  left: 'abandoned-in-queue',
  timeout: 'abandoned-in-queue',
  full: 'abandoned-in-queue',
  error: 'abandoned-in-queue',
  closed: 'closed-hours',
}

/** What the call log is to know of a wait. */
export const meanwhileOf = ({ status, events }: WaitEnd): Meanwhile => ({
  changes: { outcome: outcomes[status] },
  events,
})

/**
 * Where a caller goes on who comes from a room, or found it closed: `twiml` leads back into the queue or to
 * the operator; null once the wait is over. `turn` is the one that follows the wait; null for a call that
 * waits for nobody.
 */
export const backFromRoom = async (
  ports: CallPorts,
  callSid: string,
): Promise<{ readonly turn: number | null; readonly twiml: string | null }> => {
  const turn = await turnAfterWait(ports, callSid)
  const call = ports.live.get(callSid) ?? (await findCall(ports.calls, callSid))
  if (call === null || turn === null) return { turn: null, twiml: null }
  const end = await endOfWait(ports, call, 'moved')
  return { turn, twiml: end === null || end.kind === 'ended' ? null : onwards(ports, call, end) }
}

/** The turn that follows the wait of a call; null when it waits for nobody. */
export const turnAfterWait = async (
  ports: Pick<CallPorts, 'calls' | 'live'>,
  callSid: string,
): Promise<number | null> => {
  const call = ports.live.get(callSid) ?? (await findCall(ports.calls, callSid))
  return call?.session?.waits === 'queue' ? call.turn + 1 : null
}

/** The way back into the queue, without what was said before it the first time, or to the operator. */
export const onwards = (
  { render }: Pick<CallPorts, 'render'>,
  { language, turn }: Pick<LiveCall, 'language' | 'turn'>,
  way: WaitGoesOn,
): string => {
  const next: Step['next'] =
    way.kind === 'talks'
      ? { kind: 'room', reservation: way.reservation }
      : { kind: 'queue', wait: { kind: 'queue', queue: way.queue, place: way.place } }
  return render({ prompts: [], language, next, nextTurn: turn + 1 }, noRecordings).twiml
}

const noRecordings: FlowSet['audio'] = new Map()
