import t from 'tap'
import { createCallPace, roomOf } from '../../src/db/call-pace.ts'
import { createClaims } from '../../src/db/claims.ts'
import { routeOnce } from '../../src/queues/route.ts'
import { testDatabase } from '../support/database.ts'
import { addOperator, emptyQueues, placeOf } from '../support/queue-scene.ts'

const database = await testDatabase(t)
const { pool } = database

/** Puts the clock forward, for the pace. */
const pass = (seconds: number) =>
  pool.query(
    `update call_pace set paid_until = paid_until - make_interval(secs => $1),
                          callers_until = callers_until - make_interval(secs => $1)`,
    [seconds],
  )

t.beforeEach(() => pass(3600))

/** For how many calls an account that begins so many a second has room. */
const room = async (callsPerSecond: number): Promise<number> => {
  const { rows } = await pool.query(`select ${roomOf('$1::float8')} as room from call_pace`, [
    callsPerSecond,
  ])
  return rows[0].room
}

t.test('an account of one call a second has room for one, and a second later again', async (t) => {
  t.equal(await room(1), 1)
  await createCallPace(database, 1).begun(1)
  t.equal(await room(1), 0, 'on every node')
  await pass(0.5)
  t.equal(await room(1), 0)
  await pass(0.5)
  t.equal(await room(1), 1, 'a timer that is a little early is not late for a whole second')
})

t.test('what was begun beyond the pace is paid for: on average it is kept', async (t) => {
  const pace = createCallPace(database, 10)
  t.equal(await room(10), 10, 'what a second has room for may begin at once')
  // Two nodes that looked at one moment, and the leg of a supervisor, who does not wait.
  await Promise.all([pace.begun(10), pace.begun(10), pace.begun(1)])
  await pass(1)
  t.equal(await room(10), 0)
  await pass(0.5)
  t.ok((await room(10)) <= 5)
  await pass(10)
  t.equal(await room(10), 10, 'what was not used is not saved up')
})

t.test('a slow account begins a call every ten seconds', async (t) => {
  t.equal(await room(0.1), 1)
  await createCallPace(database, 0.1).begun(1)
  await pass(9)
  t.equal(await room(0.1), 0)
  await pass(1)
  t.equal(await room(0.1), 1)
})

t.test(
  'a callback is free to go while there is room, and always where nothing is paced',
  async (t) => {
    const pace = createCallPace(database, 5)
    t.equal(await pace.isFree(), true)
    await pace.begun(2)
    t.equal(await pace.isFree(), true)
    await pace.begun(5)
    t.equal(await pace.isFree(), false)
    t.equal(await createCallPace(database, null).isFree(), true)
  },
)

t.test('callbacks stand back while callers may wait for a leg', async (t) => {
  await emptyQueues(database)
  const [pace, claims] = [
    createCallPace(database, 5),
    createClaims(database, { ringSeconds: () => 20, callsPerSecond: 5 }),
  ]
  const meet = async (people: number, from: number) => {
    for (let index = 0; index < people; index++) {
      await addOperator(database, `operator-${from + index}`)
      await placeOf(database)
    }
  }
  t.same(await claims.claim(200), [])
  t.equal(await pace.isFree(), true, 'where nobody was rung nobody waits')
  await meet(2, 0)
  t.equal((await claims.claim(200)).length, 2)
  t.equal(await pace.isFree(), true, 'all who waited are being rung')
  await meet(7, 2)
  t.equal((await claims.claim(200)).length, 3, 'as many as there is room for')
  await pass(1)
  t.equal(await pace.isFree(), false, 'there is room again, but callers come first')
  await pass(1)
  t.equal(await pace.isFree(), true)
})

t.test('no more operators are held than can be rung; all others stay free', async (t) => {
  await emptyQueues(database)
  for (let index = 0; index < 5; index++) {
    await addOperator(database, `operator-${index}`)
    await placeOf(database)
  }
  const rung: string[] = []
  const routing = {
    claims: createClaims(database, { ringSeconds: () => 20, callsPerSecond: 2 }),
    restraint: { take: (most: number) => most, spare: () => {} },
    ring: async ({ operator }: { operator: { login: string } }) => {
      rung.push(operator.login)
    },
    onFault: (_what: string, cause: unknown) => t.fail(String(cause)),
  }
  t.match(await routeOnce(routing), { claimed: 2 })
  t.match(await routeOnce(routing), { claimed: 0 })
  t.equal(await createCallPace(database, 2).isFree(), false, 'callbacks stand back')
  await pass(1)
  t.match(await routeOnce(routing), { claimed: 2 })
  await pass(1)
  t.match(await routeOnce(routing), { claimed: 1 })
  await pass(1)
  t.equal(new Set(rung).size, 5)
  const { rows } = await pool.query(`select count(*)::int as misses from presence where missed > 0`)
  t.strictSame(rows, [{ misses: 0 }])
})
