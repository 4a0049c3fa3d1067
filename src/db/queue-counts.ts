import type pg from 'pg'
import type { QueueCounts, QueueCountsReader } from '../queues/queue-figures.ts'

/** How queues stand, from their open places. */
export const createQueueCounts =
  ({ pool }: { readonly pool: pg.Pool }): QueueCountsReader =>
  async (queues) => {
    const { rows } = await pool.query<QueueCounts>({
      name: 'queue-counts',
      text: statement,
      values: [JSON.stringify(queues.map(({ name, skills }) => ({ name, skills })))],
    })
    return rows
  }

const statement = `
  select q.name as queue, p.*, s.operators
    from jsonb_to_recordset($1::jsonb) as q (name text, skills text[])
   cross join lateral (
     select count(*) filter (where inline)::int as waiting,
            count(*) filter (where inline and state = 'waiting')::int as unattended,
            min(since) filter (where inline) as "longestSince",
            count(*) filter (where state = 'talking')::int as talking,
            count(*) filter (where asks)::int as callbacks,
            count(*) filter (where asks and state = 'waiting' and (window_from is null or
              (window_from <= clock_timestamp() and window_to > clock_timestamp())))::int
              as "callbacksDue"
       from (select w.*, state in ('waiting', 'reserved') and mode = 'hold' and left_as is null as inline,
                    state in ('waiting', 'reserved') and mode = 'callback' as asks
               from places w where w.queue = q.name and w.state <> 'ended') n
   ) p
   cross join lateral (
     select coalesce(json_object_agg(n.state, n.people), '{}') as operators
       from (select s.state, count(*)::int as people
               from presence s join operators o on o.login = s.login
              where not o.is_disabled and o.skills @> q.skills
              group by s.state) n
   ) s
   order by q.name`
