import { conferenceOf } from '../queues/place.ts'
import type { Claimed, Claims, Reservation } from '../queues/ports.ts'
import { pair } from '../routing/rank.ts'
import { callersWait, paid, roomOf } from './call-pace.ts'
import { readCandidates } from './candidates.ts'
import type { Database } from './database.ts'
import { type PlaceRow, placeColumnsOf, toPlace } from './place-rows.ts'
import { together, unfelt } from './together.ts'

export type ClaimsOptions = {
  /** How long an operator of a queue is rung, in seconds. */
  readonly ringSeconds: (queue: string) => number
  /** Pace at which the carrier begins calls; null, the default: whatever is ordered is begun. */
  readonly callsPerSecond?: number | null
}

/** From the claim to the ringing, and from the last ring to the carrier's word of it. */
const marginSeconds = 10

/** From the operator's answer to the talk; whoever needs longer extends the lease. */
const bridgeSeconds = 30

/** Another node may take what this one has paired: so often it pairs anew what is left. */
const maxRounds = 4

/** Operators held for places, in PostgreSQL. What is changed together is changed by functions (sql/0008). */
export const createClaims = (
  { pool, claimPool, routingPool }: Pick<Database, 'pool' | 'claimPool' | 'routingPool'>,
  { ringSeconds, callsPerSecond = null }: ClaimsOptions,
): Claims => {
  const isDone = async (name: string, text: string, values: readonly unknown[]) => {
    const { rows } = await pool.query<{ done: boolean }>({ name, text, values: [...values] })
    return rows[0]?.done ?? false
  }
  const find = together<ReservationRow>(
    routingPool,
    { name: 'find-reservation', text: findStatement },
    unfelt,
  )
  const bind = together(routingPool, { name: 'bind-leg', text: bindStatement }, unfelt)
  const answer = together<ReservationRow>(routingPool, { name: 'answer', text: answerStatement })
  const bridge = together(routingPool, {
    name: 'bridge',
    text: 'select bridge_reservations($1, $2, $3) as nr',
  })
  const bridgeCaller = together<{ place_id: string; login: string }>(routingPool, {
    name: 'bridge-caller',
    text: bridgeCallerStatement,
  })
  const finish = together(routingPool, {
    name: 'finish',
    text: 'select finish_reservations($1, $2) as nr',
  })
  const orNull = (row: ReservationRow | null | undefined) =>
    row === null || row === undefined ? null : toReservation(row)
  const count = async (name: string, text: string) => {
    const { rows } = await routingPool.query<{ swept: number }>({ name, text })
    return rows[0]?.swept ?? 0
  }

  const claimOnce = async (limit: number) => {
    const { most, places, operators } = await readCandidates(claimPool, limit, callsPerSecond)
    const pairs = pair(places, operators, most)
    if (pairs.length === 0) return { wanted: 0, claimed: [] }
    const values = [
      pairs.map(({ place }) => place.id),
      pairs.map(({ operator }) => operator.login),
      pairs.map(({ place }) => ringSeconds(place.queue) + marginSeconds),
      callsPerSecond,
      limit,
    ]
    const { rows } = await claimPool.query<ClaimedRow>({
      name: 'claim',
      text: claimStatement,
      values,
    })
    const claimed = rows.map((row) => ({ ...toReservation(row), dialled: row.dialled }))
    return { wanted: pairs.length, claimed }
  }

  return {
    claim: async (limit) => {
      const all: Claimed[] = []
      for (let round = 0; round < maxRounds && all.length < limit; round++) {
        const { wanted, claimed } = await claimOnce(limit - all.length)
        all.push(...claimed)
        if (claimed.length === wanted) break
      }
      return all
    },
    find: async (id) => orNull(await find(id)),
    openOf: async (callSid) => {
      const { rows } = await pool.query<ReservationRow>({
        name: 'reservation-of-call',
        text: openStatement,
        values: [callSid],
      })
      return orNull(rows[0])
    },
    bindLeg: async (id, legSid) => (await bind(id, legSid)) !== null,
    answer: async (id, legSid) => orNull(await answer(id, legSid)),
    extend: (id, seconds) => isDone('extend-lease', extendStatement, [id, seconds]),
    bridge: async (id, talk) =>
      (await bridge(id, talk?.callSid ?? null, talk?.conference ?? null)) !== null,
    bridgeCaller: async (id, callSid) => {
      const row = await bridgeCaller(id, callSid)
      return row === null ? null : { placeId: row.place_id, login: row.login }
    },
    release: (id, reason) =>
      isDone('release', `select release_reservation($1, $2) as done`, [id, reason]),
    finish: onceAtATime(async (id, wrapUpSeconds) => (await finish(id, wrapUpSeconds)) !== null),
    endWrapUp: (login) => isDone('end-wrap-up', `select end_wrap_ups($1) > 0 as done`, [login]),
    sweep: async () =>
      (await count('sweep-leases', `select sweep_leases() as swept`)) +
      (await count('end-wrap-ups', `select end_wrap_ups(null) as swept`)),
    legsToCut: async () => {
      const { rows } = await pool.query<{ leg_sid: string }>({ name: 'cut', text: cutStatement })
      return rows.map(({ leg_sid }) => leg_sid)
    },
  }
}

