import { sql } from 'kysely'
import type {
  CallState,
  ChangedRows,
  ConsoleStateStore,
  DayState,
  OpenPlace,
  OperatorState,
} from '../operators/console-state.ts'
import type { Transfer } from '../queues/talks.ts'
import type { ServiceCounts } from '../routing/service-level.ts'
import type { Database } from './database.ts'
import { countsAsOffered } from './half-hours.ts'
import type { Connection } from './transaction.ts'

/** Figures of the day are read at most so often; what rings and who is free, every time. */
const figuresMs = 1_000

/** … and take at most this share of the time, however many calls a day has. */
const figuresShare = 0.05

/** Calls of the day that are listed, newest first. */
const listedCalls = 30

/** Days of everybody are read so seldom; of those who have done something, with the figures. */
const allDaysMs = 3_000

type Figures = {
  readonly midnight: Temporal.Instant
  /** When the days of all were read. */
  readonly allDaysAt: number
  /** When they are to be read again. */
  readonly until: number
  readonly days: ReadonlyMap<string, DayState>
  readonly counts: ReadonlyMap<string, ServiceCounts>
}

/** @param elapsed milliseconds of a clock that never goes back */
export const createConsoleStateStore = (
  { kysely }: Pick<Database, 'kysely'>,
  elapsed: () => number,
): ConsoleStateStore => {
  let figures: Figures | null = null
  let known: Shift | null = null
  /** Whose day may have changed since it was read. */
  const busy = new Set<string>()
  const readFigures = async (
    connection: Connection,
    midnight: Temporal.Instant,
    threshold: number,
  ): Promise<Figures> => {
    const begun = elapsed()
    const before = figures?.midnight.equals(midnight) ? figures : null
    if (before !== null && begun < before.until) return before
    const isOfAll = before === null || !(begun < before.allDaysAt + allDaysMs)
    const logins = isOfAll ? null : [...busy]
    const days = await readDays(connection, midnight, logins)
    const counts = await readCounts(connection, midnight, threshold)
    const until = begun + Math.max(figuresMs, (elapsed() - begun) / figuresShare)
    busy.clear()
    figures = {
      ...{ midnight, until, counts },
      allDaysAt: isOfAll ? begun : before.allDaysAt,
      days: isOfAll ? days : new Map([...before.days, ...days]),
    }
    return figures
  }
  return {
    // One after the other: consoles are looked after all the time, and calls need the other connections.
    read: (midnight, threshold, changed) =>
      kysely.connection().execute(async (connection) => {
        const before = known
        // Whatever fails below, the next reading is of everything.
        known = null
        const now = await readShift(connection, before, changed)
        for (const login of changed?.logins ?? []) busy.add(login)
        const { days, counts } = await readFigures(connection, midnight, threshold)
        known = now
        return {
          at: Temporal.Now.instant(),
          operators: [...now.operators.values()],
          places: [...now.places.values()],
          calls: new Map(now.calls),
          days,
          counts,
        }
      }),
    ringing: async (login) => {
      const row = await kysely
        .selectFrom('reservations')
        .select('id')
        .where('login', '=', login)
        .where('state', '=', 'ringing')
        .executeTakeFirst()
      return row?.id ?? null
    },
  }
}

/** Who is at work and who waits, by login and identifier; the next reading brings it up to date. */
type Shift = {
  readonly operators: Map<string, OperatorState>
  readonly places: Map<string, OpenPlace>
  readonly calls: Map<string, CallState>
}

const noShift = (): Shift => ({ operators: new Map(), places: new Map(), calls: new Map() })

const readShift = async (
  connection: Connection,
  before: Shift | null,
  changed: ChangedRows | null,
): Promise<Shift> => {
  const wanted = before === null || changed === null ? null : withPartners(before, changed)
  if (wanted !== null && wanted.logins.length + wanted.places.length === 0)
    return before ?? noShift()
  const [operators, places, calls] = [
    await readOperators(connection, wanted),
    await readPlaces(connection, wanted),
    await readCalls(connection, wanted),
  ]
  const shift = wanted === null || before === null ? noShift() : before
  renew(shift.operators, wanted?.logins, operators, ({ login }) => login)
  renew(shift.places, wanted?.places, places, ({ id }) => id)
  renew(shift.calls, wanted?.logins, calls, ({ login }) => login)
  return shift
}

/** Rows to be read; null = all. */
type Wanted = { readonly logins: string[]; readonly places: string[] } | null

