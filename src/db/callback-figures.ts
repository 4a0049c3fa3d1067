import { type Kysely, sql } from 'kysely'
import type { CallbackFigures } from '../callbacks/ports.ts'
import type { DB } from './schema.ts'

/** Cancelled in time is neither kept nor broken: nothing was owed any more. */
export const readCallbackFigures = async (kysely: Kysely<DB>): Promise<CallbackFigures> => {
  const { rows } = await sql<Omit<CallbackFigures, 'open' | 'doubleDials' | 'lateLegs'>>`
    select
      count(*) filter (where is_owed)::int as promised,
      count(*) filter (where is_owed and started_at <= promised_by)::int as kept,
      count(*) filter (where started_at is not null and state in ('done', 'failed', 'expired'))::int
        as tried,
      count(*) filter (where state = 'done' and ended_reason = 'served')::int as reached,
      (select count(*) from callbacks
        where state in ('dialing', 'uncertain')
          and dial_at < clock_timestamp() - interval '10 minutes')::int as "uncertainTooLong"
      from (
        select *, (promised_by < clock_timestamp() or started_at is not null)
                  and (state <> 'cancelled' or changed_at > promised_by)
                  and ended_reason is distinct from 'reached-an-operator' as is_owed
          from callbacks
         where requested_at > clock_timestamp() - interval '30 days' and promised_by is not null) c
    `.execute(kysely)
  const open = await sql<{ state: string; requests: number }>`
    select state, count(*)::int as requests from callbacks
     where state in ('queued', 'due', 'dialing', 'placed', 'uncertain', 'answered')
     group by state`.execute(kysely)
  const counts = await sql<{ name: string; count: number }>`
    select name, count from callback_counts`.execute(kysely)
  const count = (name: string) => counts.rows.find((row) => row.name === name)?.count ?? 0
  const [figures] = rows
  if (figures === undefined) throw new Error('No figures of callbacks')
  return {
    ...figures,
    open: Object.fromEntries(open.rows.map(({ state, requests }) => [state, requests])),
    doubleDials: count('double-dials'),
    lateLegs: count('late-legs'),
  }
}
