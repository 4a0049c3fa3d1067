import { type Kysely, sql } from 'kysely'
import t from 'tap'
import type { DB } from '../../src/db/schema.ts'
import { testDatabase } from '../support/database.ts'

const { kysely } = await testDatabase(t)

/** Statements are prepared a connection: all of a test goes over one. */
const onOne = (work: (on: Kysely<DB>) => Promise<void>) => kysely.connection().execute(work)

const preparedWith = (word: string) =>
  sql<{ statement: string }>`
    select statement from pg_prepared_statements where position(${sql.lit(word)} in statement) > 0
      and position('pg_prepared_statements' in statement) = 0`

t.test('what is asked again with parameters is prepared, once for all values', async (t) => {
  await onOne(async (on) => {
    for (const number of [1, 2, 3, 4]) {
      const { rows } = await sql`select ${number}::int + 1 as apple`.execute(on)
      t.strictSame(rows, [{ apple: number + 1 }])
    }
    t.equal((await preparedWith('apple').execute(on)).rows.length, 1)
    for (let times = 0; times < 3; times++) await sql`select 7 as pear`.execute(on)
    await sql`select ${1}::int as plum`.execute(on)
    t.strictSame((await preparedWith('pear').execute(on)).rows, [], 'nothing to leave open')
    t.strictSame((await preparedWith('plum').execute(on)).rows, [], 'asked but once')
  })
})

t.test('a statement that takes whatever columns there are survives a migration', async (t) => {
  await sql`create table fruits (name text)`.execute(kysely)
  await sql`insert into fruits values ('fig')`.execute(kysely)
  await onOne(async (on) => {
    const read = () => sql`select * from fruits where name = ${'fig'}`.execute(on)
    for (let times = 0; times < 3; times++) t.strictSame((await read()).rows, [{ name: 'fig' }])
    await sql`alter table fruits add column color text`.execute(on)
    t.strictSame((await read()).rows, [{ name: 'fig', color: null }])
  })
})
