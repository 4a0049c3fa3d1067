import { randomUUIDv7 } from 'node:crypto'
import t from 'tap'
import type { TurnRecord } from '../../src/calls/ports.ts'
import { createCallStore } from '../../src/db/call-store.ts'
import { createPlaceStore } from '../../src/db/places.ts'
import type { NewPlace, PlaceWish } from '../../src/queues/ports.ts'
import { rankAt } from '../../src/routing/rank.ts'
import { laterTurn, openingTurn } from '../support/call-records.ts'
import { testDatabase } from '../support/database.ts'
import { addOperator, emptyQueues, newCall, placeOf, wishOf } from '../support/queue-scene.ts'

const database = await testDatabase(t)
const { pool } = database
const store = createCallStore(database, () => {
  throw new Error('No transaction is wanted here')
})
const places = createPlaceStore(database)
t.beforeEach(async () => {
  await emptyQueues(database)
  await addOperator(database, 'anna', { skills: ['a', 'b'] })
})

/** The first turn of a call, which takes a place. */
const taking = (
  wish: Partial<PlaceWish> = {},
  { id = store.newPlaceId(), limit = 1000 }: Partial<NewPlace> = {},
): TurnRecord & { readonly place: NewPlace } => {
  const opening = openingTurn({ callSid: newCall() })
  const place = { id, wish: wishOf({ ...wish, callSid: opening.callSid }), limit }
  return { ...opening, changes: { queue: place.wish.queue }, place }
}

const outcomeOf = async (record: TurnRecord) => {
  const outcome = await store.commit(record)
  if (outcome === 'refused') t.equal(await store.find(record.callSid), null, 'nothing is left')
  return outcome
}

const openPlaces = async (callSid: string): Promise<number> => {
  const { rows } = await pool.query(
    `select count(*)::int as open from places where call_sid = $1 and state <> 'ended'`,
    [callSid],
  )
  return rows[0].open
}

t.test('the place is made with the turn, as wished', async (t) => {
  for (const priority of [0, 7, -3, 100, 200, -100]) {
    const record = taking({
      ...{ priority, skills: ['b', 'a', 'b'], tier: 2, businessNumber: '7707083893' },
      topic: 'Пенсии; "1"',
    })
    t.equal(await store.commit(record), 'committed')
    const place = await places.find(record.place.id)
    if (place === null) throw new Error('No place')
    const { callSid } = record
    t.match(place, {
      ...{ callSid, queue: 'general', language: 'ru-RU', skills: ['a', 'b'], priority, tier: 2 },
      ...{ topic: 'Пенсии; "1"', businessNumber: '7707083893', mode: 'hold', state: 'waiting' },
      ...{ result: null, preferredOperator: null, window: null },
    })
    t.equal(String(place.rankAt), String(rankAt(place.since, priority)))
    t.match(await store.find(callSid), { turn: 0 })
  }
})

t.test('also with a later turn, and who waited before keeps that moment', async (t) => {
  const opening = openingTurn()
  await store.commit(opening)
  const since = Temporal.Now.instant().subtract({ minutes: 9 })
  const wish = wishOf({ callSid: opening.callSid, since, preferredOperator: 'anna' })
  const place = { id: store.newPlaceId(), wish, limit: 10 }
  t.equal(await store.commit(laterTurn(opening.callSid, 1, { place })), 'committed')
  const made = await places.find(place.id)
  t.equal(made?.since.epochMilliseconds, since.epochMilliseconds)
  t.equal(made?.preferredOperator, 'anna')
})

t.test('who waits for a callback and calls stands where the callback stands', async (t) => {
  const since = Temporal.Now.instant().subtract({ minutes: 5 })
  await pool.query(
    `insert into places (phone, queue, language, skills, priority, since, rank_at, mode)
     values ('+79161112233', 'general', 'ru-RU', '{}', 0, $1, $1, 'callback')`,
    [since.toString()],
  )
  for (const [queue, stands] of [
    ['general', true],
    ['other', false],
  ] as const) {
    const record = taking({ phone: '+79161112233', queue })
    t.equal(await store.commit(record), 'committed')
    const made = await places.find(record.place.id)
    t.equal(made?.since.epochMilliseconds === since.epochMilliseconds, stands, queue)
  }
})

