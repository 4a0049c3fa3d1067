import t from 'tap'
import { together } from '../../src/db/together.ts'
import { testDatabase } from '../support/database.ts'

const { pool } = await testDatabase(t, { empty: true })
await pool.query(
  `create table counted (id text primary key, times integer not null check (times < 9))`,
)
t.beforeEach(() => pool.query(`truncate counted`))

/** Adds to a count and answers it; how many statements that took. */
const counting = () => {
  let statements = 0
  const told = new Proxy(pool, {
    get: (of, name) =>
      name === 'query'
        ? (query: Parameters<typeof pool.query>[0]) => {
            statements += 1
            return of.query(query)
          }
        : Reflect.get(of, name),
  })
  const add = together<{ readonly times: number }>(told, {
    name: 'count',
    text: `
      with asked as (
        select * from unnest($1::text[], $2::int[]) with ordinality as a (id, times, nr)
      ), added as (
        insert into counted select id, times from asked where times > 0
        on conflict (id) do update set times = counted.times + excluded.times
        returning id, times
      )
      select a.nr, n.times from asked a join added n using (id)`,
  })
  return { add, statements: () => statements }
}

t.test('many at once share a statement, and each has its own answer', async (t) => {
  const { add, statements } = counting()
  const answers = await Promise.all([add('a', 1), add('b', 2), add('none', 0), add('c', 3)])
  t.strictSame(
    answers.map((row) => row?.times ?? null),
    [1, 2, null, 3],
  )
  t.equal(statements(), 1)
})

t.test('two for the same are done one after the other', async (t) => {
  const { add, statements } = counting()
  const answers = await Promise.all([add('a', 1), add('a', 1), add('b', 1)])
  t.strictSame(answers.map((row) => row?.times).toSorted(), [1, 1, 2])
  t.equal(statements(), 2)
})

t.test('what one gets wrong harms nobody who shares its statement', async (t) => {
  const { add } = counting()
  const [good, bad, other] = await Promise.allSettled([add('a', 1), add('b', 9), add('c', 1)])
  t.match(good, { status: 'fulfilled', value: { times: 1 } })
  t.match(bad, { status: 'rejected', reason: { code: '23514' } })
  t.match(other, { status: 'fulfilled', value: { times: 1 } })
})
