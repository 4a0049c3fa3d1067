import { randomUUIDv7 } from 'node:crypto'
import { type Selectable, sql, type Transaction } from 'kysely'
import { type Callback, isCallbackState } from '../callbacks/callback.ts'
import type { CallbackList, CallbackRequests, CallbackWish } from '../callbacks/ports.ts'
import type { CalledBackFor } from '../calls/answer.ts'
import type { PlaceWish } from '../queues/ports.ts'
import { lockKeys } from './advisory-locks.ts'
import { giveUpPlace } from './callback-ends.ts'
import { placeTransaction } from './places.ts'
import type { Callbacks, DB } from './schema.ts'
import type { Connection } from './transaction.ts'

const openStates = ['queued', 'due', 'dialing', 'placed', 'uncertain', 'answered'] as const

/** As soon as possible is promised within this time, where nothing else was told. */
const soonHours = 2

/** A request that nobody could keep is given up so long after it was promised. */
const patienceHours = 24

/** Requests to be called back, each with its place in a queue, bound to a transaction. */
export const callbackRequests = (transaction: Transaction<DB>): CallbackRequests => ({
  findOpen: async (phone) => {
    await lockKeys(transaction, [`callback ${phone}`])
    const row = await transaction
      .selectFrom('callbacks')
      .selectAll()
      .where('phone', '=', phone)
      .where('state', 'in', openStates)
      .forUpdate()
      .executeTakeFirst()
    return row === undefined ? null : toCallback(row)
  },
  countSince: async (phone, since) => {
    const { made } = await transaction
      .selectFrom('callbacks')
      .select((select) => select.fn.countAll<number>().as('made'))
      .where('phone', '=', phone)
      .where('requested_at', '>', since)
      .executeTakeFirstOrThrow()
    return made
  },
  create: async (wish) => {
    const row = await transaction
      .insertInto('callbacks')
      .values({
        id: randomUUIDv7(),
        ticket: sql<string>`nextval('callback_tickets')::text`,
        phone: wish.phone,
        requested_at: wish.now,
        call_sid: wish.callSid,
        line: wish.line ?? null,
        language: wish.language ?? 'ru-RU',
        order_of_dialling: wish.order ?? 'operator-first',
        reason: wish.brokenOff === undefined ? 'asked' : 'broken-off',
        broken_talk: wish.brokenOff?.talkId ?? null,
        ...wished(wish),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordWish(transaction, row.id, wish)
    await takePlace(transaction, row.id, wish)
    return toCallback(row)
  },
  move: async ({ id }, wish) => {
    const row = await transaction
      .updateTable('callbacks')
      .set({ state: 'queued', ...wished(wish) })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordWish(transaction, id, wish)
    await takePlace(transaction, id, wish)
    return toCallback(row)
  },
  cancel: async ({ id }, reason) => {
    const row = await transaction
      .updateTable('callbacks')
      .set({
        state: 'cancelled',
        ended_reason: reason,
        changed_at: sql<Temporal.Instant>`clock_timestamp()`,
        lease_until: null,
        next_attempt_at: null,
      })
      .where('id', '=', id)
      .where('state', 'in', ['queued', 'due'])
      .returning('place_id')
      .executeTakeFirst()
    if (row === undefined) return false
    if (row.place_id !== null) await giveUpPlace(transaction, row.place_id, 'cancelled')
    return true
  },
})

/** Whom a leg was dialled for; null: for nobody. */
export const calledBackBy = async (
  connection: Connection,
  legSid: string,
): Promise<CalledBackFor | null> => {
  const { rows } = await sql<CalledBackFor>`
    select language, ticket, queue, topic, reason from callbacks
     where leg_sid = ${legSid}`.execute(connection)
  return rows[0] ?? null
}

/** Requests to be called back, for reading. */
export const createCallbackList = (connection: Connection): CallbackList => ({
  list: async ({ state }, { limit, after }) => {
    let query = connection.selectFrom('callbacks').selectAll()
    if (state !== undefined) query = query.where('state', '=', state)
    if (after !== undefined) {
      query = query.where(sql<boolean>`(requested_at, id) < (${after.requestedAt}, ${after.id})`)
    }
    const rows = await query
      .orderBy('requested_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toCallback)
  },
  find: async (id) => {
    const row = await connection
      .selectFrom('callbacks')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row === undefined ? null : toCallback(row)
  },
})

const wished = ({ queue, topic, window, now, promisedBy }: CallbackWish) => {
  const promised = window?.to ?? promisedBy ?? now.add({ hours: soonHours })
  return {
    queue,
    topic,
    window_from: window?.from ?? null,
    window_to: window?.to ?? null,
    promised_by: promised,
    expires_at: promised.add({ hours: patienceHours }),
    next_attempt_at: window?.from ?? now,
    changed_at: now,
  }
}

/** The person's place: that of the call if it has one, else one that begins now; it keeps its beginning. */
const takePlace = async (
  transaction: Transaction<DB>,
  callbackId: string,
  { callSid, phone, queue, topic, window, language = 'ru-RU', need, brokenOff }: CallbackWish,
): Promise<void> => {
  const wish: PlaceWish = {
    callSid: callSid ?? '',
    phone,
    queue,
    topic,
    language,
    skills: need?.skills ?? [],
    priority: need?.priority ?? 0,
    tier: need?.tier ?? null,
    businessNumber: need?.businessNumber ?? null,
    ...(brokenOff === undefined
      ? {}
      : { since: brokenOff.since, preferredOperator: brokenOff.operator }),
  }
  await placeTransaction(transaction).changeToCallback({
    callSid: callSid ?? '',
    callbackId,
    wish,
    window,
  })
}

const recordWish = async (
  transaction: Transaction<DB>,
  id: string,
  { now, callSid, window }: CallbackWish,
): Promise<void> => {
  await transaction
    .insertInto('callback_wishes')
    .values({
      callback_id: id,
      at: now,
      call_sid: callSid,
      window_from: window?.from ?? null,
      window_to: window?.to ?? null,
    })
    .execute()
}

const toCallback = (row: Selectable<Callbacks>): Callback => {
  if (!isCallbackState(row.state)) {
    throw new Error('Callback has a state that is none', { cause: { state: row.state } })
  }
  return {
    id: row.id,
    ticket: row.ticket,
    phone: row.phone,
    queue: row.queue,
    topic: row.topic,
    window:
      row.window_from === null || row.window_to === null
        ? null
        : { from: row.window_from, to: row.window_to },
    state: row.state,
    attempts: row.attempts,
    requestedAt: row.requested_at,
    startedAt: row.started_at,
    nextAttemptAt: row.next_attempt_at,
    promisedBy: row.promised_by,
    endedReason: row.ended_reason,
    callSid: row.call_sid,
  }
}