/** The operator's key and the end of the leg come together: the second waits for what comes of the first. */
const onceAtATime = (finish: Claims['finish']): Claims['finish'] => {
  const underWay = new Map<string, Promise<boolean>>()
  return async (id, wrapUpSeconds) => {
    const other = underWay.get(id)
    if (other !== undefined && (await other.catch(() => false))) return false
    const finishing = finish(id, wrapUpSeconds).finally(() => underWay.delete(id))
    underWay.set(id, finishing)
    return finishing
  }
}

type ReservationRow = PlaceRow & {
  readonly reservation_id: string
  readonly reservation_state: Reservation['state']
  readonly login: string
  readonly contact: string
  readonly lease_until: Temporal.Instant
  readonly leg_sid: string | null
  readonly is_consultation: boolean
}

type ClaimedRow = ReservationRow & { readonly dialled: string | null }

const toReservation = (row: ReservationRow): Reservation => ({
  id: row.reservation_id,
  place: toPlace(row),
  operator: { login: row.login, contact: row.contact },
  state: row.reservation_state,
  leaseUntil: row.lease_until,
  legSid: row.leg_sid,
  isConsultation: row.is_consultation,
})

const reservationColumns = `r.id as reservation_id, r.state as reservation_state, r.login, o.contact,
  r.lease_until, r.leg_sid, ${placeColumnsOf('p')},
  exists (select from reservations a where a.leg_sid = p.call_sid and a.state = 'bridged')
    as is_consultation`

const withPlace = 'join places p on p.id = r.place_id join operators o on o.login = r.login'

const findStatement = `
  select w.nr, ${reservationColumns}
    from unnest($1::uuid[]) with ordinality as w (id, nr) join reservations r on r.id = w.id ${withPlace}`

const openStatement = `
  select ${reservationColumns} from reservations r ${withPlace}
   where p.call_sid = $1 and p.mode = 'hold' and p.state <> 'ended' and r.state <> 'ended'`

/**
 * Both of a pair are locked, or the pair is left alone: what another node is just claiming is skipped
 * without waiting, what it has claimed since is seen by the conditions. Where as many were claimed as there was
 * room for, more may wait.
 */
