import t from 'tap'
import { createCallStore } from '../../src/db/call-store.ts'
import { createClaims } from '../../src/db/claims.ts'
import { endLost } from '../../src/db/lost-ends.ts'
import { createPlaceStore } from '../../src/db/places.ts'
import { openingTurn } from '../support/call-records.ts'
import { testDatabase } from '../support/database.ts'
import { addOperator, emptyQueues, placeOf, presenceOf } from '../support/queue-scene.ts'

const database = await testDatabase(t)
const calls = createCallStore(database, () => {
  throw new Error('No effects here')
})
const claims = createClaims(database, { ringSeconds: () => 20 })
const places = createPlaceStore(database)
const sweep = endLost(database, () => 30)
t.beforeEach(() => emptyQueues(database))

/** A live call, and its end as the carrier tells it, so many seconds ago. */
const call = async () => {
  const opening = openingTurn()
  await calls.commit(opening)
  const end = (secondsAgo: number) =>
    database.pool.query(
      `update calls set ended_at = now() - make_interval(secs => $2) where call_sid = $1`,
      [opening.callSid, secondsAgo],
    )
  return { callSid: opening.callSid, end }
}

t.test('what nobody ended is ended a while after its call', async (t) => {
  await addOperator(database, 'anna')
  await addOperator(database, 'boris', { skills: ['more'] })
  const talker = await call()
  const talking = await placeOf(database, { callSid: talker.callSid })
  const [talk] = await claims.claim(1)
  await claims.bridge(talk?.id ?? '')
  const rung = await call()
  const ringing = await placeOf(database, { callSid: rung.callSid })
  await claims.claim(1)
  const gone = await call()
  const waiting = await placeOf(database, { callSid: gone.callSid })
  const live = await call()
  const stays = await placeOf(database, { callSid: live.callSid })
  t.equal(await sweep(), 0)
  for (const { end } of [talker, rung, gone]) await end(5)
  t.equal(await sweep(), 0, 'the ways of ending go first')
  for (const { end } of [talker, rung, gone]) await end(60)
  t.equal(await sweep(), 3)
  t.equal(await sweep(), 0)
  t.match(await places.find(talking.id), { state: 'ended', result: 'served' })
  t.match(await places.find(ringing.id), { state: 'ended', result: 'left' })
  t.match(await places.find(waiting.id), { state: 'ended', result: 'left' })
  t.match(await places.find(stays.id), { state: 'waiting' })
  t.match(await presenceOf(database, 'anna'), { state: 'wrap-up' })
  t.match(await presenceOf(database, 'boris'), { state: 'available' })
})

t.test('operators and places that are busy with nothing are freed', async (t) => {
  await addOperator(database, 'anna', { state: 'reserved' })
  await addOperator(database, 'boris', { state: 'talking' })
  const reserved = await placeOf(database)
  const talking = await placeOf(database)
  const set = (id: string, state: string) =>
    database.pool.query('update places set state = $2 where id = $1', [id, state])
  await set(reserved.id, 'reserved')
  await set(talking.id, 'talking')
  t.equal(await sweep(), 0, 'a change may be under way')
  await database.pool.query(`update presence set since = since - interval '1 minute'`)
  await database.pool.query(`update places set changed_at = changed_at - interval '1 minute'`)
  t.equal(await sweep(), 4)
  t.match(await presenceOf(database, 'anna'), { state: 'available' })
  t.match(await presenceOf(database, 'boris'), { state: 'available' })
  t.match(await places.find(reserved.id), { state: 'waiting' })
  t.match(await places.find(talking.id), { state: 'ended', result: 'failed' })
})

t.test('who is rung or talks is left alone, however long it takes', async (t) => {
  await addOperator(database, 'anna')
  await addOperator(database, 'boris')
  await placeOf(database)
  await placeOf(database)
  const [talk] = await claims.claim(2)
  await claims.bridge(talk?.id ?? '')
  await database.pool.query(`update presence set since = since - interval '1 hour'`)
  await database.pool.query(`update places set changed_at = changed_at - interval '1 hour'`)
  t.equal(await sweep(), 0)
})
