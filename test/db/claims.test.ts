import t from 'tap'
import { createClaims } from '../../src/db/claims.ts'
import { openDatabase } from '../../src/db/database.ts'
import { createPlaceStore } from '../../src/db/places.ts'
import type { Reservation } from '../../src/queues/ports.ts'
import { testDatabase } from '../support/database.ts'
import { addOperator, emptyQueues, placeOf, presenceOf } from '../support/queue-scene.ts'

const database = await testDatabase(t)
const claims = createClaims(database, { ringSeconds: () => 20 })
const places = createPlaceStore(database)
t.beforeEach(() => emptyQueues(database))

/** One place, one operator, one reservation. */
const reserve = async () => {
  await addOperator(database, 'anna')
  const place = await placeOf(database)
  const [reservation] = await claims.claim(10)
  if (reservation === undefined) throw new Error('Nothing was claimed')
  return { place, reservation }
}

t.test('whoever waits is claimed for whoever is free, once', async (t) => {
  const { place, reservation } = await reserve()
  t.match(reservation, {
    place: { id: place.id, state: 'reserved' },
    operator: { login: 'anna', contact: 'client:anna' },
    state: 'ringing',
    legSid: null,
  })
  t.match(await presenceOf(database, 'anna'), { state: 'reserved' })
  t.strictSame(await claims.claim(10), [])
  t.match(await claims.find(reservation.id), { id: reservation.id })
  t.match(await claims.openOf(place.callSid ?? ''), { id: reservation.id })
})

t.test('no more are claimed than asked for, in the order of service', async (t) => {
  await Promise.all(['anna', 'boris', 'clara'].map((login) => addOperator(database, login)))
  const first = await placeOf(database)
  await placeOf(database)
  t.strictSame(await claims.claim(0), [])
  t.match(await claims.claim(1), [{ place: { id: first.id } }])
  t.equal((await claims.claim(10)).length, 1)
})

t.test('from ringing to written up', async (t) => {
  const { place, reservation } = await reserve()
  t.ok(await claims.bindLeg(reservation.id, 'CAleg'))
  t.notOk(await claims.bindLeg(reservation.id, 'CAother'))
  t.match(await claims.answer(reservation.id, 'CAleg'), { state: 'answered' })
  t.match(await claims.answer(reservation.id, 'CAleg'), { state: 'answered' })
  t.equal(await claims.answer(reservation.id, 'CAother'), null)
  t.ok(await claims.bridge(reservation.id))
  t.notOk(await claims.bridge(reservation.id))
  t.match(await places.find(place.id), { state: 'talking' })
  t.match(await presenceOf(database, 'anna'), { state: 'talking' })
  t.notOk(await claims.release(reservation.id, 'no-answer'))
  t.ok(await claims.finish(reservation.id, 30))
  t.notOk(await claims.finish(reservation.id, 30))
  t.match(await places.find(place.id), { state: 'ended', result: 'served' })
  t.match(await presenceOf(database, 'anna'), { state: 'wrap-up' })
  t.ok(await claims.endWrapUp('anna'))
  t.notOk(await claims.endWrapUp('anna'))
  t.match(await presenceOf(database, 'anna'), { state: 'available' })
  t.strictSame(await claims.legsToCut(), [])
})

t.test('a caller is bridged with the operator who has answered, once', async (t) => {
  await Promise.all(['anna', 'boris'].map((login) => addOperator(database, login)))
  const [first, second] = [await placeOf(database), await placeOf(database)]
  const [one, two] = await claims.claim(2)
  const [id = '', other = ''] = [one?.id, two?.id]
  const [caller, stranger] = [first.callSid ?? '', second.callSid ?? '']
  t.equal(await claims.bridgeCaller(id, caller), null, 'nobody has answered')
  await claims.answer(id, 'CAleg1')
  await claims.answer(other, 'CAleg2')
  t.equal(await claims.bridgeCaller(id, stranger), null, 'somebody else')
  const nodes = [claims, createClaims(database, { ringSeconds: () => 20 })]
  const bridged = await Promise.all([
    ...nodes.map((node) => node.bridgeCaller(id, caller)),
    ...nodes.map((node) => node.bridgeCaller(other, stranger)),
  ])
  const done = bridged.filter((each) => each !== null)
  t.same(new Set(done.map(({ placeId }) => placeId)), new Set([first.id, second.id]))
  t.equal(done.length, 2)
  const { rows } = await database.pool.query('select call_sid, conference from talks order by id')
  t.same(
    new Set(rows.map(({ call_sid, conference }) => `${call_sid} ${conference}`)),
    new Set([first, second].map((place) => `${place.callSid} place-${place.id}`)),
  )
  t.match(await places.find(first.id), { state: 'talking' })
})

t.test('of two ends of a talk that come together one counts', async (t) => {
  const { reservation } = await reserve()
  await claims.bridge(reservation.id)
  const ends = await Promise.all([1, 2, 3].map(() => claims.finish(reservation.id, 0)))
  t.same(ends, [true, false, false])
})

