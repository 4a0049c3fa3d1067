import { sql } from 'kysely'
import type { Role } from '../operators/operator.ts'
import type { SessionStore } from '../operators/ports.ts'
import type { Database } from './database.ts'
import { putOffline } from './presence.ts'
import { type Connection, inTransaction } from './transaction.ts'

/** SQL: use of a session is noted at most so often: a request is no reason to write. */
export const seenEvery = `interval '10 seconds'`

/** SQL: whether a session lives. One that is not used for half an hour is over. */
export const liveOf = (session: string): string =>
  `${session}.ended_at is null and ${session}.expires_at > clock_timestamp()
   and ${session}.seen_at > clock_timestamp() - interval '30 minutes'`

const isLive = sql.raw<boolean>(liveOf('operator_sessions'))
const isStale = sql.raw<boolean>(`operator_sessions.seen_at < clock_timestamp() - ${seenEvery}`)

/** Sessions in PostgreSQL; of a token only the SHA-256. */
export const createSessionStore = ({ kysely }: Pick<Database, 'kysely'>): SessionStore => ({
  open: async (login, passwordHash, tokenHash, seconds) => {
    const { rows } = await sql<SessionRow>`
      insert into operator_sessions (token_hash, login, created_at, seen_at, expires_at)
      select ${Buffer.from(tokenHash)}, login, clock_timestamp(), clock_timestamp(),
             clock_timestamp() + make_interval(secs => ${seconds})
        from operators
       where login = ${login} and password_hash = ${passwordHash} and not is_disabled
         for share
      returning id, login, expires_at,
                (select role from operators o where o.login = operator_sessions.login) as role`.execute(
      kysely,
    )
    const [row] = rows
    return row === undefined ? null : toSignedIn(row)
  },
  find: async (tokenHash) => {
    const { rows } = await sql<SessionRow & { isStale: boolean }>`
      select id, login, expires_at, role, ${isStale} as "isStale"
        from operator_sessions join operators using (login)
       where token_hash = ${Buffer.from(tokenHash)} and not is_disabled and ${isLive}`.execute(
      kysely,
    )
    const [row] = rows
    if (row === undefined) return null
    if (row.isStale) await touch(kysely, [row.id])
    return toSignedIn(row)
  },
  end: (sessionId) =>
    inTransaction(kysely, async (transaction) => {
      const { rows } = await sql<{ login: string }>`
        update operator_sessions set ended_at = clock_timestamp()
         where id = ${sessionId} and ended_at is null
        returning login`.execute(transaction)
      const [ended] = rows
      if (ended === undefined) return null
      const isLast = !(await isSignedIn(transaction, ended.login))
      if (isLast) await putOffline(transaction, ended.login, 'signed-out')
      return { login: ended.login, isLast }
    }),
  alive: async (sessionIds) => {
    if (sessionIds.length === 0) return new Set()
    const { rows } = await sql<{ id: string; isStale: boolean }>`
      select id, ${isStale} as "isStale"
        from operator_sessions join operators using (login)
       where id = any(${[...sessionIds]}::uuid[]) and not is_disabled and ${isLive}`.execute(kysely)
    const stale = rows.filter(({ isStale }) => isStale).map(({ id }) => id)
    if (stale.length > 0) await touch(kysely, stale)
    return new Set(rows.map(({ id }) => id))
  },
})

/** All sessions of an operator, on the connection of a greater change; whether there were any. */
export const endSessionsOf = async (connection: Connection, login: string): Promise<boolean> => {
  const { rows } = await sql`
    update operator_sessions set ended_at = clock_timestamp()
     where login = ${login} and ended_at is null
    returning id`.execute(connection)
  return rows.length > 0
}

const touch = async (connection: Connection, ids: readonly string[]): Promise<void> => {
  await sql`update operator_sessions set seen_at = clock_timestamp()
             where id = any(${[...ids]}::uuid[]) and ended_at is null`.execute(connection)
}

const isSignedIn = async (connection: Connection, login: string): Promise<boolean> => {
  const { rows } = await sql`
    select from operator_sessions where login = ${login} and ${isLive} limit 1`.execute(connection)
  return rows.length > 0
}

type SessionRow = {
  readonly id: string
  readonly login: string
  readonly role: string
  readonly expires_at: Temporal.Instant
}

const toSignedIn = (row: SessionRow) => ({
  sessionId: row.id,
  login: row.login,
  role: row.role as Role,
  expiresAt: row.expires_at,
})
