import t from 'tap'
import type { CallbackWish } from '../../src/callbacks/ports.ts'
import { requestCallback } from '../../src/callbacks/request-callback.ts'
import { callbackRequests, createCallbackList } from '../../src/db/callbacks.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const now = Temporal.Instant.from('2026-11-23T09:00:00Z')
const window = (hours: number) => ({ from: now.add({ hours }), to: now.add({ hours: hours + 2 }) })

const ask = (
  phone: string,
  wish: Partial<CallbackWish> = {},
  own: ReadonlySet<string> = new Set(),
) =>
  inTransaction(database.kysely, (transaction) =>
    requestCallback(
      callbackRequests(transaction),
      { callSid: null, phone, queue: 'general', topic: null, window: null, now, ...wish },
      own,
    ),
  )

const end = async (phone: string, state: string) => {
  await database.kysely.updateTable('callbacks').set({ state }).where('phone', '=', phone).execute()
  if (state !== 'cancelled') return
  const ended = { state: 'ended', result: 'cancelled', ended_at: now }
  await database.kysely.updateTable('places').set(ended).where('phone', '=', phone).execute()
}

const rows = async (phone: string) =>
  database.kysely.selectFrom('callbacks').selectAll().where('phone', '=', phone).execute()

t.test('fifty requests of one person at once are one request with one ticket', async (t) => {
  const phone = '+79161111111'
  const answers = await Promise.all(Array.from({ length: 50 }, () => ask(phone)))
  t.equal(answers.filter(({ status }) => status === 'accepted').length, 1)
  t.equal(new Set(answers.map((answer) => 'ticket' in answer && answer.ticket)).size, 1)
  t.equal((await rows(phone)).length, 1)
})

t.test('who asks again keeps the ticket, and the newest window stands', async (t) => {
  const phone = '+79162222222'
  const first = await ask(phone, { window: window(2) })
  const second = await ask('8 (916) 222-22-22', { window: window(5), topic: 'паспорт' })
  t.match(first, { status: 'accepted', ticket: /^\d{6,}$/ })
  t.match(second, { status: 'exists', ticket: 'ticket' in first ? first.ticket : '' })
  t.equal('window' in second && second.window?.from.toString(), window(5).from.toString())
  const wishes = await database.kysely.selectFrom('callback_wishes').selectAll().execute()
  const [row] = await rows(phone)
  t.equal(wishes.filter(({ callback_id }) => callback_id === row?.id).length, 2)
})

t.test('once the number is being dialled, a new wish no longer moves it', async (t) => {
  const phone = '+79163333333'
  await ask(phone, { window: window(2) })
  for (const state of ['dialing', 'placed', 'uncertain', 'answered']) {
    await end(phone, state)
    const again = await ask(phone, { window: window(7) })
    t.equal('window' in again && again.window?.from.toString(), window(2).from.toString())
    t.equal((await rows(phone))[0]?.state, state)
  }
})

t.test('a number asks three times a day', async (t) => {
  const phone = '+79164444444'
  for (let times = 0; times < 3; times++) {
    t.match(await ask(phone), { status: 'accepted' })
    await end(phone, 'cancelled')
  }
  t.same(await ask(phone), { status: 'refused', reason: 'too-many' })
  t.match(await ask(phone, { now: now.add({ hours: 25 }) }), { status: 'accepted' })
})

t.test('numbers that must not be dialled are refused', async (t) => {
  const own = '+74951234567'
  for (const phone of ['112', '+78095551234', '+12025550123', 'anonymous', own]) {
    t.same(await ask(phone, {}, new Set([own])), {
      status: 'refused',
      reason: 'number-not-allowed',
    })
  }
})

t.test('the list gives requests newest first, by state, page by page', async (t) => {
  const list = createCallbackList(database.kysely)
  for (let minutes = 1; minutes <= 3; minutes++) {
    await ask(`+7916555555${minutes}`, { now: now.add({ hours: 48, minutes }) })
  }
  const first = await list.list({ state: 'queued' }, { limit: 2 })
  t.same(
    first.map(({ phone }) => phone),
    ['+79165555553', '+79165555552'],
  )
  const after = first.at(-1)
  const second = await list.list({ state: 'queued' }, { limit: 1, ...(after && { after }) })
  t.equal(second[0]?.phone, '+79165555551')
  t.equal((await list.list({ state: 'failed' }, { limit: 9 })).length, 0)
})
