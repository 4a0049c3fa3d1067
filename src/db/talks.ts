import { sql } from 'kysely'
import type pg from 'pg'
import type { Handover, Talk, TalkStore, Transfer } from '../queues/talks.ts'
import type { Database } from './database.ts'
import { together, unfelt } from './together.ts'
import { type Connection, inTransaction } from './transaction.ts'

/** Talks under way, in PostgreSQL. */
export const createTalkStore = ({
  kysely,
  pool,
  routingPool,
}: Pick<Database, 'kysely' | 'pool' | 'routingPool'>): TalkStore => {
  const findOf = together<TalkRow>(routingPool, { name: 'talks-of', text: talksOfStatement })
  const hangUpOf = together<TalkRow>(
    routingPool,
    { name: 'hang-ups', text: hangUpStatement },
    unfelt,
  )
  const one = async <T extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: readonly unknown[],
  ) => (await pool.query<T>({ name, text, values: [...values] })).rows[0] ?? null
  const talk = async (by: string, where: string, value: string): Promise<Talk | null> => {
    const row = await one<TalkRow>(`talk-of-${by}`, `${talkStatement} and ${where}`, [value])
    return row === null ? null : toTalk(row)
  }
  const isDone = async (name: string, text: string, values: readonly unknown[]) =>
    (await one(name, text, values)) !== null
  return {
    of: async (login) => {
      const row = await findOf(login)
      return row === null ? null : toTalk(row)
    },
    hangingUp: async (login) => {
      const row = await hangUpOf(login)
      return row === null ? null : toTalk(row)
    },
    ofLeg: (legSid) => talk('leg', 'r.leg_sid = $1', legSid),
    find: (id) => talk('id', 't.id = $1::uuid', id),
    ofPlace: (placeId) => talk('place', 't.place_id = $1::uuid', placeId),
    openFor: async (seconds) => {
      const { rows } = await pool.query<{ reservation_id: string }>(
        `select reservation_id from talks
          where ended_at is null and started_at < clock_timestamp() - make_interval(secs => $1)
          order by started_at`,
        [seconds],
      )
      return rows.map((row) => row.reservation_id)
    },
    setHeld: (id, isHeld) =>
      isDone(
        'hold-talk',
        `update talks set
             held_seconds = held_seconds + case when $2 then 0 else
               coalesce(extract(epoch from clock_timestamp() - held_since)::int, 0) end,
             held_since = case when $2 then coalesce(held_since, clock_timestamp()) end
           where id = $1 and ended_at is null returning id`,
        [id, isHeld],
      ),
    setMuted: (id, isMuted) =>
      isDone(
        'mute-talk',
        'update talks set is_muted = $2 where id = $1 and ended_at is null returning id',
        [id, isMuted],
      ),
    setTransfer: (id, transfer) =>
      isDone(
        'transfer-talk',
        'update talks set transfer = $2 where id = $1 and ended_at is null returning id',
        [id, transfer === null ? null : JSON.stringify(transfer)],
      ),
    handOn: (from, to, wrapUpSeconds) =>
      inTransaction(
        kysely,
        async (transaction) => {
          const { rows } = await sql<{ done: boolean }>`
            select finish_reservation(${from.reservationId}, ${wrapUpSeconds}) as done`.execute(
            transaction,
          )
          if (!rows[0]?.done) return false
          await sql`update reservations set outcome = 'transferred'
                     where id = ${from.reservationId}`.execute(transaction)
          return makePlace(transaction, from.callSid, from, to)
        },
        (isDone) => isDone,
      ),
    consult: (from, to) => makePlace(kysely, from.legSid, from, to),
    consulted: async (legSid) => {
      const row = await one<{ id: string; leg_sid: string | null; login: string }>(
        'consulted',
        `select r.id, r.leg_sid, r.login
           from places p join reservations r on r.place_id = p.id
          where p.call_sid = $1 and p.state <> 'ended' and r.state <> 'ended'`,
        [legSid],
      )
      return row === null ? null : { reservationId: row.id, legSid: row.leg_sid, login: row.login }
    },
    canTake: (login, language) =>
      isDone(
        'can-take',
        `select s.login from presence s join operators o on o.login = s.login
          where s.login = $1 and s.state = 'available' and not o.is_disabled
            and $2 = any (o.languages)`,
        [login, language],
      ),
  }
}

type TalkRow = {
  readonly id: string
  readonly reservation_id: string
  readonly login: string
  readonly place_id: string
  readonly queue: string
  readonly language: string
  readonly phone: string
  readonly topic: string | null
  readonly call_sid: string
  readonly conference: string
  readonly leg_sid: string | null
  readonly held_since: Temporal.Instant | null
  readonly transfer: Transfer | null
}

const talkColumns = `t.id, t.reservation_id, t.login, t.place_id, p.queue, p.language, p.phone, p.topic,
  t.call_sid, t.conference, r.leg_sid, t.held_since, t.transfer`

const talkStatement = `
  select ${talkColumns}
    from talks t
    join reservations r on r.id = t.reservation_id and r.state = 'bridged'
    join places p on p.id = t.place_id
   where t.ended_at is null`

/** By the one reservation an operator has: of talks there are many. */
const talksOfStatement = `
  select w.nr, ${talkColumns}
    from unnest($1::text[]) with ordinality as w (login, nr)
    join reservations r on r.login = w.login and r.state = 'bridged'
    join talks t on t.reservation_id = r.id
    join places p on p.id = t.place_id
   where t.ended_at is null and r.state <> 'ended'`

const hangUpStatement = `
  with noted as (
    update talks set ended_by_operator = true
      from unnest($1::text[]) with ordinality as w (login, nr)
      join reservations r on r.login = w.login and r.state = 'bridged'
     where talks.reservation_id = r.id and talks.ended_at is null
    returning talks.*, w.nr
  )
  select t.nr, ${talkColumns}
    from noted t join reservations r on r.id = t.reservation_id join places p on p.id = t.place_id`

const toTalk = (row: TalkRow): Talk => ({
  id: row.id,
  reservationId: row.reservation_id,
  login: row.login,
  place: {
    id: row.place_id,
    queue: row.queue,
    language: row.language,
    phone: row.phone,
    topic: row.topic,
  },
  callSid: row.call_sid,
  conference: row.conference,
  legSid: row.leg_sid ?? '',
  isHeld: row.held_since !== null,
  transfer: row.transfer,
})

/** As many points as put somebody forward by all that priority may. */
const topPriority = 20

/** A place like another one, for the call of somebody who has been waited for already. */
const makePlace = async (
  connection: Connection,
  callSid: string,
  { place }: Talk,
  { queue, skills, operator }: Handover,
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    insert into places (call_sid, phone, queue, topic, language, skills, priority, tier,
                        business_number, since, rank_at, mode, preferred_operator)
    select ${callSid}, p.phone, ${queue}, p.topic, p.language, ${[...skills]}::text[],
           ${topPriority}, p.tier, p.business_number, p.since, p.since - interval '10 minutes',
           'hold', ${operator}
      from places p where p.id = ${place.id}
    on conflict do nothing`.execute(connection)
  return (numAffectedRows ?? 0n) > 0n
}
