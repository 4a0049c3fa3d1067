import t from 'tap'
import { changeCase } from '../../src/cases/change-case.ts'
import { createCase, type NewCase } from '../../src/cases/create-case.ts'
import { findCase } from '../../src/cases/find-case.ts'
import { createCaseStore } from '../../src/db/cases.ts'
import type { Schedule } from '../../src/schedules/schedule.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase(t)
const schedule: Schedule = {
  timeZone: 'Europe/Moscow',
  week: Array.from({ length: 7 }, () => []),
  exceptions: { '2027-01-04': { hours: [], working: false } },
}
let now = Temporal.Instant.from('2026-12-31T20:59:00Z')
const ports = {
  cases: createCaseStore(database),
  clock: { now: () => now },
  schedule: () => schedule,
}

const created = async (draft: Partial<NewCase> = {}) => {
  const result = await createCase(ports, { phone: '89161234567', service: 'паспорт', ...draft })
  if (result.kind !== 'created') throw new Error(result.kind)
  return result
}

t.test('fifty cases at once get numbers without gap or duplicate', async (t) => {
  const all = await Promise.all(Array.from({ length: 50 }, () => created()))
  t.same(
    all.map((one) => one.created.number).sort(),
    Array.from({ length: 50 }, (_, at) => `RU-2026-${String(at + 1).padStart(6, '0')}`),
  )
  for (const { accessCode } of all) t.match(accessCode, /^\d{4}$/)
})

t.test('a case that is not stored gives its number back', async (t) => {
  await t.rejects(created({ service: 'a\u0000b', region: 'TT' }))
  t.equal((await created({ region: 'TT' })).created.number, 'TT-2026-000001')
})

t.test('numbers begin anew with the year of the time zone', async (t) => {
  now = Temporal.Instant.from('2026-12-31T21:00:00Z')
  t.equal((await created()).created.number, 'RU-2027-000001')
})

t.test('the term is five working days, ten after a clarification, and never shorter', async (t) => {
  now = Temporal.Instant.from('2026-12-28T09:00:00Z')
  const { created: registered, accessCode } = await created({ applicantName: 'Ольга' })
  // Tuesday to Friday are four, Monday the 4th is a holiday, Tuesday the 5th is the fifth.
  t.equal(registered.expectedOn.toString(), '2027-01-05')
  t.match(registered, { phone: '+79161234567', status: 'registered', applicantName: 'Ольга' })
  now = now.add({ hours: 24 })
  const asked = await changeCase(ports, registered.number, {
    status: 'awaiting-clarification',
    note: 'нужна справка',
  })
  t.match(asked, { status: 'awaiting-clarification', note: 'нужна справка' })
  t.equal(asked?.expectedOn.toString(), '2027-01-12')
  const back = await changeCase(ports, registered.number, { status: 'in-progress' })
  t.equal(back?.expectedOn.toString(), '2027-01-12')
  t.equal(back?.note, null)
  const keyed = registered.number.replace(/\D/g, '')
  t.same(JSON.stringify(await findCase(ports, keyed)), JSON.stringify(back))
  const history = await database.kysely
    .selectFrom('case_changes')
    .select(['position', 'status'])
    .where('case_number', '=', registered.number)
    .orderBy('position')
    .execute()
  t.same(
    history.map(({ status }) => status),
    ['registered', 'awaiting-clarification', 'in-progress'],
  )
  const { rows } = await database.pool.query('select * from cases')
  t.notMatch(JSON.stringify(rows), new RegExp(`"${accessCode}"`), 'no code in clear')
})

t.test('what is no number or no case is not found', async (t) => {
  t.equal(await findCase(ports, 'RU-2026-999999'), null)
  t.equal(await findCase(ports, 'nonsense'), null)
  t.equal(await changeCase(ports, 'RU-2026-999999', { status: 'closed' }), null)
  t.same(await createCase(ports, { phone: 'anonymous', service: 'x' }), { kind: 'invalid-phone' })
})
