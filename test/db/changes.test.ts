import t from 'tap'
import { announce, changeTopics, listenToChanges } from '../../src/db/changes.ts'
import { testDatabase } from '../support/database.ts'

/** What was heard; `next` waits for one topic more. */
const listener = (t: { teardown(work: () => Promise<void>): unknown }, url: string) => {
  const heard: string[] = []
  const faults: Error[] = []
  let wake = () => {}
  const changes = listenToChanges(
    url,
    (topic) => {
      heard.push(topic)
      wake()
    },
    (cause) => faults.push(cause),
  )
  t.teardown(changes.close)
  const next = async () => {
    while (heard.length === 0) await new Promise<void>((done) => (wake = done))
    return heard.shift()
  }
  return { faults, next, close: changes.close }
}

t.test('what is announced is heard once it is committed; at first everything counts', async (t) => {
  const { url, kysely } = await testDatabase(t)
  const { next, faults } = listener(t, url)
  for (const topic of changeTopics) t.equal(await next(), topic)
  await kysely.transaction().execute(async (transaction) => {
    await announce(transaction, 'notices')
  })
  t.equal(await next(), 'notices')
  await t.rejects(
    kysely.transaction().execute(async (transaction) => {
      await announce(transaction, 'notices')
      throw new Error('no')
    }),
  )
  await announce(kysely, 'flows')
  t.equal(await next(), 'flows')
  t.strictSame(faults, [])
})

t.test('after a lost connection it connects again, and everything counts as changed', async (t) => {
  const { url, pool } = await testDatabase(t)
  const { next, faults } = listener(t, url)
  for (const topic of changeTopics) t.equal(await next(), topic)
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'hotline changes'`,
  )
  for (const topic of changeTopics) t.equal(await next(), topic)
  t.ok(faults.length > 0)
})

t.test('a database that is not there is tried again until it is closed', async (t) => {
  const { faults, close } = listener(t, 'postgres://nobody@127.0.0.1:1/nothing')
  while (faults.length < 2) await new Promise((done) => setTimeout(done, 5))
  await close()
  t.match(faults[0]?.message, 'ECONNREFUSED')
})
