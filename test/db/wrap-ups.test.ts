import t from 'tap'
import { testDatabase } from '../support/database.ts'

t.test('ending what is written up costs no more for each talk of a busy first day', async (t) => {
  const database = await testDatabase(t)
  await database.pool.query(
    `with o as (
       insert into operators (login, name, password_hash, role, skills, languages, contact)
       select 'op' || n, 'Operator', '', 'operator', '{}', '{ru-RU}', 'client:op'
         from generate_series(1, 100) n
       returning login
     )
     insert into presence (login, state) select login, 'break' from o`,
  )
  await database.pool.query('analyze')
  const client = await database.pool.connect()
  t.teardown(() => client.release())
  // As every router does each second: what the database has planned on empty tables stays for a while.
  const end = () => client.query({ name: 'end', text: 'select end_wrap_ups(null)' })
  for (let times = 0; times < 10; times++) await end()
  await database.pool.query(
    `with p as (
       insert into places (phone, queue, language, skills, priority, since, rank_at, mode, call_sid,
                           state, result, ended_at)
       select '+79161234567', 'general', 'ru-RU', '{}', 0, now(), now(), 'hold', 'CA' || n,
              'ended', 'served', now()
         from generate_series(1, 300) n
       returning id, call_sid
     ), r as (
       insert into reservations (place_id, login, state, outcome, lease_until, ended_at)
       select id, 'op1', 'ended', 'served', now(), now() from p
       returning id, place_id
     )
     insert into talks (place_id, reservation_id, call_sid, login, conference, started_at, ended_at)
     select p.id, r.id, p.call_sid, 'op1', p.call_sid, now(), now()
       from r join p on p.id = r.place_id`,
  )
  const talksRead = async () => {
    const { rows } = await client.query<{ read: number }>(
      `select coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) as read
         from pg_stat_xact_user_tables where relname = 'talks'`,
    )
    return rows[0]?.read ?? 0
  }
  await client.query('begin')
  const before = await talksRead()
  await end()
  const read = (await talksRead()) - before
  t.ok(read <= 300, `${read} of 300`)
  await client.query('rollback')
})
