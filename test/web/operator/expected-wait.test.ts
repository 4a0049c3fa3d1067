import t from 'tap'
import { createPlaceStore } from '../../../src/db/places.ts'
import { createWaitHistory } from '../../../src/db/wait-history.ts'
import { createEstimates } from '../../../src/queues/estimates.ts'
import { expectedWaitOf } from '../../../src/queues/spoken-wait.ts'
import { givenOperators, openConsole, signIn } from '../../support/console.ts'
import { addOperator, placeOf } from '../../support/queue-scene.ts'
import { startTestServer } from '../../support/server.ts'

t.test('a caller, the board and the API are told the same wait', async (t) => {
  const server = await startTestServer(t)
  const { database, api, url } = server
  const { pool } = database
  const wish = { queue: 'services', skills: ['services'] }
  for (const login of ['anna', 'boris', 'clara'])
    await addOperator(database, login, { skills: wish.skills, state: 'talking' })
  // Thirty talks of ten minutes: nobody would reckon with four any more.
  await pool.query(
    `with p as (
       insert into places (call_sid, phone, queue, language, skills, priority, since, rank_at, mode,
                           state, result, bridged_at, ended_at)
       select 'CAbefore' || n, '+7916000' || n, 'services', 'ru-RU', '{services}', 0,
              now() - interval '12 min', now() - interval '12 min', 'hold', 'ended', 'served',
              now() - interval '11 min', now() - interval '1 min'
         from generate_series(10, 39) n returning id, call_sid
     ), r as (
       insert into reservations (place_id, login, state, outcome, lease_until, ended_at)
       select id, 'anna', 'ended', 'served', now(), now() from p returning id, place_id
     )
     insert into talks (place_id, reservation_id, call_sid, login, conference, started_at, ended_at,
                        written_up_at)
     select p.id, r.id, p.call_sid, 'anna', 'room', now() - interval '11 min',
            now() - interval '1 min', now() - interval '1 min'
       from p join r on r.place_id = p.id`,
  )
  const rung = await placeOf(database, wish)
  await pool.query(`update places set state = 'reserved' where id = $1`, [rung.id])
  await pool.query(
    `with r as (insert into reservations (place_id, login, lease_until)
                values ($1, 'clara', now() + interval '1 hour') returning login)
     update presence p set state = 'reserved' from r where p.login = r.login`,
    [rung.id],
  )
  for (let waiting = 0; waiting < 4; waiting++) await placeOf(database, wish)

  await givenOperators(server, { login: 'vera', role: 'supervisor' })
  const board = await openConsole(t, url, await signIn(url, 'vera'))
  const { queues } = await board.until(() => true)
  const onBoard = queues.find(({ name }) => name === 'services')?.expectedWait ?? 0
  const { items } = JSON.parse((await api('/queues')).body) as {
    items: { queue: string; expectedWait: number }[]
  }
  const byApi = items.find(({ queue }) => queue === 'services')?.expectedWait
  t.equal(onBoard, byApi)
  t.ok(onBoard > 600, `the talks before count: ${onBoard} s`)

  const estimates = createEstimates(
    createWaitHistory(database),
    () => ['services'],
    () => performance.now(),
  )
  const next = await placeOf(database, wish)
  const standing = await createPlaceStore(database).standing(next.id)
  if (standing === null) throw new Error('no place')
  t.equal(Math.round((await expectedWaitOf(standing, estimates)) ?? 0), onBoard)
})
