import { type Selectable, sql } from 'kysely'
import { type Caller, callerLanguage } from '../callers/caller.ts'
import type { AppState, AppStates, Callers, OwnCall, OwnCalls } from '../callers/ports.ts'
import type { Database } from './database.ts'
import type { Callers as Row } from './schema.ts'
import type { Connection } from './transaction.ts'
import { listPersons, toPerson } from './trusted-person-rows.ts'

/** Callers in PostgreSQL. */
export const createCallers = ({ kysely }: Pick<Database, 'kysely'>): Callers => ({
  find: async (phone) => {
    const [caller] = await findCallers(kysely, [phone])
    return caller ?? null
  },
  change: async (phone, changes) => {
    const { rows } = await sql<Selectable<Row>>`
      update callers set
          name = case when ${changes.name !== undefined} then ${changes.name ?? null} else name end,
          language = coalesce(${changes.language ?? null}, language),
          is_profile_shown = coalesce(${changes.isProfileShown ?? null}, is_profile_shown),
          is_chat_shared = coalesce(${changes.isChatShared ?? null}, is_chat_shared)
        where phone = ${phone} returning *`.execute(kysely)
    return rows[0] === undefined ? null : toCaller(rows[0])
  },
})

const findCallers = async (
  connection: Connection,
  phones: readonly string[],
): Promise<readonly Caller[]> => {
  const { rows } = await sql<Selectable<Row>>`
    select * from callers where phone = any (${[...phones]})`.execute(connection)
  return rows.map(toCaller)
}

/** Calls of callers, by the number that the carrier gave: who withheld it has none. */
export const createOwnCalls = ({ kysely }: Pick<Database, 'kysely'>): OwnCalls => ({
  list: async (phone, limit, after) => {
    const older =
      after === undefined
        ? sql`true`
        : sql`(c.started_at, c.call_sid) < (${after.at.toString()}::timestamptz, ${after.key})
              and c.started_at <= ${after.at.toString()}::timestamptz`
    const ended = ownCalls(sql`${phone}`, sql`c.ended_at is not null and ${older}`, limit)
    const { rows } = await sql<OwnCallRow>`
      select * from (
        ${after === undefined ? sql`${ownCalls(sql`${phone}`, goesOn, maxLive)} union all` : sql``}
        ${ended}) own
       order by is_over, started_at desc, call_sid desc
       limit ${limit}`.execute(kysely)
    return rows.map(toOwnCall)
  },
})

/** What the pages of several callers show, in a few statements for all of them. */
export const createAppStates = ({ kysely }: Pick<Database, 'kysely'>): AppStates => ({
  inCall: async (phones) => {
    if (phones.length === 0) return new Set()
    const { rows } = await sql<{ phone: string }>`
      select distinct phone
        from unnest(${[...phones]}::text[]) as asked (phone)
        join calls c on c.from_number = phone
       where ${goesOn}`.execute(kysely)
    return new Set(rows.map(({ phone }) => phone))
  },
  read: async (phones, limit) => {
    const [callers, persons, { rows: calls }] = await Promise.all([
      findCallers(kysely, phones),
      listPersons(kysely, phones),
      sql<OwnCallRow>`
        select own.* from unnest(${[...phones]}::text[]) as asked (phone),
          lateral (
            ${ownCalls(sql`asked.phone`, sql`c.ended_at is not null`, limit)}
            union all ${ownCalls(sql`asked.phone`, goesOn, maxLive)}
            order by is_over, started_at desc, call_sid desc limit ${limit}) own`.execute(kysely),
    ])
    const personsOf = Object.groupBy(persons, (person) => person.caller_phone)
    const callsOf = Object.groupBy(calls, (call) => call.from_number)
    return new Map(
      callers.map((caller): [string, AppState] => [
        caller.phone,
        {
          caller,
          persons: (personsOf[caller.phone] ?? []).map(toPerson),
          calls: (callsOf[caller.phone] ?? []).map(toOwnCall),
        },
      ]),
    )
  },
})

/** A telephone may have a second call; more are none of a person. */
const maxLive = 5

/** Calls whose end nobody reported are closed five hours after their start. */
/** `now()` lets the months before be left out. */
const goesOn = sql`c.ended_at is null and c.started_at > now() - interval '6 hours'`

const ownCalls = (
  phone: ReturnType<typeof sql>,
  which: ReturnType<typeof sql>,
  limit: number,
) => sql`(
  select c.call_sid, c.from_number, coalesce(c.line, c.to_number) as line, c.started_at, c.ended_at,
         c.outcome, h.id as channel,
         c.ended_at is not null as is_over,
         coalesce(h.is_chat_open and h.closed_at is null, false) as is_chat_open,
         case when c.ended_at is null then (
           select o.name from talks t join operators o on o.login = t.login
            where t.call_sid = c.call_sid and t.ended_at is null
            order by t.started_at desc limit 1) end as operator,
         (select count(*) from channel_events e
           where e.channel_id = h.id and e.type in ('message', 'photo') and e.author_key <> 'caller'
             and e.sequence > coalesce((
               select m.seen from channel_marks m
                where m.channel_id = h.id and m.person_key = 'caller'), 0)) as unread
    from calls c
    left join channels h on h.call_sid = c.call_sid
   where c.from_number = ${phone} and ${which}
   order by c.started_at desc, c.call_sid desc
   limit ${limit})`

type OwnCallRow = {
  readonly call_sid: string
  readonly from_number: string
  readonly line: string
  readonly started_at: Temporal.Instant
  readonly ended_at: Temporal.Instant | null
  readonly outcome: string
  readonly operator: string | null
  readonly channel: string | null
  readonly is_chat_open: boolean
  readonly unread: number
}

const toOwnCall = (row: OwnCallRow): OwnCall => ({
  callSid: row.call_sid,
  phone: row.from_number,
  line: row.line,
  startedAt: row.started_at,
  endedAt: row.ended_at,
  outcome: row.outcome,
  operator: row.operator,
  channel: row.channel,
  isChatOpen: row.is_chat_open,
  unread: row.unread,
})

const toCaller = (row: Selectable<Row>): Caller => ({
  phone: row.phone,
  name: row.name,
  language: callerLanguage(row.language) ?? 'ru-RU',
  isProfileShown: row.is_profile_shown,
  isChatShared: row.is_chat_shared,
})