t.test('fifty operators, many callers, two nodes: one winner each', async (t) => {
  const second = openDatabase(database.url)
  t.teardown(second.close)
  const nodes = [claims, createClaims(second, { ringSeconds: () => 20 })]
  await Promise.all(
    Array.from({ length: 50 }, (_, index) => addOperator(database, `operator${index}`)),
  )
  await Promise.all(Array.from({ length: 120 }, () => placeOf(database)))
  const reservations: Reservation[] = []
  while (reservations.length < 120) {
    const rounds = await Promise.all([...nodes, ...nodes, ...nodes].map((node) => node.claim(10)))
    const claimed = rounds.flat()
    reservations.push(...claimed)
    // Everything is delivered to both nodes at once; each has one effect.
    await Promise.all(
      claimed.map(async ({ id }) => {
        const bridged = await Promise.all(nodes.map((node) => node.bridge(id)))
        const finished = await Promise.all(nodes.map((node) => node.finish(id, 0)))
        if (bridged.filter(Boolean).length !== 1 || finished.filter(Boolean).length !== 1) {
          throw new Error('Not one effect')
        }
      }),
    )
  }
  t.equal(new Set(reservations.map(({ place }) => place.id)).size, 120)
  const { rows } = await database.pool.query(
    `select count(*)::int as talks, count(distinct place_id)::int as people from talks`,
  )
  t.strictSame(rows, [{ talks: 120, people: 120 }])
})

t.test('claimed, hung up and given back at one moment: nothing stays behind', async (t) => {
  const second = openDatabase(database.url)
  t.teardown(second.close)
  const other = createClaims(second, { ringSeconds: () => 20 })
  await Promise.all(
    Array.from({ length: 10 }, (_, index) => addOperator(database, `operator${index}`)),
  )
  for (let round = 0; round < 15; round++) {
    const taken = await Promise.all(Array.from({ length: 12 }, () => placeOf(database)))
    const [claimed = []] = await Promise.all([
      claims.claim(5),
      other.claim(5),
      ...taken.map(({ callSid }) => places.callEnded(callSid ?? '')),
    ])
    await Promise.all(
      claimed.flatMap(({ id, place }) => [
        claims.release(id, 'no-answer'),
        other.answer(id, `leg ${id}`),
        places.callEnded(place.callSid ?? ''),
        other.bridge(id),
      ]),
    )
    const { rows } = await database.pool.query<{ id: string }>(
      `select id from reservations where state = 'bridged'`,
    )
    await Promise.all(rows.map(({ id }) => claims.finish(id, 0)))
    await Promise.all(taken.map(({ callSid }) => places.callEnded(callSid ?? '')))
    await database.pool.query(`update presence set state = 'available' where state = 'break'`)
  }
  const { rows } = await database.pool.query(
    `select (select count(*)::int from places where state <> 'ended') as places,
            (select count(*)::int from reservations where state <> 'ended') as reservations,
            (select count(*)::int from presence where state <> 'available') as busy`,
  )
  t.strictSame(rows, [{ places: 0, reservations: 0, busy: 0 }])
})

t.test('an operator who lets three calls in a row ring in vain goes on a break', async (t) => {
  await addOperator(database, 'anna')
  for (const missed of [1, 2]) {
    await placeOf(database)
    const [reservation] = await claims.claim(1)
    t.ok(await claims.release(reservation?.id ?? '', 'no-answer'))
    t.match(await presenceOf(database, 'anna'), { state: 'available', missed })
  }
  await placeOf(database)
  const [last] = await claims.claim(1)
  t.ok(await claims.release(last?.id ?? '', 'leg-failed'))
  t.match(await presenceOf(database, 'anna'), { state: 'break', reason: 'missed', missed: 3 })
  t.strictSame(await claims.claim(1), [])
})

t.test(
  'a carrier that is away makes no operator miss anything, and nobody lose a place',
  async (t) => {
    await addOperator(database, 'anna')
    const place = await placeOf(database)
    for (let times = 0; times < 6; times++) {
      const [reservation] = await claims.claim(1)
      t.equal(reservation?.place.id, place.id, 'asked again at once: it was not their fault')
      t.ok(await claims.release(reservation?.id ?? '', 'carrier-away'))
    }
    t.match(await presenceOf(database, 'anna'), { state: 'available', reason: null, missed: 0 })
    t.match(await places.find(place.id), { state: 'waiting' })
  },
)

t.test('an operator whom the carrier cannot ring goes on a break and learns why', async (t) => {
  const { place, reservation } = await reserve()
  t.ok(await claims.release(reservation.id, 'bad-contact'))
  t.match(await presenceOf(database, 'anna'), { state: 'break', reason: 'bad-contact', missed: 0 })
  t.match(await places.find(place.id), { state: 'waiting' })
})

t.test('an answer makes up for what was missed, and a decline is no miss', async (t) => {
  const { reservation } = await reserve()
  await claims.release(reservation.id, 'no-answer')
  await placeOf(database)
  const [second] = await claims.claim(1)
  await claims.release(second?.id ?? '', 'declined')
  t.match(await presenceOf(database, 'anna'), { state: 'available', missed: 1 })
  await placeOf(database)
  const [third] = await claims.claim(1)
  await claims.answer(third?.id ?? '', 'CAleg')
  t.match(await presenceOf(database, 'anna'), { state: 'reserved', missed: 0 })
})

