import { CompiledQuery, sql, type Transaction } from 'kysely'
import type { PlaceStore, PlaceTransaction, PlaceWish } from '../queues/ports.ts'
import type { Database } from './database.ts'
import { type PlaceRow, placeColumnsOf, toPlace } from './place-rows.ts'
import type { DB } from './schema.ts'
import { createStandings } from './standings.ts'
import { together, unfelt } from './together.ts'

/** Places, bound to the transaction of a turn. */
export const placeTransaction = (transaction: Transaction<DB>): PlaceTransaction => {
  const query = async <T>(text: string, values: readonly unknown[]) =>
    (await transaction.executeQuery(CompiledQuery.raw(text, [...values]) as CompiledQuery<T>)).rows
  return {
    take: async (wish, limit, confirm = async () => {}) => {
      const take = async () => {
        const [row] = await query<TakenRow>(takeStatement, [...wishValues(wish), limit])
        if (row === undefined) throw new Error('Taking a place gave no answer')
        return row
      }
      let row = await take()
      // Hardly anybody: so all others are asked nothing of it.
      if (row.is_called_back) {
        await confirm()
        row = await take()
      }
      return 'id' in row && row.id !== null
        ? { kind: 'taken', place: toPlace(row) }
        : { kind: row.is_staffed ? 'full' : 'nobody' }
    },
    changeToCallback: async ({ callSid, callbackId, wish, window }) => {
      // An operator who is being rung for it is freed first: a callback is claimed anew.
      await query(
        `select leave_queue(id, null, null) from places
          where call_sid = $1 and mode = 'hold' and state = 'reserved'`,
        [callSid],
      )
      const [row] = await query<PlaceRow>(changeStatement, [
        ...wishValues({ ...wish, callSid }),
        callbackId,
        window?.from.toString() ?? null,
        window?.to.toString() ?? null,
      ])
      if (row === undefined) throw new Error('A callback got no place', { cause: { callbackId } })
      return toPlace(row)
    },
    leave: async (callSid, result) => {
      const { rows } = await sql<{ hasLeft: boolean }>`
        select l.has_left as "hasLeft"
          from places p, leave_queue(p.id, null, ${result}) l
         where p.call_sid = ${callSid} and p.mode = 'hold' and p.state in ('waiting', 'reserved')
           and p.left_as is null`.execute(transaction)
      return rows[0]?.hasLeft ?? false
    },
  }
}

/** $1 to $11 of the statements below. */
const wishValues = (wish: PlaceWish): readonly unknown[] => [
  wish.callSid,
  wish.phone,
  wish.queue,
  wish.topic,
  wish.language,
  [...new Set(wish.skills)].sort(),
  wish.priority,
  wish.tier,
  wish.businessNumber,
  wish.preferredOperator ?? null,
  wish.since?.toString() ?? null,
]

/** As `rankAt` in src/routing says; here because `since` is by the database's clock. */
const rankOf = (since: string, priority: string) =>
  `${since} - make_interval(secs => greatest(-600, least(600, ${priority} * 30)))`

const inserted = `(call_sid, phone, queue, topic, language, skills, priority, tier, business_number,
       preferred_operator, since, rank_at, mode`

const wished = `$1::text, $2::text, $3::text, $4::text, $5::text, $6::text[], $7::int, $8::smallint,
       $9::text, $10::text, b.since, ${rankOf('b.since', '$7::int')}`

type TakenRow = (PlaceRow | { readonly id: null }) & {
  readonly is_staffed: boolean
  /** The call is one that was dialled for a callback, whose place waits for a word of it. */
  readonly is_called_back: boolean
}

const takeStatement = `
  with kept as (
    update places set
        queue = $3, topic = $4, language = $5, skills = $6::text[], priority = $7::int,
        tier = coalesce($8::smallint, tier), business_number = coalesce($9, business_number),
        left_as = null, rank_at = ${rankOf('since', '$7::int')}, changed_at = clock_timestamp()
      where call_sid = $1 and mode = 'hold' and state = 'waiting'
    returning ${placeColumnsOf('places')}
  ), busy as (
    select ${placeColumnsOf('places')} from places
     where call_sid = $1 and mode = 'hold' and state in ('reserved', 'talking')
  ), begun as (
    select least(clock_timestamp(), $11::timestamptz, (
      select since from places
       where phone = $2 and phone like '+%' and queue = $3 and mode = 'callback'
         and state <> 'ended' and (window_from is null or window_from <= clock_timestamp())
    )) as since
  ), waiting as (
    select count(*) as people from (
      select from places
       where queue = $3 and mode = 'hold' and state in ('waiting', 'reserved') and left_as is null
       limit $12::int) n
  ), staff as (
    select exists (
      select from presence s join operators o on o.login = s.login
       where s.state <> 'offline' and not o.is_disabled
         and $5 = any (o.languages) and o.skills @> $6::text[]) as is_staffed
  ), called as (
    select exists (
      select from callbacks c
       where c.leg_sid = $1 and c.state = 'answered'
         and (c.confirmed_at is null
              or exists (select from places p
                          where p.id = c.place_id and p.mode = 'callback'
                            and p.state in ('waiting', 'reserved')))) as is_called_back
  ), made as (
    insert into places ${inserted})
    select ${wished}, 'hold'
      from begun b, waiting w, staff, called
     where w.people < $12::int and staff.is_staffed and not called.is_called_back
       and not exists (select from kept) and not exists (select from busy)
    returning ${placeColumnsOf('places')}
  )
  select staff.is_staffed, called.is_called_back, ${placeColumnsOf('p')}
    from staff cross join called
    left join (table kept union all table busy union all table made) p on true`

