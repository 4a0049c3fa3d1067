import t from 'tap'
import { parseSchedule } from '../../src/schedules/parse-schedule.ts'
import { alwaysOpen, hoursOn } from '../../src/schedules/schedule.ts'
import { day, hotline, scheduleOf } from '../support/schedules.ts'

const hours = (from: number, to: number) => ({ from: from * 60, to: to * 60 })

t.test('absent, 24/7 and weekly 24/7 are all always open', async (t) => {
  for (const value of [undefined, '24/7', {}, { weekly: '24/7' }])
    t.same(scheduleOf(value), alwaysOpen('Europe/Moscow'))
})

t.test('hours are those of the day of the week', async (t) => {
  t.same(hoursOn(hotline, day('2026-11-23')), [hours(8, 20)])
  t.same(hoursOn(hotline, day('2026-11-27')), [hours(8, 20)])
  t.same(hoursOn(hotline, day('2026-11-28')), [hours(9, 17)])
  t.same(hoursOn(hotline, day('2026-11-22')), [hours(10, 16)])
})

t.test(
  'a holiday has its own hours, but on a weekday keeps those of the day where that is asked',
  async (t) => {
    t.same(hoursOn(hotline, day('2026-11-04')), [hours(8, 20)])
    t.same(hoursOn(hotline, day('2026-11-29')), [hours(10, 14)])
    const own = scheduleOf({
      weekly: { 'mon-fri': ['08:00-20:00'] },
      holidays: { dates: ['2026-11-04'], hours: ['10:00-14:00'] },
    })
    t.same(hoursOn(own, day('2026-11-04')), [hours(10, 14)])
  },
)

t.test('days are named singly, in ranges that may go round the week, and in lists', async (t) => {
  const schedule = scheduleOf({
    weekly: { 'sat-mon': ['10:00-12:00'], 'tue,thu': ['08:00-09:00'], wed: [] },
  })
  t.same(schedule.week, [
    [hours(10, 12)],
    [hours(8, 9)],
    [],
    [hours(8, 9)],
    [],
    [hours(10, 12)],
    [hours(10, 12)],
  ])
})

t.test('a day has as many hours as it needs, in any order, also past midnight', async (t) => {
  const schedule = scheduleOf({
    weekly: { mon: ['22:00-02:00', '08:00-12:00', '13:00-17:00'], tue: ['00:00-24:00'] },
  })
  t.same(schedule.week[0], [hours(8, 12), hours(13, 17), hours(22, 26)])
  t.same(schedule.week[1], [hours(0, 24)])
})

t.test('a transfer exchanges a day off and a working day', async (t) => {
  const schedule = scheduleOf({
    weekly: { 'mon-fri': ['08:00-20:00'], sat: ['09:00-17:00'] },
    transfers: [{ from: '2026-11-23', to: '2026-11-28' }],
  })
  t.same(schedule.exceptions['2026-11-23'], { hours: [hours(9, 17)], working: false })
  t.same(schedule.exceptions['2026-11-28'], { hours: [hours(8, 20)], working: true })
})

t.test('a shortened day is a working day, also one that a transfer made', async (t) => {
  const schedule = scheduleOf({
    weekly: { 'mon-fri': ['08:00-20:00'] },
    transfers: [{ from: '2026-11-23', to: '2026-11-28' }],
    shortened: { dates: ['2026-11-03', '2026-11-28'], hours: ['08:00-16:00'] },
  })
  t.same(schedule.exceptions['2026-11-03'], { hours: [hours(8, 16)], working: true })
  t.same(schedule.exceptions['2026-11-28'], { hours: [hours(8, 16)], working: true })
})

t.test('a schedule may live in a zone of its own', async (t) => {
  t.equal(scheduleOf({ timezone: 'Asia/Kamchatka' }).timeZone, 'Asia/Kamchatka')
})

t.test('a schedule is frozen to the depth and survives JSON', async (t) => {
  t.ok(Object.isFrozen(hotline))
  t.ok(Object.isFrozen(hotline.week))
  t.ok(Object.isFrozen(hotline.week[0]?.[0]))
  t.ok(Object.isFrozen(hotline.exceptions['2026-11-29']))
  t.same(JSON.parse(JSON.stringify(hotline)), hotline)
})

t.test('all faults are told together, each by its key', async (t) => {
  const read = parseSchedule(
    {
      weekly: {
        'mon-fri': ['8-20', '10:00-10:00'],
        fri: ['09:00-12:00', '11:00-13:00'],
        someday: [],
        sun: '10:00-16:00',
      },
      holidays: { dates: ['2026-02-30', '2026-11-04', '2026-11-04'], weekdays: 'closed' },
      shortened: { dates: '2026-11-03', hours: ['25:00-26:00'] },
      transfers: [{ from: '2026-11-04' }, { from: '2026-11-05', to: '2026-11-05' }],
      hollidays: {},
    },
    'Europe/Moscau',
  )
  t.same('faults' in read ? read.faults : [], [
    'hollidays: unknown; known are weekly, holidays, shortened, transfers, timezone',
    'timezone: "Europe/Moscau" is not a time zone such as Europe/Moscow',
    'weekly.mon-fri[0]: "8-20" is not hours such as 08:00-20:00',
    'weekly.mon-fri[1]: "10:00-10:00" is not hours such as 08:00-20:00',
    'weekly.fri[1]: 11:00-13:00 overlaps with other hours of the day',
    'weekly.fri: fri is named twice',
    'weekly.someday: not a day or days such as sat, mon-fri',
    'weekly.sun: not a list of hours',
    'transfers[0].to: nothing is not a date such as 2026-11-04',
    'transfers[1].to: 2026-11-05 is moved twice',
    'holidays.hours: not a list of hours',
    'holidays.weekdays: "closed" is not "normal"',
    'holidays.dates[0]: "2026-02-30" is not a date such as 2026-11-04',
    'holidays.dates[2]: 2026-11-04 is named twice',
    'shortened.hours[0]: "25:00-26:00" is not hours such as 08:00-20:00',
    'shortened.dates: not a list of dates',
  ])
})

t.test('a date cannot be two things at once', async (t) => {
  const read = parseSchedule(
    {
      transfers: [{ from: '2026-11-02', to: '2026-11-07' }],
      holidays: { dates: ['2026-11-07', '2026-11-04'], hours: [] },
      shortened: { dates: ['2026-11-02', '2026-11-04'], hours: ['08:00-12:00'] },
    },
    'UTC',
  )
  t.same('faults' in read ? read.faults : [], [
    'holidays.dates: 2026-11-07 is also in transfers',
    'shortened.dates: 2026-11-02 is moved away by transfers',
    'shortened.dates: 2026-11-04 is also in holidays.dates',
  ])
})

t.test('what is not a schedule at all is told so', async (t) => {
  for (const value of [null, 7, 'always', []])
    t.same(parseSchedule(value, 'UTC'), { faults: ['schedule: neither 24/7 nor a map'] })
  t.same(parseSchedule({ weekly: 'sometimes' }, 'UTC'), {
    faults: ['weekly: neither 24/7 nor a map of days'],
  })
  t.same(parseSchedule({ transfers: {} }, 'UTC'), { faults: ['transfers: not a list'] })
  t.same(parseSchedule({}, '+03:00'), {
    faults: ['timezone: "+03:00" is not a time zone such as Europe/Moscow'],
  })
})
