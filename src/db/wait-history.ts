import type pg from 'pg'
import type { WaitHistory, WaitHistoryReader } from '../queues/estimates.ts'

/** So many of the last of a queue tell how it goes now, none of them older than a day. */
const lastTalks = 50
const lastPlaces = 200

/** What lately happened in queues, from their last places. */
export const createWaitHistory =
  ({ pool }: { readonly pool: pg.Pool }): WaitHistoryReader =>
  async (queues) => {
    const { rows } = await pool.query<WaitHistory>({
      name: 'wait-history',
      text: statement,
      values: [[...queues], lastTalks, lastPlaces],
    })
    return rows
  }

/**
 * Waits on hold alone: not those of people who took a callback or were handed on, whose waiting began with
 * an earlier place (the identifier of a place holds the moment it was made).
 */
const statement = `
  select q.queue, t.handled, t.handled_seconds as "handledSeconds",
         w.abandoned, w.waited_seconds as "waitedSeconds", w.kept, w.broken,
         w.told - w.kept - w.broken as unknown
    from unnest($1::text[]) as q (queue)
   cross join lateral (
     select count(*)::int as handled,
            coalesce(sum(extract(epoch from n.over - n.started_at)), 0)::float as handled_seconds
       from (select t.started_at, greatest(t.written_up_at, t.ended_at) as over
               from places p join talks t on t.place_id = p.id
              where p.queue = q.queue and p.state = 'ended' and t.ended_at is not null
                and p.ended_at > clock_timestamp() - interval '1 day'
              order by p.ended_at desc limit $2) n
   ) t
   cross join lateral (
     select count(*) filter (where n.gave_up)::int as abandoned,
            coalesce(sum(extract(epoch from n.until - n.since)), 0)::float as waited_seconds,
            count(n.promised)::int as told,
            count(*) filter (where n.served and n.until <= n.promised)::int as kept,
            count(*) filter (where n.until > n.promised)::int as broken
       from (select p.since, coalesce(p.bridged_at, p.ended_at) as until,
                    p.bridged_at is not null as served,
                    p.bridged_at is null and p.result = 'left' as gave_up,
                    p.first_told_at + make_interval(secs => p.first_told_seconds) as promised
               from places p
              where p.queue = q.queue and p.state = 'ended' and p.mode = 'hold'
                and uuid_extract_timestamp(p.id) < p.since + interval '5 seconds'
                and not exists (select from callbacks c where c.place_id = p.id)
                and p.ended_at > clock_timestamp() - interval '1 day'
              order by p.ended_at desc limit $3) n
   ) w`
