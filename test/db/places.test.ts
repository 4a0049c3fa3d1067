import { randomUUIDv7 } from 'node:crypto'
import t from 'tap'
import { createClaims } from '../../src/db/claims.ts'
import { createPlaceStore, placeTransaction } from '../../src/db/places.ts'
import { createWaitHistory } from '../../src/db/wait-history.ts'
import type { Place } from '../../src/queues/place.ts'
import type { PlaceWish } from '../../src/queues/ports.ts'
import { rankAt } from '../../src/routing/rank.ts'
import { testDatabase } from '../support/database.ts'
import {
  addOperator,
  emptyQueues,
  newCall,
  placeOf,
  presenceOf,
  takePlace,
  wishOf,
} from '../support/queue-scene.ts'

const database = await testDatabase(t)
const { pool, kysely } = database
const claims = createClaims(database, { ringSeconds: () => 20 })
const places = createPlaceStore(database)
t.beforeEach(() => emptyQueues(database))

const addCallback = async (phone: string): Promise<string> => {
  const id = randomUUIDv7()
  await pool.query(
    `insert into callbacks (id, ticket, phone, queue, state, requested_at, changed_at)
     values ($1::uuid, $1::uuid::text, $2, 'general', 'due', now(), now())`,
    [id, phone],
  )
  return id
}

const changeToCallback = (
  callbackId: string,
  wish: PlaceWish,
  window: Place['window'] = null,
): Promise<Place> =>
  kysely.transaction().execute((transaction) =>
    placeTransaction(transaction).changeToCallback({
      ...{ callSid: wish.callSid, callbackId, wish, window },
    }),
  )

const since = (place: Place | null) => String(place?.since)

t.test('a place says what was wished for, and its rank is that of the core', async (t) => {
  await addOperator(database, 'anna', { skills: ['a', 'b'] })
  for (const priority of [0, 7, -3, 100, 200, -100]) {
    const wish = wishOf({
      priority,
      skills: ['b', 'a', 'b'],
      tier: 2,
      businessNumber: '7707083893',
    })
    const taken = await takePlace(database, wish)
    if (taken.kind !== 'taken') throw new Error('No place')
    t.match(taken.place, {
      ...{ callSid: wish.callSid, queue: 'general', language: 'ru-RU', skills: ['a', 'b'] },
      ...{ priority, tier: 2, businessNumber: '7707083893', mode: 'hold', state: 'waiting' },
      ...{ result: null, preferredOperator: null, window: null },
    })
    t.equal(String(taken.place.rankAt), String(rankAt(taken.place.since, priority)))
  }
})

t.test('a full queue takes nobody, but who is in it keeps the place', async (t) => {
  await addOperator(database, 'anna')
  const wish = wishOf()
  t.match(await takePlace(database, wish, 1), { kind: 'taken' })
  t.strictSame(await takePlace(database, wishOf(), 1), { kind: 'full' })
  t.match(await takePlace(database, wish, 1), { kind: 'taken' })
  t.match(await takePlace(database, wishOf({ queue: 'other' }), 1), { kind: 'taken' })
})

t.test('nobody waits for an operator who is not there', async (t) => {
  t.strictSame(await takePlace(database, wishOf()), { kind: 'nobody' })
  await addOperator(database, 'anna', { state: 'offline' })
  t.strictSame(await takePlace(database, wishOf()), { kind: 'nobody' })
  await addOperator(database, 'boris', { state: 'break' })
  t.match(await takePlace(database, wishOf()), { kind: 'taken' })
  t.strictSame(await takePlace(database, wishOf({ language: 'en-US' })), { kind: 'nobody' })
  t.strictSame(await takePlace(database, wishOf({ skills: ['status'] })), { kind: 'nobody' })
})

t.test('who leaves the line and comes back stands where they stood', async (t) => {
  await addOperator(database, 'anna')
  const place = await placeOf(database)
  const callSid = place.callSid ?? ''
  t.match(await places.leave(callSid, 'left'), { placeId: place.id, legSid: null })
  t.equal(await places.leave(callSid, 'left'), null)
  t.strictSame(await claims.claim(1), [], 'nobody is rung for them meanwhile')
  const back = await placeOf(database, { callSid, queue: 'other', topic: 'passport' })
  t.match(back, { id: place.id, queue: 'other', topic: 'passport' })
  t.equal(since(back), since(place))
  t.match(await claims.claim(1), [{ place: { id: place.id } }])
})

