import { sql, type Transaction } from 'kysely'
import type { RecordedStream, Recording } from '../recordings/recording.ts'
import type { Listener, RecordingStore } from '../recordings/store.ts'
import type { Database } from './database.ts'
import { noteInJournal } from './journal.ts'
import type { DB } from './schema.ts'
import { fileLost } from './streams.ts'
import { type Connection, inTransaction } from './transaction.ts'

/** How far back answered calls without a recording are looked for. */
const explainedDays = 7

/** Calls explained at a time. */
const explainedAtOnce = 5_000

/** A stream whose node is dead and whose file nobody has found by then is lost. */
const lostAfterHours = 24

/** Recordings in PostgreSQL. */
export const createRecordingStore = ({
  kysely,
  pool,
}: Pick<Database, 'kysely' | 'pool'>): RecordingStore => ({
  ofCall: async (callSid, listener) => {
    const row = await find(kysely, sql`r.call_sid = ${callSid}`, listener)
    return row === null ? null : read(kysely, row)
  },
  absenceOf: async (callSid) => {
    const row = await kysely
      .selectFrom('recording_absences')
      .select('reason')
      .where('call_sid', '=', callSid)
      .executeTakeFirst()
    return row?.reason ?? null
  },
  hear: (id, listener, reason) =>
    inTransaction(kysely, async (transaction) => {
      const row = await find(transaction, sql`r.id = ${id}`, listener)
      if (row === null || row.deleting_since !== null) return null
      await noteInJournal(transaction, {
        login: listener.login,
        action: heardAction,
        subject: row.call_sid,
        details: { recording: id, reason },
      })
      return {
        recording: await read(transaction, row),
        heardLately: await heardLately(transaction, listener.login),
      }
    }),
  hold: (id, by, reason) =>
    inTransaction(kysely, async (transaction) => {
      const { rows } = await sql<{ call_sid: string; is_gone: boolean }>`
        select call_sid, deleting_since is not null as is_gone from recordings
         where id = ${id} for update`.execute(transaction)
      const [found] = rows
      if (found === undefined) return { kind: 'unknown' as const }
      if (found.is_gone) return { kind: 'gone' as const }
      await sql`
        update recordings set
            hold_reason = ${reason}, held_by = ${reason === null ? null : by},
            held_at = case when ${reason !== null} then clock_timestamp() end
         where id = ${id}`.execute(transaction)
      await noteInJournal(transaction, {
        login: by,
        action: reason === null ? 'recording-released' : 'recording-held',
        subject: found.call_sid,
        details: { recording: id, reason },
      })
      const row = await find(transaction, sql`r.id = ${id}`, { login: by, mayHearAll: true })
      if (row === null) throw new Error('A recording is gone that was locked')
      return { kind: 'set' as const, recording: await read(transaction, row) }
    }),
  ending: async () => {
    const { rows } = await pool.query<{ id: string; ended_at: Temporal.Instant }>(endingStatement)
    return rows.map((row) => ({ id: row.id, endedAt: row.ended_at }))
  },
  end: async (id, endedAt, keepUntil) => {
    await pool.query(
      'update recordings set ended_at = $2, keep_until = $3 where id = $1 and ended_at is null',
      [id, endedAt.toString(), keepUntil.toString()],
    )
  },
  takeExpired: async (limit) => {
    const { rows } = await pool.query<{ id: string; call_sid: string; hashes: string[] }>(
      expiredStatement,
      [limit],
    )
    return rows.map((row) => ({ id: row.id, callSid: row.call_sid, hashes: row.hashes }))
  },
  noteDeletion: ({ id, callSid, hashes }, by, reason) =>
    inTransaction(kysely, async (transaction) => {
      const { numAffectedRows } = await sql`
        update recordings set deleted_at = clock_timestamp(), deleted_by = ${by},
                              deletion_reason = ${reason}
         where id = ${id} and deleting_since is not null and deleted_at is null`.execute(
        transaction,
      )
      if (numAffectedRows === 0n) return
      await noteInJournal(transaction, {
        login: by,
        action: 'recording-deleted',
        subject: callSid,
        details: { recording: id, reason, files: hashes.join(' ') },
      })
    }),
  explainAbsences: async () => {
    await pool.query(
      `update streams set state = 'lost', reason = $2, lease_until = null,
                          ended_at = clock_timestamp()
        where state = 'open' and lease_until < clock_timestamp() - make_interval(hours => $1)`,
      [lostAfterHours, fileLost],
    )
    const counts = new Map<string, number>()
    for (;;) {
      const { rows } = await pool.query<{ reason: string }>(explainStatement, [
        explainedDays,
        explainedAtOnce,
      ])
      for (const { reason } of rows) counts.set(reason, (counts.get(reason) ?? 0) + 1)
      if (rows.length < explainedAtOnce) return counts
    }
  },
  needed: async (hashes) => {
    const { rows } = await pool.query<{ hash: string }>(
      `select distinct s.hash from streams s join recordings r on r.call_sid = s.call_sid
        where s.hash = any ($1) and r.deleted_at is null`,
      [[...hashes]],
    )
    return new Set(rows.map((row) => row.hash))
  },
})

const heardAction = 'recording-heard'

const heardLately = async (transaction: Transaction<DB>, login: string): Promise<number> => {
  const { rows } = await sql<{ heard: number }>`
    select count(distinct subject)::int as heard from journal
     where login = ${login} and action = ${heardAction} and at > now() - interval '1 hour'`.execute(
    transaction,
  )
  return rows[0]?.heard ?? 0
}

