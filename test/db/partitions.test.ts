import t from 'tap'
import { ensurePartitions } from '../../src/db/partitions.ts'
import { testDatabase } from '../support/database.ts'

const now = Temporal.Instant.from('2026-12-31T23:30:00Z')
const { pool } = await testDatabase(t, { now })

const months = async (table: string): Promise<readonly string[]> => {
  const { rows } = await pool.query(
    'select inhrelid::regclass::text as name from pg_inherits where inhparent = $1::regclass',
    [table],
  )
  return rows.map(({ name }) => name).sort()
}

t.test('two months before and after the present one are there, across the year', async (t) => {
  t.same(await months('turns'), [
    'turns_2026_10',
    'turns_2026_11',
    'turns_2026_12',
    'turns_2027_01',
    'turns_2027_02',
  ])
})

t.test('nodes that ask together make each month once, beside calls in progress', async (t) => {
  const reader = await pool.connect()
  await reader.query('begin')
  await reader.query('select * from calls')
  const later = now.add({ hours: 24 * 40 })
  await Promise.all([1, 2, 3].map(() => ensurePartitions(pool, later)))
  await reader.query('rollback')
  reader.release()
  for (const table of ['calls', 'turns']) {
    t.match((await months(table)).at(-1), `${table}_2027_04`)
  }
})