t.test('a place that left the line ends with its call, with the result it left with', async (t) => {
  await addOperator(database, 'anna')
  const place = await placeOf(database)
  await places.leave(place.callSid ?? '', 'timeout')
  await places.callEnded(place.callSid ?? '')
  t.match(await places.find(place.id), { state: 'ended', result: 'timeout' })
})

t.test('who leaves while an operator is rung frees the operator', async (t) => {
  await addOperator(database, 'anna')
  const place = await placeOf(database)
  const [reservation] = await claims.claim(1)
  await claims.bindLeg(reservation?.id ?? '', 'CAleg')
  const left = await kysely
    .transaction()
    .execute((transaction) => placeTransaction(transaction).leave(place.callSid ?? '', 'left'))
  t.ok(left)
  t.match(await presenceOf(database, 'anna'), { state: 'available', missed: 0 })
  t.strictSame(await claims.legsToCut(), ['CAleg'])
})

t.test('on hold becomes a callback in one statement: same place, same moment', async (t) => {
  await addOperator(database, 'anna')
  const place = await placeOf(database)
  const callSid = place.callSid ?? ''
  await places.leave(callSid, 'left')
  const callbackId = await addCallback('+79990000001')
  const callback = await changeToCallback(callbackId, wishOf({ callSid, phone: '+79990000001' }))
  t.match(callback, { id: place.id, mode: 'callback', state: 'waiting', phone: '+79990000001' })
  t.equal(since(callback), since(place))
  const { rows } = await pool.query('select place_id from callbacks where id = $1', [callbackId])
  t.strictSame(rows, [{ place_id: place.id }])
  t.equal(await places.callEnded(callSid), null, 'it outlives the call')
  t.match(await claims.claim(1), [{ place: { id: place.id, mode: 'callback' } }])
})

t.test('while an operator is rung it becomes a callback all the same', async (t) => {
  await addOperator(database, 'anna')
  const place = await placeOf(database)
  await claims.claim(1)
  const wish = wishOf({ callSid: place.callSid ?? '' })
  const callback = await changeToCallback(await addCallback(wish.phone), wish)
  t.match(callback, { id: place.id, mode: 'callback', state: 'waiting' })
  t.match(await presenceOf(database, 'anna'), { state: 'available' })
})

t.test('without a place a callback begins one; asked again it keeps it', async (t) => {
  const wish = wishOf({
    preferredOperator: 'anna',
    since: Temporal.Now.instant().subtract({ minutes: 5 }),
  })
  const callbackId = await addCallback(wish.phone)
  const place = await changeToCallback(callbackId, wish)
  t.match(place, { mode: 'callback', preferredOperator: 'anna' })
  t.equal(place.since.epochMilliseconds, wish.since?.epochMilliseconds)
  await addOperator(database, 'boris')
  const again = await placeOf(database, { phone: '+79160000009' })
  const window = {
    from: Temporal.Now.instant().add({ hours: 1 }),
    to: Temporal.Now.instant().add({ hours: 3 }),
  }
  const moved = await changeToCallback(callbackId, wishOf({ callSid: again.callSid ?? '' }), window)
  t.equal(moved.id, place.id)
  t.equal(since(moved), since(place))
  t.equal(moved.window?.from.epochMilliseconds, window.from.epochMilliseconds)
  t.match(await places.find(again.id), { state: 'ended', result: 'left' }, 'one place a person')
})

t.test('a callback is claimed within its window only, and while nobody dials for it', async (t) => {
  await addOperator(database, 'anna')
  const now = Temporal.Now.instant()
  const wish = wishOf()
  const callbackId = await addCallback(wish.phone)
  const later = { from: now.add({ hours: 1 }), to: now.add({ hours: 2 }) }
  const { id } = await changeToCallback(callbackId, wish, later)
  t.strictSame(await claims.claim(1), [], 'too early')
  await changeToCallback(callbackId, wish, { from: now.subtract({ hours: 2 }), to: now })
  t.strictSame(await claims.claim(1), [], 'too late')
  await changeToCallback(callbackId, wish, { from: now.subtract({ hours: 1 }), to: later.to })
  const set = (columns: string) =>
    pool.query(`update callbacks set ${columns} where id = $1`, [callbackId])
  await set(`state = 'uncertain'`)
  t.strictSame(await claims.claim(1), [], 'it may be ringing')
  await set(`state = 'queued'`)
  t.strictSame(await claims.claim(1), [], 'not yet again')
  await set(`state = 'due', order_of_dialling = 'caller-first'`)
  t.strictSame(await claims.claim(1), [], 'the person is rung before an operator is held')
  await set(`order_of_dialling = 'operator-first'`)
  const line = await placeOf(database, { phone: wish.phone, skills: [] })
  await places.leave(line.callSid ?? '', 'left')
  t.strictSame(await claims.claim(1), [], 'the person is on the line')
  await places.callEnded(line.callSid ?? '')
  t.match(await claims.claim(1), [{ place: { id } }])
})

