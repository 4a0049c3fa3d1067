import type pg from 'pg'
import type { OpenedStream, StreamId, StreamStore } from '../recordings/ports.ts'
import type { Database } from './database.ts'
import { sqlState } from './failures.ts'

/** So long a node may be silent before others take its streams for ended. */
const leaseSeconds = 10

/** An ordered stream that has not come by then does not come. */
const arrivalSeconds = 15

/** The carrier tells when a call was over to the second. */
const graceSeconds = 2

/** More streams a call does not get. */
const mostStreams = 50

/** Faults noted of one call. */
const mostFaults = 20

/** Reason of a stream whose node stayed away, and its file with it. */
export const fileLost = 'file-lost'

const uniqueViolation = '23505'

/** Streams in PostgreSQL. */
export const createStreamStore = ({ pool }: Pick<Database, 'pool'>): StreamStore => ({
  open: (id, streamSid, node, begunMs) => open(pool, id, streamSid, node, begunMs),
  renew: async (node) => {
    const { rows } = await pool.query<IdRow>(
      `update streams set lease_until = clock_timestamp() + make_interval(secs => $2)
        where node = $1 and state = 'open' returning call_sid, ordinal`,
      [node, leaseSeconds],
    )
    return rows.map(toId)
  },
  stop: async ({ callSid, ordinal }, node) => {
    await pool.query(
      `update streams set ended_at = clock_timestamp()
        where call_sid = $1 and ordinal = $2 and node = $3 and state = 'open'`,
      [callSid, ordinal, node],
    )
  },
  keep: async (id, node, kept, reason) => {
    const { rows } = await pool.query<{ is_kept: boolean }>(keepStatement, [
      ...[id.callSid, id.ordinal, node, kept.startedAt?.toString() ?? null, kept.hash, kept.bytes],
      ...[kept.milliseconds, kept.frames, kept.lost, kept.repeated],
      ...[JSON.stringify(kept.gaps), reason],
    ])
    return rows[0]?.is_kept ?? false
  },
  drop: async (id, node, state, reason) => {
    await pool.query(
      `update streams set state = $4, reason = $5, lease_until = null,
                          ended_at = clock_timestamp()
        where call_sid = $1 and ordinal = $2 and state in ('open', 'asked')
          and coalesce(node, $3) = $3`,
      [id.callSid, id.ordinal, node, state, reason],
    )
  },
  takeOver: async (node, here) => {
    const { rows } = await pool.query<IdRow>(takeOverStatement, [
      node,
      leaseSeconds,
      here.map(({ callSid }) => callSid),
      here.map(({ ordinal }) => ordinal),
    ])
    return rows.map(toId)
  },
  giveBack: async ({ callSid, ordinal }, node) => {
    await pool.query(
      `update streams set lease_until = clock_timestamp()
        where call_sid = $1 and ordinal = $2 and node = $3 and state = 'open'`,
      [callSid, ordinal, node],
    )
  },
  isOver: async ({ callSid, ordinal }) => {
    const { rowCount } = await pool.query(
      `select from streams
        where call_sid = $1 and ordinal = $2 and state in ('ended', 'lost', 'failed')`,
      [callSid, ordinal],
    )
    return rowCount === 1
  },
  expire: async (node) => {
    await pool.query(
      `update streams set lease_until = clock_timestamp() where node = $1 and state = 'open'
          and lease_until > clock_timestamp()`,
      [node],
    )
  },
  orderNext: async (callSid) => {
    const { rows } = await pool.query<IdRow>(orderStatement, [callSid, arrivalSeconds, mostStreams])
    return rows[0] === undefined ? null : toId(rows[0])
  },
  isCallOver: async (callSid) => {
    const { rows } = await pool.query<{ is_over: boolean }>(
      `select c.ended_at is not null as is_over
         from sessions s join calls c on c.started_at = s.started_at and c.call_sid = s.call_sid
        where s.call_sid = $1`,
      [callSid],
    )
    return rows[0]?.is_over ?? true
  },
  broken: async (lines) => {
    const { rows } = await pool.query<{ call_sid: string }>(brokenStatement, [
      [...lines],
      arrivalSeconds,
    ])
    return rows.map((row) => row.call_sid)
  },
  noteFault: async ({ callSid, streamSid, why }) => {
    await pool.query(
      `insert into stream_faults (call_sid, stream_sid, why)
       select $1, $2, $3
        where (select count(*) from stream_faults where call_sid = $1) < $4`,
      [callSid, streamSid, why, mostFaults],
    )
  },
})

type IdRow = { readonly call_sid: string; readonly ordinal: number }

const toId = (row: IdRow): StreamId => ({ callSid: row.call_sid, ordinal: row.ordinal })

type OpenRow = {
  readonly is_opened: boolean
  readonly is_over: boolean
  readonly at: Temporal.Instant
  readonly phone: string
  readonly line: string | null
}

