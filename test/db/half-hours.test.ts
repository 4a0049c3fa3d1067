import t from 'tap'
import { createHalfHours } from '../../src/db/half-hours.ts'
import { testDatabase } from '../support/database.ts'
import { addOperator } from '../support/queue-scene.ts'

const database = await testDatabase(t)
const { pool } = database
const read = createHalfHours(database)

const days = ['2026-11-17', '2026-11-24'].map((day) => Temporal.PlainDate.from(day))

/** A place as it is left behind, made when its waiting began. */
const place = async (since: string, more: Readonly<Record<string, unknown>> = {}) => {
  const row = {
    ...{ call_sid: `CA${since}`, phone: '+79161234567', queue: 'general', language: 'ru-RU' },
    ...{ skills: [], priority: 0, since, rank_at: since, mode: 'hold', state: 'ended' },
    ...{ result: 'left', ended_at: since, bridged_at: null, made_at: since },
    ...more,
  }
  await pool.query(
    `insert into places
     select p.* from jsonb_populate_record(null::places, $1::jsonb || jsonb_build_object(
       'changed_at', now(), 'id', uuidv7(($1 ->> 'made_at')::timestamptz - clock_timestamp()))) p`,
    [JSON.stringify(row)],
  )
}

t.test('people count where their waiting began, by the clock of the lines', async (t) => {
  await place('2026-11-23T20:59:59Z')
  await place('2026-11-23T21:00:00Z')
  await place('2026-11-24T07:29:59Z', { result: 'served', bridged_at: '2026-11-24T07:31:00Z' })
  await place('2026-11-24T07:00:01Z')
  await place('2026-11-24T07:10:00Z', { mode: 'callback', result: 'unreached' })
  await place('2026-11-24T20:59:59Z', { queue: 'other', result: 'timeout' })
  await place('2026-11-24T21:00:00Z')
  await place('2026-11-17T07:00:00Z')
  const found = await read(days, 'Europe/Moscow')
  t.strictSame(
    found
      .map(({ day, queue, halfHour, ...counts }) => [
        `${day} ${queue} ${halfHour}`,
        ...Object.values(counts),
      ])
      .sort(),
    [
      ['2026-11-17 general 20', 1, 0, 1],
      ['2026-11-24 general 0', 1, 0, 1],
      ['2026-11-24 general 20', 3, 1, 1],
      ['2026-11-24 other 47', 1, 0, 0],
    ],
  )
  const inTheEast = await read([Temporal.PlainDate.from('2026-11-24')], 'Asia/Vladivostok')
  t.strictSame(inTheEast.map(({ halfHour, offered }) => [halfHour, offered]).sort(), [
    [13, 1],
    [14, 1],
    [34, 3],
  ])
})

t.test('who was handed on, and an operator who asks a colleague, came once', async (t) => {
  await pool.query('truncate places cascade')
  await addOperator(database, 'anna')
  await place('2026-11-24T07:00:00Z', { call_sid: 'CAcaller' })
  await place('2026-11-24T07:00:00Z', { call_sid: 'CAcaller', made_at: '2026-11-24T07:04:00Z' })
  await place('2026-11-24T07:05:00Z', { call_sid: 'CAleg' })
  await pool.query(
    `insert into reservations (place_id, login, leg_sid, state, outcome, lease_until, ended_at)
     select id, 'anna', 'CAleg', 'ended', 'served', now(), now() from places limit 1`,
  )
  const found = await read(days, 'Europe/Moscow')
  t.match(found, [{ halfHour: 20, offered: 1 }])
})
