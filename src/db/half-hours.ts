import type pg from 'pg'
import type { HalfHoursReader } from '../queues/day-curve.ts'

/** Who came to queues in each half hour of some days, from their places. */
export const createHalfHours =
  ({ pool }: { readonly pool: pg.Pool }): HalfHoursReader =>
  async (days, timeZone) => {
    const { rows } = await pool.query<Row>({
      name: 'half-hours',
      text: statement,
      values: [days.map(String), timeZone],
    })
    return rows.map(({ day, ...counts }) => ({ ...counts, day: Temporal.PlainDate.from(day) }))
  }

type Row = {
  readonly day: string
  readonly queue: string
  readonly halfHour: number
  readonly offered: number
  readonly answered: number
  readonly abandoned: number
}

/**
 * A place counts where it began: not one that somebody who was handed on has besides the first, nor that of an
 * operator who asks a colleague.
 */
export const countsAsOffered = (p: string) => `
  uuid_extract_timestamp(${p}.id) < ${p}.since + interval '5 seconds'
  and not exists (select from reservations r where r.leg_sid = ${p}.call_sid)`

const statement = `
  select d.day, p.queue,
         (extract(hour from p.local) * 2 + floor(extract(minute from p.local) / 30))::int as "halfHour",
         count(*)::int as offered,
         count(p.bridged_at)::int as answered,
         count(*) filter (where p.bridged_at is null and p.mode = 'hold' and p.result = 'left')::int
           as abandoned
    from unnest($1::date[]) as d (day)
   cross join lateral (
     select w.*, w.since at time zone $2 as local from places w
      where w.since >= d.day::timestamp at time zone $2
        and w.since < (d.day + 1)::timestamp at time zone $2
        and ${countsAsOffered('w')}
   ) p
   group by 1, 2, 3`