type RecordingRow = {
  readonly id: string
  readonly call_sid: string
  readonly line: string | null
  readonly started_at: Temporal.Instant
  readonly ended_at: Temporal.Instant | null
  readonly keep_until: Temporal.Instant | null
  readonly hold_reason: string | null
  readonly held_by: string | null
  readonly held_at: Temporal.Instant | null
  readonly deleting_since: Temporal.Instant | null
  readonly deleted_at: Temporal.Instant | null
  readonly deleted_by: string | null
  readonly deletion_reason: string | null
}

/** An operator knows of recordings of calls in which they talked themselves. */
const find = async (
  connection: Connection,
  where: ReturnType<typeof sql>,
  { login, mayHearAll }: Listener,
): Promise<RecordingRow | null> => {
  const { rows } = await sql<RecordingRow>`
    select r.id, r.call_sid, r.line, r.started_at, r.ended_at, r.keep_until, r.hold_reason,
           r.held_by, r.held_at, r.deleting_since, r.deleted_at, r.deleted_by, r.deletion_reason
      from recordings r
     where ${where}
       and (${mayHearAll} or exists (
             select from talks t where t.call_sid = r.call_sid and t.login = ${login}))`.execute(
    connection,
  )
  return rows[0] ?? null
}

const read = async (connection: Connection, row: RecordingRow): Promise<Recording> => {
  const streams = await connection
    .selectFrom('streams')
    .selectAll()
    .where('call_sid', '=', row.call_sid)
    .orderBy('ordinal')
    .execute()
  const { hold_reason: reason, held_by: by, held_at: heldAt } = row
  const { deleted_at: deletedAt, deleted_by: deletedBy } = row
  return {
    id: row.id,
    callSid: row.call_sid,
    line: row.line,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    keepUntil: row.keep_until,
    hold: reason === null || by === null || heldAt === null ? null : { reason, by, at: heldAt },
    deletion:
      deletedAt === null || deletedBy === null
        ? null
        : { at: deletedAt, by: deletedBy, reason: row.deletion_reason ?? '' },
    isGone: row.deleting_since !== null,
    streams: streams.map((stream) => ({
      ordinal: stream.ordinal,
      startedAt: stream.started_at,
      state: stream.state as RecordedStream['state'],
      reason: stream.reason,
      hash: stream.hash,
      bytes: stream.bytes === null ? null : Number(stream.bytes),
      milliseconds: stream.milliseconds,
      frames: stream.frames,
      lost: stream.lost_frames,
      repeated: stream.repeated_frames,
      gaps: stream.gaps as unknown as RecordedStream['gaps'],
    })),
  }
}

/** Over is a recording whose call is over and none of whose streams is open or on its way. */
const endingStatement = `
  select r.id, greatest(c.ended_at, r.started_at) as ended_at
    from recordings r
    join sessions s on s.call_sid = r.call_sid
    join calls c on c.started_at = s.started_at and c.call_sid = s.call_sid
   where r.ended_at is null and c.ended_at is not null
     and not exists (select from streams o where o.call_sid = r.call_sid and o.state = 'open')
   limit 1000`

/** The same sound may be another recording's too: its file stays then. */
const expiredStatement = `
  with expired as (
    select id from recordings
     where deleted_at is null and keep_until <= clock_timestamp() and hold_reason is null
     order by keep_until
     limit $1
       for update skip locked
  ), taken as (
    update recordings r set deleting_since = coalesce(r.deleting_since, clock_timestamp())
      from expired e where e.id = r.id
    returning r.id, r.call_sid
  )
  select t.id, t.call_sid,
         array(select s.hash from streams s
                where s.call_sid = t.call_sid and s.hash is not null
                  and not exists (
                        select from streams o join recordings r on r.call_sid = o.call_sid
                         where o.hash = s.hash and o.call_sid <> s.call_sid
                           and r.deleted_at is null)
                order by s.ordinal) as hashes
    from taken t`

/**
 * \`not-recorded\`: the answer asked for no stream, as on lines that are not integrated. Else why there is none
 * although one was asked for, by what is known of its streams.
 */
const explainStatement = `
  with unexplained as (
    select c.call_sid, c.started_at, c.ended_at
      from calls c
     where c.started_at > clock_timestamp() - make_interval(days => $1)
       and c.answered_at is not null and c.ended_at < clock_timestamp() - interval '10 minutes'
       and not exists (select from recording_absences a where a.call_sid = c.call_sid)
       and not exists (select from streams s where s.call_sid = c.call_sid
                          and (s.hash is not null or s.state = 'open'))
     limit $2
  )
  insert into recording_absences (call_sid, started_at, reason)
  select u.call_sid, u.started_at,
         case
           when not exists (
                  select from turns t, json_array_elements(t.events) as e
                   where t.started_at = u.started_at and t.call_sid = u.call_sid and t.turn = 0
                     and e ->> 'type' = 'stream-asked') then 'not-recorded'
           when f.why is not null then 'refused: ' || f.why
           when s.state is not null then coalesce(s.reason, 'stream-never-came')
           when u.ended_at < u.started_at + interval '3 seconds' then 'call-too-short'
           else 'stream-never-came'
         end
    from unexplained u
    left join lateral (select why from stream_faults f where f.call_sid = u.call_sid
                        order by f.id desc limit 1) f on true
    left join lateral (select state, reason from streams s where s.call_sid = u.call_sid
                        order by s.ordinal desc limit 1) s on true
  on conflict (call_sid) do nothing
  returning reason`
