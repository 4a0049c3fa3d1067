import pg from 'pg'
import t from 'tap'
import { isDatabaseAway } from '../../src/db/failures.ts'

const databaseError = (code: string) =>
  Object.assign(new pg.DatabaseError('told by the server', 0, 'error'), { code })

t.test("a database that is away is known by its codes and its driver's words", async (t) => {
  t.ok(isDatabaseAway(databaseError('57P01')), 'shutting down')
  t.ok(isDatabaseAway(databaseError('53300')), 'too many connections')
  t.ok(isDatabaseAway(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })))
  t.ok(isDatabaseAway(new Error('Connection terminated unexpectedly')))
})

t.test('faults of requests and of the code are not taken for it', async (t) => {
  t.notOk(isDatabaseAway(databaseError('23505')), 'a unique key')
  t.notOk(isDatabaseAway(new TypeError('x is not a function')))
  t.notOk(isDatabaseAway(Object.assign(new Error('bad'), { statusCode: 400 })))
  t.notOk(isDatabaseAway('text'))
})
