import t from 'tap'
import { testDatabase } from './database.ts'
import { emptyTables } from './empty-tables.ts'

const { pool } = await testDatabase(t)

const isLocked = async (table: string): Promise<boolean> => {
  const { rows } = await pool.query(
    `select from pg_locks where relation = $1::regclass and mode = 'AccessExclusiveLock' and granted`,
    [table],
  )
  return rows.length > 0
}

t.test('a reader who comes to the tables in another order is let pass', async (t) => {
  await pool.query('create table one (id int); create table other (id int)')
  await pool.query('insert into one values (1); insert into other values (1)')
  const reader = await pool.connect()
  t.teardown(() => reader.release())
  await reader.query('begin; select from other')
  const emptied = emptyTables(pool, 'one, other')
  while (!(await isLocked('one')));
  t.strictSame((await reader.query('select id from one')).rows, [{ id: 1 }])
  await reader.query('commit')
  await emptied
  t.strictSame((await pool.query('select from one, other')).rows, [])
})
