import { sql } from 'kysely'
import type { Presence, PresenceState } from '../operators/operator.ts'
import type { PresenceStore } from '../operators/ports.ts'
import type { Database } from './database.ts'
import type { Connection } from './transaction.ts'

const isBusy = sql<boolean>`state in ('reserved', 'talking', 'wrap-up')`

/** Presence in PostgreSQL; each change one conditional statement. */
export const createPresenceStore = ({ kysely }: Pick<Database, 'kysely'>): PresenceStore => ({
  list: async () => (await read(kysely, null)).map(toPresence),
  find: async (login) => {
    const [row] = await read(kysely, login)
    return row === undefined ? null : toPresence(row)
  },
  set: async (login, state, reason) => {
    // One change by what the row is when its turn comes: who is being claimed meanwhile is busy then.
    const { rows } = await sql<{ isBusy: boolean }>`
      update presence
         set state = case when ${isBusy} then state else ${state} end,
             reason = case when ${isBusy} then reason else ${reason} end,
             missed = case when ${isBusy} then missed else 0 end,
             wrap_up_until = case when ${isBusy} then wrap_up_until end,
             next_state = case when ${isBusy} then ${state === 'available' ? null : state} end,
             since = case when ${isBusy} or state = ${state} then since else clock_timestamp() end
       where login = ${login}
         and (${isBusy} or ${state} = 'offline'
              or exists (select from operators o where o.login = presence.login and not o.is_disabled))
      returning ${isBusy} as "isBusy"`.execute(kysely)
    const [row] = rows
    if (row === undefined) return 'unknown'
    return row.isBusy ? 'busy' : 'set'
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
           next_state = case when ${isBusy} then 'offline' end
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
