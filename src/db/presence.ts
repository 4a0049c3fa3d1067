import { sql } from 'kysely'
import type { Presence, PresenceState } from '../operators/operator.ts'
import type { PresenceStore } from '../operators/ports.ts'
import type { Database } from './database.ts'
import type { Connection } from './transaction.ts'

/** Presence in PostgreSQL; each change one conditional statement. */
export const createPresenceStore = ({ kysely }: Pick<Database, 'kysely'>): PresenceStore => ({
  list: async () => (await read(kysely, null)).map(toPresence),
  find: async (login) => {
    const [row] = await read(kysely, login)
    return row === undefined ? null : toPresence(row)
  },
  set: async (login, state, reason) => {
    const { rows } = await sql<{ state: PresenceState; isSet: boolean }>`
      with free as (
        update presence
           set state = ${state}, reason = ${reason}, missed = 0, wrap_up_until = null, next_state = null,
               since = case when state = ${state} then since else clock_timestamp() end
         where login = ${login} and state in ('offline', 'available', 'break')
           and exists (select from operators o
                        where o.login = presence.login and (not o.is_disabled or ${state} = 'offline'))
        returning login
      ), busy as (
        update presence set next_state = ${state === 'available' ? null : state}
         where login = ${login} and state in ('reserved', 'talking', 'wrap-up')
        returning login
      )
      select state, exists (select from free) as "isSet" from presence
       where login = ${login} and (exists (select from free) or exists (select from busy))`.execute(
      kysely,
    )
    const [row] = rows
    if (row === undefined) return 'unknown'
    return row.isSet ? 'set' : 'busy'
  },
  sweep: async () => {
    const { numAffectedRows } = await sql`
      update presence set state = 'offline', reason = 'gone', since = clock_timestamp()
       where state in ('available', 'break')
         and exists (select from operator_sessions s
                      where s.login = presence.login and s.seen_at >= presence.since)
         and not exists (select from operator_sessions s
                          where s.login = presence.login and s.ended_at is null
                            and s.seen_at > clock_timestamp() - interval '1 minute')`.execute(
      kysely,
    )
    return Number(numAffectedRows ?? 0)
  },
})

/** Whoever is busy goes offline when the call is written up. */
export const putOffline = async (
  connection: Connection,
  login: string,
  reason: string,
): Promise<void> => {
  await sql`
    update presence
       set state = case when state in ('available', 'break') then 'offline' else state end,
           since = case when state in ('available', 'break') then clock_timestamp() else since end,
           reason = case when state in ('available', 'break') then ${reason} else reason end,
           next_state = case when state in ('reserved', 'talking', 'wrap-up') then 'offline' end
     where login = ${login}`.execute(connection)
}

type Row = {
  readonly login: string
  readonly state: PresenceState
  readonly since: Temporal.Instant
  readonly reason: string | null
  readonly missed: number
  readonly wrap_up_until: Temporal.Instant | null
}

const read = async (connection: Connection, login: string | null): Promise<readonly Row[]> => {
  const { rows } = await sql<Row>`
    select login, state, since, reason, missed, wrap_up_until from presence
     where ${login}::text is null or login = ${login} order by login`.execute(connection)
  return rows
}

const toPresence = (row: Row): Presence => ({
  login: row.login,
  state: row.state,
  since: row.since,
  reason: row.reason,
  missed: row.missed,
  wrapUpUntil: row.wrap_up_until,
})
