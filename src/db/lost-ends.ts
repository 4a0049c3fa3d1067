import type pg from 'pg'

/** The ways of ending go first: they tell the flow as well. */
const graceSeconds = 20

/** A queue that is written up for so long, in seconds. */
export type WrapUpSeconds = (queue: string) => number

/**
 * Ends what should have ended with its call and did not, because a process died between the two: places of
 * callers who have hung up, talks whose call is over. Operators and places that are busy with nothing,
 * which no change of ours leaves behind, are freed too. Answers how many.
 */
export const endLost =
  ({ pool }: { readonly pool: pg.Pool }, wrapUpSeconds: WrapUpSeconds) =>
  async (): Promise<number> => {
    const { rows: left } = await pool.query<{ has_left: boolean }>({
      name: 'end-lost-places',
      text: lostPlaces,
      values: [graceSeconds],
    })
    const { rows: talks } = await pool.query<{ id: string; queue: string }>({
      name: 'lost-talks',
      text: lostTalks,
      values: [graceSeconds],
    })
    let ended = left.filter(({ has_left }) => has_left).length
    for (const { id, queue } of talks) {
      const { rows } = await pool.query<{ done: boolean }>({
        name: 'finish',
        text: 'select finish_reservation($1, $2) as done',
        values: [id, wrapUpSeconds(queue)],
      })
      if (rows[0]?.done) ended += 1
    }
    for (const [name, text] of repairs) {
      const { rowCount } = await pool.query({ name, text, values: [graceSeconds] })
      ended += rowCount ?? 0
    }
    return ended
  }

const endedCall = (callSid: string) => `
  exists (select from sessions s
            join calls c on c.call_sid = s.call_sid and c.started_at = s.started_at
           where s.call_sid = ${callSid}
             and c.ended_at < clock_timestamp() - make_interval(secs => $1::int))`

const lostPlaces = `
  select l.has_left
    from places p, leave_queue(p.id, coalesce(p.left_as, 'left'), null) l
   where p.mode = 'hold' and p.state in ('waiting', 'reserved') and ${endedCall('p.call_sid')}`

const lostTalks = `
  select r.id, p.queue
    from reservations r
    join talks t on t.reservation_id = r.id
    join places p on p.id = r.place_id
   where r.state = 'bridged' and ${endedCall('t.call_sid')}
   limit 200`

const repairs = [
  [
    'free-idle-operators',
    `update presence s set
         state = coalesce(s.next_state, 'available'), next_state = null, reason = null,
         since = clock_timestamp()
       where s.state in ('reserved', 'talking')
         and s.since < clock_timestamp() - make_interval(secs => $1::int)
         and not exists (select from reservations r
                          where r.login = s.login and r.state <> 'ended')`,
  ],
  [
    'free-idle-places',
    `update places p set
         state = case p.state when 'reserved' then 'waiting' else 'ended' end,
         result = case p.state when 'talking' then 'failed' end,
         ended_at = case p.state when 'talking' then clock_timestamp() end,
         changed_at = clock_timestamp()
       where p.state in ('reserved', 'talking')
         and p.changed_at < clock_timestamp() - make_interval(secs => $1::int)
         and not exists (select from reservations r
                          where r.place_id = p.id and r.state <> 'ended')`,
  ],
] as const