const openStatement = `
  with known as (
    select c.call_sid, c.from_number as phone, c.line,
           coalesce(c.ended_at < clock_timestamp() - make_interval(secs => $6), false) as is_over
      from sessions s join calls c on c.started_at = s.started_at and c.call_sid = s.call_sid
     where s.call_sid = $1
  ), opened as (
    insert into streams (call_sid, ordinal, stream_sid, state, started_at, node, lease_until)
    select call_sid, $2, $3, 'open', clock_timestamp(), $4,
           clock_timestamp() + make_interval(secs => $5)
      from known where not is_over
    on conflict (call_sid, ordinal) do update set
        stream_sid = excluded.stream_sid, state = 'open', started_at = excluded.started_at,
        node = excluded.node, lease_until = excluded.lease_until
      where streams.state = 'asked'
    returning call_sid, started_at
  ), recorded as (
    insert into recordings (call_sid, phone, line, started_at)
    select k.call_sid, k.phone, k.line, o.started_at from opened o join known k using (call_sid)
    on conflict (call_sid) do nothing
  )
  select exists (select from opened) as is_opened, k.is_over, clock_timestamp() as at, k.phone,
         k.line
    from known k`

const open = async (
  pool: pg.Pool,
  { callSid, ordinal }: StreamId,
  streamSid: string,
  node: string,
  begunMs: number,
): Promise<OpenedStream> => {
  try {
    const { rows } = await pool.query<OpenRow>({
      name: 'open-stream',
      text: openStatement,
      values: [callSid, ordinal, streamSid, node, leaseSeconds, begunMs / 1000 + graceSeconds],
    })
    const [row] = rows
    if (row === undefined) return { kind: 'unknown-call' }
    if (row.is_opened) return { kind: 'opened', at: row.at, phone: row.phone, line: row.line }
    return { kind: row.is_over ? 'call-over' : 'used' }
  } catch (cause) {
    if (sqlState(cause) === uniqueViolation) return { kind: 'used' }
    throw cause
  }
}

/** A stream may have been given up for lost before its file was found. */
const takeOverStatement = `
  with found as (
    select call_sid, ordinal from streams
      join unnest($3::text[], $4::smallint[]) as here (call_sid, ordinal) using (call_sid, ordinal)
     where state = 'open' and lease_until < clock_timestamp()
        or state = 'lost' and reason = '${fileLost}'
       for update of streams skip locked
  )
  update streams set
      ended_at = case state when 'open' then ended_at end, state = 'open', reason = null,
      node = $1, lease_until = clock_timestamp() + make_interval(secs => $2)
   where (call_sid, ordinal) in (select call_sid, ordinal from found)
  returning call_sid, ordinal`

const keepStatement = `
  with kept as (
    update streams set
        state = 'ended', started_at = coalesce($4, started_at), hash = $5, bytes = $6, milliseconds = $7, frames = $8,
        lost_frames = $9, repeated_frames = $10, gaps = $11, reason = $12, lease_until = null,
        ended_at = coalesce(ended_at, clock_timestamp())
      where call_sid = $1 and ordinal = $2 and state = 'open' and node = $3
    returning call_sid
  ), begun as (
    update recordings set started_at = least(started_at, coalesce($4, started_at))
      where call_sid in (select call_sid from kept)
  ), explained as (
    delete from recording_absences where call_sid in (select call_sid from kept)
  )
  select exists (select from kept) as is_kept`

/** Twice as long after each attempt, a minute at most. */
const orderStatement = `
  insert into streams (call_sid, ordinal, state)
  select c.call_sid, t.last + 1, 'asked'
    from sessions s
    join calls c on c.started_at = s.started_at and c.call_sid = s.call_sid
   cross join lateral (
         select coalesce(max(ordinal), 1) as last, count(*) as attempts, max(asked_at) as asked_at,
                bool_or(state = 'open' and ended_at is null and lease_until > clock_timestamp()
                     or state = 'asked'
                        and asked_at > clock_timestamp() - make_interval(secs => $2)) as has_one
           from streams where call_sid = c.call_sid) t
   where s.call_sid = $1 and c.ended_at is null and has_one is not true and t.attempts < $3
     and (t.attempts < 2 or t.asked_at < clock_timestamp() - make_interval(
            secs => least(60, power(2, t.attempts - 2))))
  on conflict do nothing
  returning call_sid, ordinal`

const brokenStatement = `
  select c.call_sid
    from calls c
   cross join lateral (
         select count(*) as attempts, max(asked_at) as asked_at,
                bool_or(state = 'open' and ended_at is null and lease_until > clock_timestamp()
                     or state = 'asked'
                        and asked_at > clock_timestamp() - make_interval(secs => $2)) as has_one
           from streams where call_sid = c.call_sid) t
   where c.started_at > clock_timestamp() - interval '5 hours' and c.ended_at is null
     and c.line = any ($1) and c.answered_at is not null
     and case when t.attempts = 0
              then greatest(c.started_at, c.answered_at)
                     < clock_timestamp() - make_interval(secs => $2)
              else not t.has_one end
   order by c.started_at
   limit 1000`
