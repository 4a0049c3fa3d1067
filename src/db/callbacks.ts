import { randomUUIDv7 } from 'node:crypto'
import { type Selectable, sql, type Transaction } from 'kysely'
import { type Callback, isCallbackState } from '../callbacks/callback.ts'
import type { CallbackList, CallbackRequests, CallbackWish } from '../callbacks/ports.ts'
import { lockKeys } from './advisory-locks.ts'
import type { Callbacks, DB } from './schema.ts'
import type { Connection } from './transaction.ts'

const openStates = ['queued', 'due', 'dialing', 'placed', 'uncertain', 'answered'] as const

/** Requests to be called back, bound to a transaction. */
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
        ...wished(wish),
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await recordWish(transaction, row.id, wish)
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
    return toCallback(row)
  },
})

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
})

const wished = ({ queue, topic, window, now }: CallbackWish) => ({
  queue,
  topic,
  window_from: window?.from ?? null,
  window_to: window?.to ?? null,
  changed_at: now,
})

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
    callSid: row.call_sid,
  }
}