/** With those who were held for one another when it was read before; who is now, the statements find. */
const withPartners = ({ operators, places }: Shift, changed: ChangedRows) => {
  const partnerOf = (id: string) => places.get(id)?.login ?? []
  const placeOf = (login: string) => operators.get(login)?.placeId ?? []
  return {
    logins: [...new Set([...changed.logins, ...[...changed.places].flatMap(partnerOf)])],
    places: [...new Set([...changed.places, ...[...changed.logins].flatMap(placeOf)])],
  }
}

/** What was wanted and not found is no more. */
const renew = <Row>(
  rows: Map<string, Row>,
  wanted: readonly string[] = [],
  found: readonly Row[],
  keyOf: (row: Row) => string,
): void => {
  const there = new Set(found.map(keyOf))
  for (const key of wanted) if (!there.has(key)) rows.delete(key)
  for (const row of found) rows.set(keyOf(row), row)
}

/** Those that are wanted, and whom they are held for now. */
const isOperator = (wanted: Wanted, login: string) =>
  wanted === null
    ? sql`true`
    : sql`${sql.ref(login)} = any (${wanted.logins}::text[] || array(
        select login from reservations where state <> 'ended' and place_id = any (${wanted.places}::uuid[])))`

const isPlace = (wanted: Wanted, id: string) =>
  wanted === null
    ? sql`true`
    : sql`${sql.ref(id)} = any (${wanted.places}::uuid[] || array(
        select place_id from reservations where state <> 'ended' and login = any (${wanted.logins}::text[])))`

const readOperators = async (
  connection: Connection,
  wanted: Wanted,
): Promise<readonly OperatorState[]> => {
  const { rows } = await sql<OperatorState>`
    select o.login, o.name, o.role, o.skills, o.languages, o.contact, o.is_disabled as "isDisabled",
           p.state, p.since, p.reason, p.missed, p.wrap_up_until as "wrapUpUntil",
           r.place_id as "placeId"
      from operators o
      join presence p using (login)
      left join reservations r on r.login = o.login and r.state <> 'ended'
     where (not o.is_disabled or p.state <> 'offline')
       and ${isOperator(wanted, 'o.login')}`.execute(connection)
  return rows
}

type PlaceRow = Omit<OpenPlace, 'window'> & {
  readonly window_from: Temporal.Instant | null
  readonly window_to: Temporal.Instant | null
}

const readPlaces = async (
  connection: Connection,
  wanted: Wanted,
): Promise<readonly OpenPlace[]> => {
  const { rows } = await sql<PlaceRow>`
    select p.id, p.queue, p.topic, p.language, p.tier, p.since, p.mode, p.state,
           p.window_from, p.window_to, r.login
      from places p
      left join reservations r on r.place_id = p.id and r.state <> 'ended'
     where p.state <> 'ended' and p.left_as is null
       and ${isPlace(wanted, 'p.id')}`.execute(connection)
  return rows.map(({ window_from: from, window_to: to, ...place }) => ({
    ...place,
    window: from === null || to === null ? null : { from, to },
  }))
}

type CallRow = {
  readonly login: string
  readonly reservation_id: string
  readonly place_id: string
  readonly state: string
  readonly created_at: Temporal.Instant
  readonly lease_until: Temporal.Instant
  readonly answered_at: Temporal.Instant | null
  readonly bridged_at: Temporal.Instant | null
  readonly ended_at: Temporal.Instant | null
  readonly started_at: Temporal.Instant | null
  readonly held_since: Temporal.Instant | null
  readonly is_muted: boolean | null
  readonly transfer: Transfer | null
}

const readCalls = async (connection: Connection, wanted: Wanted): Promise<readonly CallState[]> => {
  const { rows } = await sql<CallRow>`
    select r.login, r.id as reservation_id, r.place_id, r.state, r.created_at, r.lease_until,
           r.answered_at, r.bridged_at, r.ended_at, t.started_at, t.held_since, t.is_muted, t.transfer
      from reservations r left join talks t on t.reservation_id = r.id
     where r.state <> 'ended' and ${isOperator(wanted, 'r.login')}
    union all
    select p.login, r.id, r.place_id, 'ended', r.created_at, r.lease_until,
           r.answered_at, r.bridged_at, p.since, t.started_at, null, false, null
      from presence p
      cross join lateral (
        select reservation_id, started_at from talks
         where login = p.login order by started_at desc limit 1
      ) t
      join reservations r on r.id = t.reservation_id
     where p.state = 'wrap-up' and ${isOperator(wanted, 'p.login')}`.execute(connection)
  return rows.map(toCall)
}

