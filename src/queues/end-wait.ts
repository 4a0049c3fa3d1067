import type { CallEvent } from '../calls/call.ts'
import { cutLeg } from './bridge.ts'
import type { CarrierPort } from './carrier.ts'
import type { Claims, Hints, PlaceStore } from './ports.ts'
import type { QueueWaits, WaitEnd, WaitNews, WaitStatus } from './wait-end.ts'
import type { WaitReport, WaitReports } from './wait-reports.ts'

export type WaitPorts = {
  readonly places: PlaceStore
  readonly claims: Claims
  readonly carrier: Pick<CarrierPort, 'hangUp'>
  readonly reports: WaitReports
  readonly hints: Pick<Hints, 'hint'>
  readonly wrapUpSeconds: (queue: string) => number
  /** What went wrong without anybody waiting for it. */
  readonly onFault: (what: string, cause: unknown) => void
}

/** The queues as calls see them. */
export const queueWaits = (ports: WaitPorts): QueueWaits => ({
  began: (placeId) => ports.hints.hint({ placeId }),
  end: async (callSid, placeId, news) => {
    const before = await ports.reports.of(callSid, placeId)
    const hasChanged = await takeNews(ports, callSid, news, before)
    const report = hasChanged ? await ports.reports.of(callSid, placeId) : before
    if (report === null) return lost
    const talker = report.talks.at(-1)?.login
    if (talker !== undefined && talker !== report.noted)
      await ports.reports.noteOperator(callSid, talker)
    if (news === 'hung-up') return endOf(report, news)
    if (isInLine(report)) return { kind: 'waits', queue: report.queue, place: report.placeId }
    if (report.state === 'talking') {
      const open = await ports.claims.openOf(callSid)
      if (open !== null) return { kind: 'talks', reservation: open.id }
    }
    return endOf(report, news)
  },
})

/** The place is gone, which only a lost database explains. */
const lost: WaitEnd = {
  kind: 'ended',
  status: 'error',
  waitedSeconds: 0,
  operator: null,
  events: [],
}

/** Somebody out of the line for good, or for now, with an operator or alone. */
const isInLine = ({ state, leftAs, mode }: WaitReport): boolean =>
  mode === 'hold' && leftAs === null && (state === 'waiting' || state === 'reserved')

/** Whether something has changed since the report. */
const takeNews = async (
  ports: WaitPorts,
  callSid: string,
  news: WaitNews,
  report: WaitReport | null,
): Promise<boolean> => {
  // Nearly always the operator's end of the talk was heard of first.
  if (news === 'moved' || report?.state === 'ended') return false
  if (news === 'talk-over' || news === 'hung-up') {
    const open = await ports.claims.openOf(callSid)
    if (open?.state === 'bridged') {
      await ports.claims.finish(open.id, ports.wrapUpSeconds(open.place.queue))
      ports.hints.hint({ placeId: open.place.id, login: open.operator.login })
      cutLeg(ports, open.legSid)
    }
    if (news === 'talk-over') return true
  }
  const left =
    news === 'hung-up'
      ? await ports.places.callEnded(callSid)
      : await ports.places.leave(callSid, 'left')
  if (left !== null) {
    ports.hints.hint({ placeId: left.placeId })
    cutLeg(ports, left.legSid)
  }
  return true
}

const endOf = (report: WaitReport, news: WaitNews): WaitEnd => {
  const until = report.waitedUntil
  const seconds = until === null ? 0 : Math.round(until.since(report.since).total('seconds'))
  const waitedSeconds = Math.max(0, seconds)
  const status = statusOf(report, news)
  return {
    kind: 'ended',
    status,
    waitedSeconds,
    operator: report.talks.at(-1)?.login ?? null,
    events: eventsOf(report, status, waitedSeconds),
  }
}

const statusOf = ({ talks, result, leftAs }: WaitReport, news: WaitNews): WaitStatus => {
  if (talks.length > 0 || result === 'served') return 'bridged'
  const how = leftAs ?? result
  if (how === 'timeout' || how === 'closed') return how
  if (news === 'full') return 'full'
  return news === 'fault' ? 'error' : 'left'
}

/** Each at its own time, in the order they happened. */
const eventsOf = (
  { placeId, queue, since, rings, talks, waitedUntil }: WaitReport,
  status: WaitStatus,
  waitedSeconds: number,
): readonly CallEvent[] => {
  const events: CallEvent[] = [
    { at: since, type: 'enqueue', data: { queue, place: placeId } },
    ...rings.map(({ login, at, outcome }) => ({
      at,
      type: 'ring',
      data: { operator: login, outcome: outcome ?? 'answered' },
    })),
    ...talks.map(({ login, from, until }) => ({
      at: from,
      type: 'talk',
      data: {
        operator: login,
        seconds: until === null ? null : Math.round(until.since(from).total('seconds')),
      },
    })),
  ]
  const last = talks.at(-1)?.until ?? waitedUntil ?? since
  events.push({ at: last, type: 'leave', data: { queue, status, waitedSeconds } })
  return events.toSorted((a, b) => Temporal.Instant.compare(a.at, b.at))
}
