import t from 'tap'
import { createStandings } from '../../src/db/standings.ts'
import { testDatabase } from '../support/database.ts'
import { addOperator, emptyQueues, placeOf } from '../support/queue-scene.ts'

const database = await testDatabase(t)
t.beforeEach(() => emptyQueues(database))

/** Standings by a clock that the test puts forward, and every question of the time too. */
const scene = ({ tickMs = 1 } = {}) => {
  let now = 0
  const standings = createStandings(database, () => {
    now += tickMs
    return now
  })
  const ahead = async (id: string) => (await standings(id))?.ahead
  return { standings, ahead, pass: (ms: number) => (now += ms) }
}

t.test('the line is looked through once for all who ask within a moment', async (t) => {
  const { ahead, pass } = scene()
  await addOperator(database, 'anna')
  const first = await placeOf(database)
  t.equal(await ahead(first.id), 0)
  const late = await placeOf(database, { priority: 10 })
  t.equal(await ahead(late.id), 0, 'the own place is seen at once')
  t.equal(await ahead(first.id), 0)
  pass(1_000)
  t.equal(await ahead(first.id), 1)
})

t.test(
  'what is told is never older than half a second, however long it takes to look',
  async (t) => {
    const { ahead, pass } = scene({ tickMs: 100 })
    await addOperator(database, 'anna')
    const first = await placeOf(database)
    t.equal(await ahead(first.id), 0)
    await placeOf(database, { priority: 10 })
    t.equal(await ahead(first.id), 0)
    pass(400)
    t.equal(await ahead(first.id), 1)
  },
)

t.test('many who ask together share what is seen', async (t) => {
  const { ahead } = scene()
  await addOperator(database, 'anna')
  const places = []
  for (let come = 0; come < 5; come++) places.push(await placeOf(database))
  t.strictSame(await Promise.all(places.map(({ id }) => ahead(id))), [0, 1, 2, 3, 4])
})

t.test('a look that fails is not kept', async (t) => {
  let isAway = true
  const query = ((...args: Parameters<typeof database.pool.query>) =>
    isAway ? Promise.reject(new Error('away')) : database.pool.query(...args)) as never
  const standings = createStandings(
    { ...database, pool: { ...database.pool, query } as never },
    () => performance.now(),
  )
  await addOperator(database, 'anna')
  const place = await placeOf(database)
  await t.rejects(standings(place.id), { message: 'away' })
  isAway = false
  t.match(await standings(place.id), { ahead: 0, operators: 1, free: 1 })
})
