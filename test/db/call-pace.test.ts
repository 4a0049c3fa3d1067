import t from 'tap'
import { createCallPace } from '../../src/db/call-pace.ts'
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

t.test('an account of one call a second has room for one, and a second later again', async (t) => {
  const [one, other] = [createCallPace(database, 1), createCallPace(database, 1)]
  t.equal(await one.room(), 1)
  await one.begun(1)
  t.equal(await one.room(), 0)
  t.equal(await other.room(), 0, 'on every node')
  await pass(0.5)
  t.equal(await other.room(), 0)
  await pass(0.5)
  t.equal(await other.room(), 1, 'a timer that is a little early is not late for a whole second')
})

t.test('what was begun beyond the pace is paid for: on average it is kept', async (t) => {
  const pace = createCallPace(database, 10)
  t.equal(await pace.room(), 10, 'what a second has room for may begin at once')
  // Two nodes that looked at one moment, and the leg of a supervisor, who does not wait.
  await Promise.all([pace.begun(10), pace.begun(10), pace.begun(1)])
  await pass(1)
  t.equal(await pace.room(), 0)
  await pass(0.5)
  t.ok((await pace.room()) <= 5)
  await pass(10)
  t.equal(await pace.room(), 10, 'what was not used is not saved up')
})

t.test('a slow account begins a call every ten seconds', async (t) => {
  const pace = createCallPace(database, 0.1)
  t.equal(await pace.room(), 1)
  await pace.begun(1)
  await pass(9)
  t.equal(await pace.room(), 0)
  await pass(1)
  t.equal(await pace.room(), 1)
})

t.test('a callback is free to go when no caller may wait for a leg', async (t) => {
  const pace = createCallPace(database, 5)
  t.equal(await pace.isFree(), true)
  await pace.begun(2)
  t.equal(await pace.isFree(), true)
  await pace.begun(3, true)
  await pass(1)
  t.equal(await pace.isFree(), false, 'there is room again, but callers come first')
  await pass(1)
  t.equal(await pace.isFree(), true)
  await pace.begun(5)
  t.equal(await pace.isFree(), false, 'no room')
  await pace.begun(0, true)
  await pass(1)
  t.equal(await pace.isFree(), true, 'where nobody was rung nobody waits')
})

t.test('no more operators are held than can be rung; all others stay free', async (t) => {
  await emptyQueues(database)
  for (let index = 0; index < 5; index++) {
    await addOperator(database, `operator-${index}`)
    await placeOf(database)
  }
  const rung: string[] = []
  const routing = {
    claims: createClaims(database, { ringSeconds: () => 20 }),
    restraint: { take: (most: number) => most, spare: () => {} },
    pace: createCallPace(database, 2),
    ring: async ({ operator }: { operator: { login: string } }) => {
      rung.push(operator.login)
    },
    onFault: (_what: string, cause: unknown) => t.fail(String(cause)),
  }
  t.match(await routeOnce(routing), { claimed: 2 })
  t.match(await routeOnce(routing), { claimed: 0 })
  t.equal(await routing.pace.isFree(), false, 'callbacks stand back')
  await pass(1)
  t.match(await routeOnce(routing), { claimed: 2 })
  await pass(1)
  t.match(await routeOnce(routing), { claimed: 1 })
  await pass(1)
  t.equal(new Set(rung).size, 5)
  const { rows } = await pool.query(`select count(*)::int as misses from presence where missed > 0`)
  t.strictSame(rows, [{ misses: 0 }])
})
