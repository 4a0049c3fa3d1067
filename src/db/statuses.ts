import type pg from 'pg'
import type { CarrierStatus } from '../calls/ports.ts'
import { batches } from './batches.ts'

type Connection = Pick<pg.Pool, 'query'>

/** Callbacks of one batch; more rows make it slower without making it cheaper a row. */
const maxBatch = 64

/**
 * Stores status callbacks that arrive together and brings the log rows of their calls up to them; true
 * for one that is new. Two statements: a call that is created meanwhile sees the stored callback.
 */
export const statusRecorder = (pool: pg.Pool): ((status: CarrierStatus) => Promise<boolean>) => {
  const recording = batches({
    keyOf,
    maxItems: maxBatch,
    maxInFlight: 1,
    joinAfterMs: 0,
    run: async (statuses: readonly CarrierStatus[]) => {
      const fresh = await insertStatuses(pool, statuses)
      await applyStatuses(
        pool,
        statuses.map(({ callSid }) => callSid),
      )
      return statuses.map((status) => ({
        status: 'fulfilled' as const,
        value: fresh.has(keyOf(status)),
      }))
    },
  })
  return (status) => recording.add(status)
}

const keyOf = ({ callSid, status, sequence }: CarrierStatus): string =>
  `${callSid} ${status} ${sequence}`

/** Keys of those that were not there yet. */
const insertStatuses = async (
  connection: Connection,
  statuses: readonly CarrierStatus[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await connection.query<{
    call_sid: string
    call_status: string
    sequence_number: number | null
  }>({
    name: 'insert-statuses',
    text: `
      insert into status_callbacks
        (call_sid, call_status, sequence_number, happened_at, received_at, duration_seconds)
      select * from unnest($1::text[], $2::text[], $3::int[], $4::timestamptz[],
                           $5::timestamptz[], $6::int[])
      on conflict do nothing
      returning call_sid, call_status, sequence_number`,
    values: [
      statuses.map(({ callSid }) => callSid),
      statuses.map(({ status }) => status),
      statuses.map(({ sequence }) => sequence),
      statuses.map(({ happenedAt }) => happenedAt?.toString() ?? null),
      statuses.map(({ receivedAt }) => receivedAt.toString()),
      statuses.map(({ durationSeconds }) => durationSeconds),
    ],
  })
  return new Set(rows.map((row) => `${row.call_sid} ${row.call_status} ${row.sequence_number}`))
}

/**
 * Brings the log rows of calls up to all status callbacks stored for them. The row is what the
 * whole set says, whatever the order of arrival: the furthest status, the earliest answer, the
 * earliest end. Running it again, or from two nodes at once, changes nothing.
 *
 * Answers the calls that have ended.
 *
 * The carrier's clock has whole seconds: an event never comes before the start of its call.
 */
export const applyStatuses = async (
  connection: Connection,
  callSids: readonly string[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await connection.query<{ call_sid: string; ended: boolean }>({
    name: 'apply-statuses',
    text: `
      update calls c set
          carrier_status = greatest(c.carrier_status, f.status),
          answered_at = least(c.answered_at, f.answered_at),
          ended_at = least(c.ended_at, f.ended_at)
        from (
          select s.call_sid, s.started_at, max(k.status) as status,
                 min(k.at) filter (where k.status = 'in-progress') as answered_at,
                 min(k.at) filter (where k.status >= 'canceled') as ended_at
            from sessions s
            join lateral (
              select b.call_status::carrier_status as status,
                     greatest(coalesce(b.happened_at, b.received_at), s.started_at) as at
                from status_callbacks b
               where b.call_sid = s.call_sid
                 and b.call_status = any (enum_range(null::carrier_status)::text[])
            ) k on true
           where s.call_sid = any ($1::text[])
           group by s.call_sid, s.started_at
        ) f
       where c.call_sid = f.call_sid and c.started_at = f.started_at
      returning c.call_sid, c.ended_at is not null as ended`,
    values: [callSids],
  })
  return new Set(rows.filter(({ ended }) => ended).map(({ call_sid }) => call_sid))
}
