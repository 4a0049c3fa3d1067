import t from 'tap'
import { openDatabase } from '../../src/db/database.ts'
import { testDatabase } from '../support/database.ts'

const { url } = await testDatabase(t)

const opened = (connectTimeout: string) => {
  const address = new URL(url)
  address.searchParams.set('connect_timeout', connectTimeout)
  const database = openDatabase(address.href, { max: 1 })
  t.teardown(database.close)
  return database.pool
}

t.test('a connection is waited for as long as the URL says', async (t) => {
  const patient = opened('60')
  const taken = await patient.connect()
  const waiting = patient.query('select 1 as one')
  const other = opened('60')
  await other.query('select 1')
  taken.release()
  t.match((await waiting).rows, [{ one: 1 }])

  const hasty = opened('0.01')
  const held = await hasty.connect().catch((fault: Error) => fault)
  if (held instanceof Error) return t.match(held.message, /timeout/, 'nor a new one')
  await t.rejects(hasty.query('select 1'), /timeout/)
  held.release()
})
