import fc from 'fast-check'
import t from 'tap'
import { alwaysOpen } from '../../src/schedules/schedule.ts'
import {
  addWorkingDays,
  addWorkingTime,
  isWorkingDay,
  workingTimeBetween,
} from '../../src/schedules/working-time.ts'
import { at, day, hotline, scheduleOf, wall } from '../support/schedules.ts'

const office = scheduleOf({
  weekly: { 'mon-fri': ['09:00-13:00', '14:00-18:00'] },
  holidays: { dates: ['2026-11-04', '2027-01-01', '2027-01-02', '2027-01-03'], hours: [] },
  transfers: [{ from: '2026-11-06', to: '2026-11-07' }],
})
const hours = (n: number) => Temporal.Duration.from({ hours: n })

t.test(
  'working days are Monday to Friday but for holidays and transfers, whatever the hours',
  async (t) => {
    const rows: readonly [string, boolean][] = [
      ['2026-11-03', true],
      ['2026-11-04', false],
      ['2026-11-06', false],
      ['2026-11-07', true],
      ['2026-11-08', false],
    ]
    for (const [date, working] of rows) t.equal(isWorkingDay(office, day(date)), working, date)
    t.notOk(isWorkingDay(hotline, day('2026-11-04')), 'a holiday that keeps normal hours')
    t.notOk(isWorkingDay(hotline, day('2026-11-21')), 'a Saturday on which the line is open')
  },
)

t.test('a term in working days does not count its first day', async (t) => {
  const rows: readonly [string, number, string][] = [
    ['2026-11-23', 5, '2026-11-30'],
    ['2026-11-21', 5, '2026-11-27'],
    ['2026-11-02', 5, '2026-11-10'],
    ['2026-12-31', 1, '2027-01-04'],
    ['2026-11-03', 0, '2026-11-03'],
    ['2026-11-04', 0, '2026-11-05'],
    ['2026-11-09', -1, '2026-11-07'],
    ['2026-11-09', -5, '2026-10-30'],
  ]
  for (const [from, days, to] of rows)
    t.equal(addWorkingDays(office, day(from), days).toString(), to, `${from} ${days}`)
})

t.test('working time runs only while it is open', async (t) => {
  const rows: readonly [string, number, string][] = [
    ['2026-11-03T12:00+03:00', 2, '2026-11-03 15:00'],
    ['2026-11-03T12:00+03:00', 1, '2026-11-03 13:00'],
    ['2026-11-03T20:00+03:00', 1, '2026-11-05 10:00'],
    ['2026-11-05T17:00+03:00', 2, '2026-11-07 10:00'],
    ['2026-11-03T12:00+03:00', 40, '2026-11-11 12:00'],
  ]
  for (const [from, length, to] of rows)
    t.equal(wall(addWorkingTime(office, at(from), hours(length))), to, `${from} ${length}`)
})

t.test('a schedule that does not open any more has no end of working time', async (t) => {
  const never = scheduleOf({ weekly: {} })
  t.equal(addWorkingTime(never, at('2026-11-03T12:00Z'), hours(1)), null)
})

t.test('working time between two instants is that of the open hours, with a sign', async (t) => {
  const from = at('2026-11-03T12:00+03:00')
  const to = at('2026-11-05T10:30+03:00')
  t.equal(workingTimeBetween(office, from, to).toString(), 'PT6H30M')
  t.equal(workingTimeBetween(office, to, from).toString(), '-PT6H30M')
  t.equal(workingTimeBetween(alwaysOpen('UTC'), from, to).toString(), 'PT46H30M')
  t.equal(workingTimeBetween(office, from, from).toString(), 'PT0S')
})

t.test('the day on which the clocks change has an hour less or more', async (t) => {
  const berlin = scheduleOf({ weekly: { sun: ['00:00-08:00'] } }, 'Europe/Berlin')
  const between = (from: string, to: string) =>
    workingTimeBetween(berlin, at(from), at(to)).toString()
  t.equal(between('2026-03-28T00:00Z', '2026-03-30T00:00Z'), 'PT7H')
  t.equal(between('2026-10-24T00:00Z', '2026-10-26T00:00Z'), 'PT9H')
})

t.test('what is added is what lies between', async (t) => {
  fc.assert(
    fc.property(fc.nat({ max: 500_000 }), fc.integer({ min: 1, max: 6000 }), (start, minutes) => {
      const from = at('2026-01-01T00:00Z').add({ minutes: start })
      const to = addWorkingTime(office, from, Temporal.Duration.from({ minutes }))
      return to !== null && workingTimeBetween(office, from, to).total('minute') === minutes
    }),
    { numRuns: 60 },
  )
  t.pass('held')
})