t.test(
  'what a busy operator wished for comes true when the call has come to nothing',
  async (t) => {
    const { reservation } = await reserve()
    await database.pool.query(`update presence set next_state = 'break'`)
    await claims.release(reservation.id, 'caller-left')
    t.match(await presenceOf(database, 'anna'), { state: 'break', reason: null })
  },
)

t.test('who has hung up is not rung for: the leg is given out once to be cut', async (t) => {
  const { place, reservation } = await reserve()
  await claims.bindLeg(reservation.id, 'CAleg')
  t.strictSame(await places.callEnded(place.callSid ?? ''), { placeId: place.id, legSid: 'CAleg' })
  t.equal(await places.callEnded(place.callSid ?? ''), null)
  t.equal(await claims.answer(reservation.id, 'CAleg'), null)
  t.match(await presenceOf(database, 'anna'), { state: 'available' })
  t.match(await places.find(place.id), { state: 'ended', result: 'left' })
  t.strictSame(await claims.legsToCut(), ['CAleg'])
  t.strictSame(await claims.legsToCut(), [])
})

t.test('past its lease a reservation is given back, and the leg is cut', async (t) => {
  const { place, reservation } = await reserve()
  await claims.bindLeg(reservation.id, 'CAleg')
  t.equal(await claims.sweep(), 0)
  await database.pool.query(`update reservations set lease_until = now() - interval '1 second'`)
  t.equal(await claims.sweep(), 1)
  const again = await places.find(place.id)
  t.match([again?.state, String(again?.since)], ['waiting', String(place.since)])
  t.match(await presenceOf(database, 'anna'), { state: 'available', missed: 1 })
  t.strictSame(await claims.legsToCut(), ['CAleg'])
})

t.test('a lease that was extended holds, and a talk has none', async (t) => {
  const { reservation } = await reserve()
  t.ok(await claims.extend(reservation.id, 90))
  const found = await claims.find(reservation.id)
  t.ok(
    Temporal.Instant.compare(
      found?.leaseUntil ?? reservation.leaseUntil,
      reservation.leaseUntil.add({ seconds: 40 }),
    ) > 0,
  )
  await claims.bridge(reservation.id, { callSid: 'CAcitizen', conference: 'room' })
  t.notOk(await claims.extend(reservation.id, 90))
  await database.pool.query(`update reservations set lease_until = now() - interval '1 second'`)
  t.equal(await claims.sweep(), 0)
  const { rows } = await database.pool.query('select call_sid, conference, login from talks')
  t.strictSame(rows, [{ call_sid: 'CAcitizen', conference: 'room', login: 'anna' }])
})

t.test('the time to write up ends by itself', async (t) => {
  const { reservation } = await reserve()
  await claims.bridge(reservation.id)
  await claims.finish(reservation.id, 30)
  t.equal(await claims.sweep(), 0)
  await database.pool.query(`update presence set wrap_up_until = now() - interval '1 second'`)
  t.equal(await claims.sweep(), 1)
  t.match(await presenceOf(database, 'anna'), { state: 'available' })
})

t.test('who is on a break, signed out or disabled is offered nobody', async (t) => {
  await addOperator(database, 'break', { state: 'break' })
  await addOperator(database, 'offline', { state: 'offline' })
  await addOperator(database, 'gone')
  await database.pool.query(`update operators set is_disabled = true where login = 'gone'`)
  await placeOf(database)
  t.strictSame(await claims.claim(10), [])
})

t.test('language, skills and the earlier operator decide', async (t) => {
  await addOperator(database, 'anna', { skills: ['status'] })
  await addOperator(database, 'boris', { languages: ['en-US'] })
  await addOperator(database, 'clara', { skills: ['cabinet', 'status'] })
  const rare = await placeOf(database, { skills: ['status', 'cabinet'] })
  const english = await placeOf(database, { language: 'en-US' })
  const again = await placeOf(database, { skills: ['status'], preferredOperator: 'anna' })
  const tatar = await placeOf(database, { language: 'tt-RU' }).catch(() => null)
  t.equal(tatar, null, 'nobody speaks it: no place')
  const claimed = await claims.claim(10)
  t.strictSame(
    new Map(claimed.map(({ place, operator }) => [place.id, operator.login])),
    new Map([
      [rare.id, 'clara'],
      [english.id, 'boris'],
      [again.id, 'anna'],
    ]),
  )
})

t.test('people whom every free operator has refused hold up nobody behind them', async (t) => {
  await addOperator(database, 'anna')
  for (let refused = 0; refused < 3; refused++) {
    await placeOf(database)
    const [reservation] = await claims.claim(1)
    await claims.release(reservation?.id ?? '', 'declined')
  }
  const last = await placeOf(database)
  t.match(await claims.claim(1), [{ place: { id: last.id } }])
})