const claimStatement = `
  with wanted as (
    select * from unnest($1::uuid[], $2::text[], $3::int[]) as w (place_id, login, lease_seconds)
  ), free as (
    select s.login from presence s join wanted w on w.login = s.login
     where s.state = 'available'
       and not exists (select from reservations r where r.login = s.login and r.state <> 'ended')
       for update of s skip locked
  ), waiting as (
    select p.id from places p join wanted w on w.place_id = p.id
     where p.state = 'waiting' and p.left_as is null
       and not exists (select from reservations r where r.place_id = p.id and r.state <> 'ended')
       for update of p skip locked
  ), pairs as (
    select w.* from wanted w
      join free f on f.login = w.login
      join waiting p on p.id = w.place_id
  ), taken as (
    update places p set state = 'reserved', changed_at = clock_timestamp()
      from pairs w where p.id = w.place_id
    returning p.*
  ), held as (
    update presence s set state = 'reserved', since = clock_timestamp(), reason = null
      from pairs w where s.login = w.login
  ), r as (
    insert into reservations (place_id, login, created_at, lease_until)
    select w.place_id, w.login, clock_timestamp(),
           clock_timestamp() + make_interval(secs => w.lease_seconds)
      from pairs w
    returning *
  ), paced as (
    update call_pace set
        ${paid('r.people', '$4::float8')},
        callers_until = case when r.people >= least($5::int, ${roomOf('$4::float8')})
                             then ${callersWait} else callers_until end
      from (select count(*) as people from r) r
     where $4::float8 is not null and r.people > 0
  )
  select ${reservationColumns}, c.to_number as dialled
    from r join taken p on p.id = r.place_id join operators o on o.login = r.login
    left join sessions k on k.call_sid = p.call_sid
    left join calls c on c.call_sid = k.call_sid and c.started_at = k.started_at
   order by p.rank_at, p.id`

const bindStatement = `
  update reservations r set leg_sid = w.leg
    from unnest($1::uuid[], $2::text[]) with ordinality as w (id, leg, nr)
   where r.id = w.id and r.state <> 'ended' and (r.leg_sid is null or r.leg_sid = w.leg)
  returning w.nr`

const answerStatement = `
  with answered as (
    update reservations r set
        leg_sid = w.leg,
        answered_at = coalesce(r.answered_at, clock_timestamp()),
        lease_until = case r.state when 'ringing'
                           then clock_timestamp() + interval '${bridgeSeconds} seconds'
                           else r.lease_until end,
        state = case r.state when 'ringing' then 'answered' else r.state end
      from unnest($1::uuid[], $2::text[]) with ordinality as w (id, leg, nr)
     where r.id = w.id and r.state <> 'ended' and (r.leg_sid is null or r.leg_sid = w.leg)
    returning r.*, w.nr
  ), kept as (
    update presence s set missed = 0 from answered r
     where s.login = r.login and s.missed > 0
  )
  select r.nr, ${reservationColumns} from answered r ${withPlace}`

/** What is true of an answered reservation stays so until it is bridged or over, which the function looks at. */
const bridgeCallerStatement = `
  with met as (
    select w.nr, row_number() over (order by w.nr) as nth, r.id, p.call_sid, p.id as place_id, r.login
      from unnest($1::uuid[], $2::text[]) with ordinality as w (id, call_sid, nr)
      join reservations r on r.id = w.id and r.state = 'answered'
      join places p on p.id = r.place_id and p.call_sid = w.call_sid
  ), bridged as (
    select b.nth from bridge_reservations(
      (select array_agg(id order by nth) from met),
      (select array_agg(call_sid order by nth) from met),
      (select array_agg('${conferenceOf('')}' || place_id order by nth) from met)) as b (nth)
  )
  select m.nr, m.place_id, m.login from met m join bridged b on b.nth = m.nth`

const extendStatement = `
  update reservations set lease_until = clock_timestamp() + make_interval(secs => $2::int)
   where id = $1 and state in ('ringing', 'answered')
  returning true as done`

/** Materialized: as a condition it may be looked for anew for every reservation there is. */
const cutStatement = `
  with over as materialized (
    select id from reservations
     where state = 'ended' and leg_sid is not null and not is_leg_over
     limit 100 for update skip locked
  )
  update reservations r set is_leg_over = true from over where r.id = over.id
  returning r.leg_sid`