const toCall = (row: CallRow): CallState => {
  const known = {
    login: row.login,
    reservationId: row.reservation_id,
    placeId: row.place_id,
    isMuted: row.is_muted ?? false,
    transfer: row.transfer,
    ringUntil: null,
  }
  if (row.state === 'ended')
    return { ...known, state: 'wrap-up', since: row.ended_at ?? row.created_at }
  if (row.state === 'ringing')
    return { ...known, state: 'ringing', since: row.created_at, ringUntil: row.lease_until }
  if (row.state === 'answered')
    return { ...known, state: 'connecting', since: row.answered_at ?? row.created_at }
  return row.held_since === null
    ? { ...known, state: 'talking', since: row.started_at ?? row.bridged_at ?? row.created_at }
    : { ...known, state: 'held', since: row.held_since }
}

type TalkRow = {
  readonly login: string
  readonly answered: number
  readonly talk_seconds: number
  readonly calls: readonly {
    readonly callSid: string
    readonly startedAt: string
    readonly topic: string | null
    readonly result: string | null
  }[]
}

/** @param logins whose; null = everybody's */
const readDays = async (
  connection: Connection,
  midnight: Temporal.Instant,
  logins: string[] | null,
): Promise<ReadonlyMap<string, DayState>> => {
  const talks = await sql<TalkRow>`
      select login, count(*)::int as answered,
             coalesce(sum(extract(epoch from ended_at - started_at)), 0)::int as talk_seconds,
             json_agg(json_build_object('callSid', call_sid, 'startedAt', started_at,
                                        'topic', topic, 'result', result)
                      order by started_at desc)
                 filter (where ended_at is not null and position <= ${listedCalls}) as calls
        from (select *, row_number() over (partition by login order by started_at desc) as position
                from talks where started_at >= ${midnight} and ${isOf(logins)}) as numbered
       group by login`.execute(connection)
  const misses = await sql<{ login: string; missed: number }>`
      select login, count(*)::int as missed from reservations
       where created_at >= ${midnight} and outcome = 'no-answer' and ${isOf(logins)}
       group by login`.execute(connection)
  const missed = new Map(misses.rows.map((row) => [row.login, row.missed]))
  const answered = new Map(talks.rows.map((row) => [row.login, row]))
  return new Map(
    [...new Set([...missed.keys(), ...answered.keys()])].map((login) => {
      const row = answered.get(login)
      return [
        login,
        {
          answered: row?.answered ?? 0,
          missed: missed.get(login) ?? 0,
          talkSeconds: row?.talk_seconds ?? 0,
          calls: (row?.calls ?? []).map((call) => ({
            ...call,
            startedAt: Temporal.Instant.from(call.startedAt),
          })),
        },
      ]
    }),
  )
}

const isOf = (logins: string[] | null) =>
  logins === null ? sql`true` : sql`login = any (${logins}::text[])`

const readCounts = async (
  connection: Connection,
  midnight: Temporal.Instant,
  threshold: number,
): Promise<ReadonlyMap<string, ServiceCounts>> => {
  const { rows } = await sql<ServiceCounts & { queue: string }>`
    with today as (
      select id, queue, mode, state, result, since, ended_at from places
       where since >= ${midnight} and ${sql.raw(countsAsOffered('places'))}
    ), told as (
      select today.*, first.answered_at,
             extract(epoch from coalesce(first.answered_at, ended_at) - since) <= ${threshold} as in_time
        from today
        left join lateral (
          select min(bridged_at) as answered_at from reservations
           where place_id = today.id and bridged_at is not null
        ) as first on true
    )
    select queue,
           count(*)::int as offered,
           count(answered_at)::int as answered,
           count(*) filter (where answered_at is not null and in_time)::int as "answeredInTime",
           count(*) filter (where answered_at is null and mode = 'hold' and result = 'left')::int
             as abandoned,
           count(*) filter (where answered_at is null and mode = 'hold' and result = 'left'
                              and in_time)::int as "abandonedInTime",
           count(*) filter (where answered_at is null and mode = 'callback')::int
             as "leftForCallback"
      from told group by queue`.execute(connection)
  return new Map(rows.map(({ queue, ...counts }) => [queue, counts]))
}
