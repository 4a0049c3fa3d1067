import { sql, type Transaction } from 'kysely'
import type { AppSession, AppUser } from '../callers/caller.ts'
import type { AppSessions } from '../callers/ports.ts'
import type { Database } from './database.ts'
import type { DB } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** A session ends when it has not been used for so long. */
const sessionDays = 30

const sessionLength = sql<string>`make_interval(days => ${sql.lit(sessionDays)})`

/** Use is noted at most so often: a request is no reason to write. */
const renewedEvery = sql<string>`interval '1 hour'`

/** A link of a guest, and what it opened, is over a day after the call; `l` is of guest_links. */
const isLinkOpen = sql<boolean>`
  l.made_at > clock_timestamp() - interval '2 days'
  and not exists (
    select from sessions s
      join calls c on c.started_at = s.started_at and c.call_sid = s.call_sid
     where s.call_sid = l.call_sid and c.ended_at < clock_timestamp() - interval '1 day')`

/** Sessions with who they are of: the caller, or a guest whom the caller trusts at this moment. */
const liveSessions = sql`
  select a.id, a.phone, a.person_id, a.channel_id, a.seen_at, a.token_hash,
         p.name as person_name, p.caller_phone, c.name as caller_name
    from caller_sessions a
    left join guest_links l on l.person_id = a.person_id and l.channel_id = a.channel_id
    left join trusted_persons p on p.id = a.person_id and p.state = 'confirmed'
    left join callers c on c.phone = p.caller_phone
   where a.ended_at is null and a.expires_at > clock_timestamp()
     and (a.phone is not null or (p.id is not null and ${isLinkOpen}))`

type SessionRow = {
  readonly id: string
  readonly phone: string | null
  readonly person_id: string | null
  readonly channel_id: string | null
  readonly person_name: string | null
  readonly caller_phone: string | null
  readonly caller_name: string | null
}

/** Sessions of the app page in PostgreSQL; of a token only the SHA-256. */
export const createAppSessions = ({ kysely }: Pick<Database, 'kysely'>): AppSessions => ({
  find: async (tokenHash) => {
    const { rows } = await sql<SessionRow & { is_stale: boolean }>`
      select s.*, s.seen_at < clock_timestamp() - ${renewedEvery} as is_stale
        from (${liveSessions}) s where s.token_hash = ${Buffer.from(tokenHash)}`.execute(kysely)
    const [row] = rows
    if (row === undefined) return null
    const isRenewed = row.is_stale && row.phone !== null
    if (isRenewed)
      await sql`
        update caller_sessions set seen_at = clock_timestamp(),
               expires_at = clock_timestamp() + ${sessionLength}
         where id = ${row.id} and ended_at is null`.execute(kysely)
    return { ...toSession(row), isRenewed }
  },
  end: async (sessionId) => {
    await sql`update caller_sessions set ended_at = clock_timestamp()
               where id = ${sessionId} and ended_at is null`.execute(kysely)
  },
  alive: async (sessionIds) => {
    if (sessionIds.length === 0) return new Set()
    const { rows } = await sql<{ id: string }>`
      select s.id from (${liveSessions}) s
       where s.id = any (${[...sessionIds]}::uuid[])`.execute(kysely)
    return new Set(rows.map(({ id }) => id))
  },
})

/** Opens a session of a number that was proved, in the transaction of the proof; makes the caller too. */
export const openCallerSession = async (
  transaction: Transaction<DB>,
  phone: string,
  language: string | null,
  tokenHash: Uint8Array,
): Promise<AppSession> => {
  await sql`insert into callers (phone, language) values (${phone}, ${language ?? 'ru-RU'})
            on conflict (phone) do nothing`.execute(transaction)
  const { rows } = await sql<{ id: string }>`
    insert into caller_sessions (token_hash, phone, expires_at)
    values (${Buffer.from(tokenHash)}, ${phone}, clock_timestamp() + ${sessionLength})
    returning id`.execute(transaction)
  return { sessionId: rows[0]?.id ?? '', user: { kind: 'caller', phone } }
}

/** Opens a session for whoever has the link of a guest; null when it is over. */
export const openGuestSession = async (
  transaction: Transaction<DB>,
  linkHash: Uint8Array,
  tokenHash: Uint8Array,
): Promise<AppSession | null> => {
  await sql`
    insert into caller_sessions (token_hash, person_id, channel_id, expires_at)
    select ${Buffer.from(tokenHash)}, l.person_id, l.channel_id, l.made_at + interval '2 days'
      from guest_links l
      join trusted_persons p on p.id = l.person_id and p.state = 'confirmed'
     where l.token_hash = ${Buffer.from(linkHash)} and ${isLinkOpen}
       for share of p`.execute(transaction)
  const { rows } = await sql<SessionRow>`
    select * from (${liveSessions}) s where s.token_hash = ${Buffer.from(tokenHash)}`.execute(
    transaction,
  )
  return rows[0] === undefined ? null : toSession(rows[0])
}

/** Deletes what signing in leaves behind, and messages of the month before. */
export const forgetCallerSignIns = ({ kysely }: Pick<Database, 'kysely'>): Promise<void> =>
  inTransaction(kysely, async (transaction) => {
    await sql`delete from caller_sessions
               where coalesce(ended_at, expires_at) < clock_timestamp() - interval '30 days'`.execute(
      transaction,
    )
    await sql`delete from guest_links
               where made_at < clock_timestamp() - interval '3 days'`.execute(transaction)
    await sql`delete from sign_in_codes
               where made_at < clock_timestamp() - interval '1 day'`.execute(transaction)
    await sql`delete from caller_attempts
               where at < clock_timestamp() - interval '1 day'`.execute(transaction)
    await sql`delete from text_messages
               where queued_at < clock_timestamp() - interval '30 days'`.execute(transaction)
  })

const toSession = (row: SessionRow): AppSession => ({ sessionId: row.id, user: toUser(row) })

const toUser = (row: SessionRow): AppUser =>
  row.phone === null
    ? {
        kind: 'guest',
        personId: row.person_id ?? '',
        name: row.person_name ?? '',
        channelId: row.channel_id ?? '',
        phone: row.caller_phone ?? '',
        callerName: row.caller_name,
      }
    : { kind: 'caller', phone: row.phone }
