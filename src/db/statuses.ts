import type pg from 'pg'
import type { CarrierStatus } from '../calls/ports.ts'

type Connection = Pick<pg.Pool, 'query'>

/** Stores a status callback; false when it is there already. */
export const insertStatus = async (
  connection: Connection,
  status: CarrierStatus,
): Promise<boolean> => {
  const { rowCount } = await connection.query({
    name: 'insert-status',
    text: `
      insert into status_callbacks
        (call_sid, call_status, sequence_number, happened_at, received_at, duration_seconds)
      values ($1, $2, $3, $4, $5, $6)
      on conflict do nothing`,
    values: [
      status.callSid,
      status.status,
      status.sequence,
      status.happenedAt?.toString() ?? null,
      status.receivedAt.toString(),
      status.durationSeconds,
    ],
  })
  return rowCount === 1
}

/**
 * Brings the log rows of calls up to all status callbacks stored for them. The row is what the
 * whole set says, whatever the order of arrival: the furthest status, the earliest answer, the
 * earliest end. Running it again, or from two nodes at once, changes nothing.
 *
 * The carrier's clock has whole seconds: an event never comes before the start of its call.
 */
export const applyStatuses = async (
  connection: Connection,
  callSids: readonly string[],
): Promise<void> => {
  await connection.query({
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
       where c.call_sid = f.call_sid and c.started_at = f.started_at`,
    values: [callSids],
  })
}

/** The earliest terminal status of a call, of the furthest rank; null when none has come. */
export const terminalStatus = async (
  connection: Connection,
  callSid: string,
): Promise<CarrierStatus | null> => {
  const { rows } = await connection.query<StatusRow>({
    name: 'terminal-status',
    text: `
      select call_sid, call_status, sequence_number, happened_at, received_at, duration_seconds
        from status_callbacks
       where call_sid = $1 and call_status in ('canceled', 'no-answer', 'busy', 'failed', 'completed')
       order by call_status::carrier_status desc, received_at
       limit 1`,
    values: [callSid],
  })
  return rows[0] === undefined ? null : toStatus(rows[0])
}

type StatusRow = {
  readonly call_sid: string
  readonly call_status: string
  readonly sequence_number: number | null
  readonly happened_at: Temporal.Instant | null
  readonly received_at: Temporal.Instant
  readonly duration_seconds: number | null
}

const toStatus = (row: StatusRow): CarrierStatus => ({
  callSid: row.call_sid,
  status: row.call_status,
  sequence: row.sequence_number,
  happenedAt: row.happened_at,
  receivedAt: row.received_at,
  durationSeconds: row.duration_seconds,
})