const changeStatement = `
  with had as (
    select p.id from callbacks c join places p on p.id = c.place_id
     where c.id = $12::uuid and p.state <> 'ended'
  ), moved as (
    update places p set
        queue = $3, topic = $4, language = $5, skills = $6::text[], priority = $7::int,
        tier = coalesce($8::smallint, p.tier), business_number = coalesce($9, p.business_number),
        rank_at = ${rankOf('p.since', '$7::int')},
        window_from = $13::timestamptz, window_to = $14::timestamptz, changed_at = clock_timestamp()
      from had where p.id = had.id and p.state = 'waiting'
    returning p.*
  ), changed as (
    update places p set
        mode = case when exists (select from had) then p.mode else 'callback' end,
        phone = $2, left_as = null, told_seconds = null, told_at = null,
        state = case when exists (select from had) then 'ended' else p.state end,
        result = case when exists (select from had) then 'left' end,
        ended_at = case when exists (select from had) then clock_timestamp() end,
        queue = $3, topic = $4, language = $5, skills = $6::text[], priority = $7::int,
        tier = coalesce($8::smallint, p.tier), business_number = coalesce($9, p.business_number),
        preferred_operator = coalesce($10, p.preferred_operator),
        rank_at = ${rankOf('p.since', '$7::int')},
        window_from = $13::timestamptz, window_to = $14::timestamptz, changed_at = clock_timestamp()
      where p.call_sid = $1 and p.mode = 'hold' and p.state = 'waiting'
    returning p.*
  ), begun as (
    select least(clock_timestamp(), $11::timestamptz) as since
  ), made as (
    insert into places ${inserted}, window_from, window_to)
    select ${wished}, 'callback', $13::timestamptz, $14::timestamptz
      from begun b
     where not exists (select from had) and not exists (select from changed)
    returning *
  ), placed as (
    select * from made union all select * from changed where state <> 'ended' union all
    select * from moved union all
    select * from places where id in (select id from had) and id not in (select id from moved)
  ), bound as (
    update callbacks set place_id = (select id from placed)
     where id = $12::uuid and place_id is distinct from (select id from placed)
  )
  select ${placeColumnsOf('p')} from placed p`

/** Places for reading, and for what happens outside of turns. */
export const createPlaceStore = (
  { pool, routingPool }: Pick<Database, 'pool' | 'routingPool'>,
  elapsed: () => number = () => performance.now(),
): PlaceStore => {
  const noteTold = together(routingPool, { name: 'note-told', text: toldStatement }, unfelt)
  const leave = async (text: string, values: readonly unknown[]) => {
    const { rows } = await pool.query<{ id: string; has_left: boolean; leg: string | null }>(text, [
      ...values,
    ])
    const [left] = rows
    return left?.has_left ? { placeId: left.id, legSid: left.leg } : null
  }
  return {
    find: async (id) => {
      const { rows } = await pool.query<PlaceRow>({
        name: 'find-place',
        text: `select ${placeColumnsOf('p')} from places p where p.id = $1`,
        values: [id],
      })
      return rows[0] === undefined ? null : toPlace(rows[0])
    },
    standing: createStandings({ pool, routingPool }, elapsed),
    noteTold: async (id, seconds) => {
      await noteTold(id, Math.round(seconds))
    },
    end: (id, result) =>
      leave(`select $1::uuid as id, has_left, leg from leave_queue($1, $2, null)`, [id, result]),
    leave: (callSid, result) =>
      leave(
        `select p.id, l.has_left, l.leg
           from places p, leave_queue(p.id, null, $2) l
          where p.call_sid = $1 and p.mode = 'hold' and p.state in ('waiting', 'reserved')
            and p.left_as is null`,
        [callSid, result],
      ),
    callEnded: (callSid) =>
      leave(
        `select p.id, l.has_left, l.leg
           from places p, leave_queue(p.id, coalesce(p.left_as, 'left'), null) l
          where p.call_sid = $1 and p.mode = 'hold' and p.state in ('waiting', 'reserved')`,
        [callSid],
      ),
  }
}

const toldStatement = `
  update places p set
      told_seconds = w.seconds, told_at = clock_timestamp(),
      first_told_seconds = coalesce(p.first_told_seconds, w.seconds),
      first_told_at = coalesce(p.first_told_at, clock_timestamp())
    from unnest($1::uuid[], $2::int[]) as w (id, seconds)
   where p.id = w.id and p.state in ('waiting', 'reserved')`