t.test('a queue takes as many as it holds, of one batch and of two', async (t) => {
  const batch = Array.from({ length: 20 }, () => taking({}, { limit: 7 }))
  const outcomes = await Promise.all(batch.map(outcomeOf))
  t.equal(outcomes.filter((outcome) => outcome === 'committed').length, 7)
  t.equal(outcomes.filter((outcome) => outcome === 'refused').length, 13)
  t.equal(await outcomeOf(taking({}, { limit: 7 })), 'refused')
  t.equal(await outcomeOf(taking({ queue: 'other' }, { limit: 7 })), 'committed')
})

t.test('nobody waits for an operator who is not there', async (t) => {
  t.equal(await outcomeOf(taking({ language: 'en-US' })), 'refused')
  t.equal(await outcomeOf(taking({ skills: ['a', 'c'] })), 'refused')
  await pool.query(`update presence set state = 'offline'`)
  t.equal(await outcomeOf(taking()), 'refused')
  await pool.query(`update presence set state = 'break'`)
  t.equal(await outcomeOf(taking()), 'committed')
  await pool.query('update operators set is_disabled = true')
  t.equal(await outcomeOf(taking()), 'refused')
})

t.test('whom a place or a callback is open for takes none this way', async (t) => {
  const { callSid } = await placeOf(database)
  const record = taking()
  const again = { ...record.place, wish: { ...record.place.wish, callSid: callSid ?? '' } }
  const opening = openingTurn({ callSid: callSid ?? '' })
  t.equal(await outcomeOf({ ...opening, place: again }), 'refused')
  t.equal(await openPlaces(callSid ?? ''), 1)
  await pool.query(
    `insert into callbacks (id, ticket, phone, queue, state, leg_sid, requested_at, changed_at)
     values ($1::uuid, 'one', '+79161112233', 'general', 'answered', $2, now(), now())`,
    [randomUUIDv7(), record.callSid],
  )
  t.equal(await outcomeOf(record), 'refused')
})

t.test('an id that was not made just now is refused', async (t) => {
  const aged = (seconds: number): string => {
    const at = (Date.now() - seconds * 1000).toString(16).padStart(12, '0')
    return `${at.slice(0, 8)}-${at.slice(8)}${randomUUIDv7().slice(13)}`
  }
  t.equal(await outcomeOf(taking({}, { id: aged(0) })), 'committed')
  t.equal(await outcomeOf(taking({}, { id: aged(60) })), 'refused')
  t.equal(await outcomeOf(taking({}, { id: aged(-60) })), 'refused')
  t.equal(await outcomeOf(taking({}, { id: crypto.randomUUID() })), 'refused')
})

t.test('a stale turn takes no place', async (t) => {
  const record = taking()
  t.equal(await store.commit(record), 'committed')
  await places.callEnded(record.callSid)
  const again = { ...record.place, id: store.newPlaceId() }
  t.equal(await store.commit({ ...record, place: again }), 'stale')
  t.equal(await openPlaces(record.callSid), 0)
})

t.test('of ten deliveries of one turn one takes a place', async (t) => {
  const record = taking()
  const other = createCallStore(database, () => {
    throw new Error('No transaction is wanted here')
  })
  const outcomes = await Promise.all(
    Array.from({ length: 10 }, (_, at) => {
      const place = { ...record.place, id: store.newPlaceId() }
      return (at % 2 === 0 ? store : other).commit({ ...record, place })
    }),
  )
  t.equal(outcomes.filter((outcome) => outcome === 'committed').length, 1)
  t.equal(await openPlaces(record.callSid), 1)
})

t.test('a refused turn harms no other of its batch', async (t) => {
  const records = Array.from({ length: 12 }, (_, at) =>
    taking(at % 3 === 0 ? { language: 'en-US' } : {}),
  )
  const outcomes = await Promise.all(records.map((record) => store.commit(record)))
  t.same(
    outcomes,
    records.map((_, at) => (at % 3 === 0 ? 'refused' : 'committed')),
  )
  for (const [at, { callSid }] of records.entries()) {
    t.equal(await openPlaces(callSid), at % 3 === 0 ? 0 : 1)
  }
})

t.test('nodes from before are still served', async (t) => {
  const { rows } = await pool.query(
    `select stale, over from commit_turns(E'\\x1fCA1', '{3}', E'\\x1f2026-01-01', E'\\x1f\\x1e',
       E'\\x1f<a/>', E'\\x1f\\x1e', E'\\x1f\\x1e', null, null, null, null)`,
  )
  t.strictSame(rows, [{ stale: ['CA1'], over: null }])
})