t.test('who waits for a callback and calls stands where the callback stands', async (t) => {
  await addOperator(database, 'anna')
  const wish = wishOf({ since: Temporal.Now.instant().subtract({ minutes: 9 }) })
  const callback = await changeToCallback(await addCallback(wish.phone), wish)
  const place = await placeOf(database, { phone: wish.phone })
  t.not(place.id, callback.id)
  t.equal(since(place), since(callback))
  const other = await placeOf(database, { phone: wish.phone, queue: 'other' })
  t.not(since(other), since(callback), 'in another queue they are new')
})

t.test('numbers that are withheld are nobody’s in particular', async (t) => {
  await addOperator(database, 'anna')
  const first = await placeOf(database, { phone: 'anonymous' })
  const second = await placeOf(database, { phone: 'anonymous' })
  t.not(since(first), since(second))
})

t.test(
  'where somebody stands counts those whom one of the same operators could serve',
  async (t) => {
    await addOperator(database, 'anna', { skills: ['status'], state: 'talking' })
    await addOperator(database, 'boris', { languages: ['en-US'] })
    await addOperator(database, 'clara', { skills: ['doctors'], state: 'break' })
    await placeOf(database)
    await placeOf(database, { skills: ['status'] })
    await placeOf(database, { language: 'en-US' })
    await placeOf(database, { skills: ['doctors'] })
    const away = await placeOf(database)
    await places.leave(away.callSid ?? '', 'left')
    const mine = await placeOf(database)
    await placeOf(database)
    t.match(await places.standing(mine.id), { ahead: 2, operators: 1, free: 0, told: null })
    const english = await placeOf(database, { language: 'en-US' })
    t.match(await places.standing(english.id), { ahead: 1, operators: 1, free: 1 })
    t.equal(await places.standing(randomUUIDv7()), null)
  },
)

t.test('what was told, first and last, is kept and judged', async (t) => {
  await addOperator(database, 'anna')
  const told = async (result: 'in time' | 'late' | 'gave up' | 'gave up late') => {
    const place = await placeOf(database)
    await places.noteTold(place.id, 120)
    await places.noteTold(place.id, 60)
    t.match(await places.standing(place.id), { told: { seconds: 60 } })
    if (result === 'late' || result === 'gave up late') {
      await pool.query(
        `update places set first_told_at = first_told_at - interval '1 hour' where id = $1`,
        [place.id],
      )
    }
    if (result.startsWith('gave up')) return places.callEnded(place.callSid ?? '')
    const [reservation] = await claims.claim(1)
    await claims.bridge(reservation?.id ?? '')
    await claims.finish(reservation?.id ?? '', 0)
  }
  for (const each of ['in time', 'in time', 'late', 'gave up', 'gave up late'] as const) {
    await told(each)
  }
  const early = await placeOf(database, { since: Temporal.Now.instant().subtract({ hours: 1 }) })
  await places.callEnded(early.callSid ?? '')
  const changed = await placeOf(database)
  await changeToCallback(
    await addCallback(changed.phone),
    wishOf({ callSid: changed.callSid ?? '' }),
  )
  await pool.query(`update places set mode = 'hold' where id = $1`, [changed.id])
  await places.end(changed.id, 'left')
  t.match(await createWaitHistory(database)(['general', 'other']), [
    { queue: 'general', handled: 3, abandoned: 2, kept: 2, broken: 2, unknown: 1 },
    { queue: 'other', handled: 0, abandoned: 0, kept: 0, broken: 0, unknown: 0 },
  ])
})

t.test('a call without a place has none to end', async (t) => {
  t.equal(await places.callEnded(newCall()), null)
  t.equal(await places.leave(newCall(), 'left'), null)
  t.equal(await places.find(randomUUIDv7()), null)
  t.equal(await places.end(randomUUIDv7(), 'cancelled'), null)
})
