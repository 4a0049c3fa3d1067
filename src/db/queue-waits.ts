import type { PlaceResult, PlaceState, WaitingMode } from '../queues/place.ts'
import type { WaitReport, WaitReports } from '../queues/wait-reports.ts'
import type { Database } from './database.ts'
import { together, unfelt } from './together.ts'

/** Waits for a person, as places, reservations and talks tell of them. */
export const createWaitReports = ({
  pool,
  routingPool,
}: Pick<Database, 'pool' | 'routingPool'>): WaitReports => {
  const find = together<ReportRow>(
    routingPool,
    { name: 'wait-report', text: reportStatement },
    unfelt,
  )
  return {
    of: async (callSid, placeId) => {
      const row = await find(callSid, placeId)
      return row === null ? null : toReport(row)
    },
    noteOperator: async (callSid, login) => {
      await pool.query({
        name: 'note-operator',
        text: `
          update calls c set operator = $2
            from sessions s
           where s.call_sid = $1 and c.call_sid = s.call_sid and c.started_at = s.started_at`,
        values: [callSid, login],
      })
    },
  }
}

type ReportRow = {
  readonly id: string
  readonly queue: string
  readonly mode: WaitingMode
  readonly state: PlaceState
  readonly result: PlaceResult | null
  readonly left_as: PlaceResult | null
  readonly since: Temporal.Instant
  readonly waited_until: Temporal.Instant | null
  readonly rings: readonly { login: string; at: string; outcome: string | null }[] | null
  readonly talks: readonly { login: string; from: string; until: string | null }[] | null
  readonly noted: string | null
}

/** Identifiers grow with time: what the call took later comes after the place it took first. */
const reportStatement = `
  select asked.nr, report.*
    from unnest($1::text[], $2::uuid[]) with ordinality as asked (call_sid, place_id, nr)
   cross join lateral (
  with mine as (
    select * from places where call_sid = asked.call_sid and id >= asked.place_id
  ), last as (
    select * from mine order by id desc limit 1
  ), r as (
    select r.*, p.bridged_at as place_bridged_at from reservations r join mine p on p.id = r.place_id
  ), t as (
    select t.* from talks t
     where t.call_sid = asked.call_sid and t.started_at >= (select min(since) from mine)
  )
  select l.id, l.queue, l.mode, l.state, l.result, l.left_as,
         (select min(since) from mine) as since,
         coalesce((select min(started_at) from t), l.ended_at,
                  case when l.left_as is not null or l.mode = 'callback' then l.changed_at end)
           as waited_until,
         (select json_agg(json_build_object('login', r.login, 'at', r.created_at,
                   'outcome', r.outcome) order by r.created_at) from r) as rings,
         (select json_agg(json_build_object('login', t.login, 'from', t.started_at,
                   'until', t.ended_at) order by t.started_at) from t) as talks,
         (select c.operator from sessions s
            join calls c on c.call_sid = s.call_sid and c.started_at = s.started_at
           where s.call_sid = asked.call_sid) as noted
    from last l
   ) report`

const toReport = (row: ReportRow): WaitReport => ({
  placeId: row.id,
  queue: row.queue,
  mode: row.mode,
  state: row.state,
  result: row.result,
  leftAs: row.left_as,
  since: row.since,
  waitedUntil: row.waited_until,
  noted: row.noted,
  rings: (row.rings ?? []).map(({ login, at, outcome }) => ({
    login,
    at: Temporal.Instant.from(at),
    outcome,
  })),
  talks: (row.talks ?? []).map(({ login, from, until }) => ({
    login,
    from: Temporal.Instant.from(from),
    until: until === null ? null : Temporal.Instant.from(until),
  })),
})
