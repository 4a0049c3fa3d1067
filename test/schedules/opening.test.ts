import fc from 'fast-check'
import t from 'tap'
import { isWithinHours, opening } from '../../src/schedules/opening.ts'
import { alwaysOpen, hoursOn, type Schedule } from '../../src/schedules/schedule.ts'
import { at, hotline, scheduleOf, wall } from '../support/schedules.ts'

const opened = (schedule: Schedule, text: string) => {
  const { open, until, next } = opening(schedule, at(text))
  return [open, wall(until, schedule.timeZone), wall(next, schedule.timeZone)]
}

t.test('the general line opens and closes by the clock of Moscow', async (t) => {
  const rows: readonly [string, boolean, string | null, string][] = [
    ['2026-11-20T08:00+03:00', true, '2026-11-20 20:00', '2026-11-21 09:00'],
    ['2026-11-20T07:59:59.999+03:00', false, null, '2026-11-20 08:00'],
    ['2026-11-20T19:59:59+03:00', true, '2026-11-20 20:00', '2026-11-21 09:00'],
    ['2026-11-20T20:00+03:00', false, null, '2026-11-21 09:00'],
    ['2026-11-21T23:00+03:00', false, null, '2026-11-22 10:00'],
    ['2026-11-04T15:00+03:00', true, '2026-11-04 20:00', '2026-11-05 08:00'],
    ['2026-11-29T13:00+03:00', true, '2026-11-29 14:00', '2026-11-30 08:00'],
    ['2026-11-29T15:00+03:00', false, null, '2026-11-30 08:00'],
    ['2026-12-31T21:00+03:00', false, null, '2027-01-01 08:00'],
    ['2028-02-29T12:00+03:00', true, '2028-02-29 20:00', '2028-03-01 08:00'],
  ]
  for (const [text, open, until, next] of rows)
    t.same(opened(hotline, text), [open, until, next], text)
})

t.test('a line without closing time has neither closing nor opening', async (t) => {
  t.same(opened(alwaysOpen('Asia/Kamchatka'), '2026-11-20T08:00Z'), [true, null, null])
})

t.test('a line that never opens has neither', async (t) => {
  t.same(opened(scheduleOf({ weekly: {} }), '2026-11-20T08:00Z'), [false, null, null])
})

t.test(
  'a closed week does not hide an exceptional opening, nor an open one a closing',
  async (t) => {
    const once = scheduleOf({
      weekly: {},
      holidays: { dates: ['2027-05-09'], hours: ['10:00-14:00'] },
    })
    t.same(opened(once, '2026-11-20T08:00Z'), [false, null, '2027-05-09 10:00'])
    t.same(opened(once, '2027-05-09T08:00Z'), [true, '2027-05-09 14:00', null])
    t.same(opened(once, '2027-05-10T08:00Z'), [false, null, null])
    const closedOnce = scheduleOf({
      weekly: '24/7',
      holidays: { dates: ['2027-01-01'], hours: [] },
    })
    t.same(opened(closedOnce, '2026-11-20T08:00Z'), [true, '2027-01-01 00:00', '2027-01-02 00:00'])
    t.same(opened(closedOnce, '2027-01-02T08:00Z'), [true, null, null])
  },
)

t.test('hours past midnight belong to the day on which they began', async (t) => {
  const night = scheduleOf({
    weekly: { fri: ['22:00-02:00'], sat: ['08:00-12:00', '13:00-17:00'] },
  })
  t.same(opened(night, '2026-11-21T01:00+03:00'), [true, '2026-11-21 02:00', '2026-11-21 08:00'])
  t.same(opened(night, '2026-11-21T12:30+03:00'), [false, null, '2026-11-21 13:00'])
})

t.test('hours that touch at midnight are not a closing', async (t) => {
  const schedule = scheduleOf({ weekly: { fri: ['08:00-24:00'], sat: ['00:00-06:00'] } })
  t.same(opened(schedule, '2026-11-20T23:59+03:00'), [true, '2026-11-21 06:00', '2026-11-27 08:00'])
})

t.test(
  'where the clocks go forward, skipped hours open at the first instant after the gap',
  async (t) => {
    const berlin = scheduleOf({ weekly: { sun: ['02:30-06:00'] } }, 'Europe/Berlin')
    t.same(opened(berlin, '2026-03-29T00:00Z'), [false, null, '2026-03-29 03:00'])
    const inside = scheduleOf({ weekly: { sun: ['02:10-02:50'] } }, 'Europe/Berlin')
    t.same(opened(inside, '2026-03-29T00:00Z'), [false, null, '2026-04-05 02:10'])
    const newYork = scheduleOf({ weekly: { sun: ['01:00-02:30'] } }, 'America/New_York')
    const { until } = opening(newYork, at('2026-03-08T06:30Z'))
    t.ok(until?.equals(at('2026-03-08T07:00Z')))
  },
)

t.test('where the clocks go back, the doubled hour opens once', async (t) => {
  const berlin = scheduleOf({ weekly: { sun: ['02:10-02:50'] } }, 'Europe/Berlin')
  const { open, until, next } = opening(berlin, at('2026-10-25T00:20Z'))
  t.ok(open)
  t.ok(until?.equals(at('2026-10-25T00:50Z')))
  t.ok(next?.equals(at('2026-11-01T01:10Z')))
  t.notOk(opening(berlin, at('2026-10-25T01:20Z')).open)
})

t.test('a window lies within hours only from its beginning to its end', async (t) => {
  const within = (from: string, to: string) =>
    isWithinHours(hotline, { from: at(from), to: at(to) })
  t.ok(within('2026-11-20T18:00+03:00', '2026-11-20T20:00+03:00'))
  t.notOk(within('2026-11-20T18:00+03:00', '2026-11-20T20:00:01+03:00'))
  t.notOk(within('2026-11-20T07:00+03:00', '2026-11-20T09:00+03:00'))
  t.notOk(within('2026-11-20T10:00+03:00', '2026-11-20T10:00+03:00'))
  t.notOk(within('2026-11-20T12:00+03:00', '2026-11-20T10:00+03:00'))
})

const clock = fc
  .nat({ max: 95 })
  .map(
    (n) => `${String(Math.floor(n / 4)).padStart(2, '0')}:${String((n % 4) * 15).padStart(2, '0')}`,
  )
const hours = fc.tuple(clock, clock).filter(([from, to]) => from !== to)
const list = fc.option(hours, { nil: null }).map((pair) => (pair === null ? [] : [pair.join('-')]))
const zone = fc.constantFrom('Europe/Berlin', 'America/New_York', 'Europe/Moscow', 'Asia/Kamchatka')
const anySchedule = fc
  .tuple(fc.array(list, { minLength: 7, maxLength: 7 }), list, zone)
  .map(([[mon, tue, wed, thu, fri, sat, sun], special, timeZone]) =>
    scheduleOf(
      {
        weekly: { mon, tue, wed, thu, fri, sat, sun },
        holidays: { dates: ['2026-03-30', '2026-10-24', '2026-11-01'], hours: special },
      },
      timeZone,
    ),
  )
const anyInstant = fc
  .integer({ min: 0, max: 365 * 24 * 60 })
  .map((minutes) => at('2026-01-01T00:00Z').add({ minutes }))

/** Looks only at the wall: true wherever the clocks are not being changed. */
const openByTheWall = (schedule: Schedule, instant: Temporal.Instant): boolean => {
  const now = instant.toZonedDateTimeISO(schedule.timeZone)
  const minute = now.hour * 60 + now.minute
  const yesterday = hoursOn(schedule, now.toPlainDate().subtract({ days: 1 }))
  return (
    hoursOn(schedule, now.toPlainDate()).some(({ from, to }) => from <= minute && minute < to) ||
    yesterday.some(({ from, to }) => from <= minute + 1440 && minute + 1440 < to)
  )
}

const nearClockChange = (schedule: Schedule, instant: Temporal.Instant): boolean => {
  const offset = (hours: number) =>
    instant.add({ hours }).toZonedDateTimeISO(schedule.timeZone).offsetNanoseconds
  return offset(-3) !== offset(3)
}

t.test('it is open exactly when the wall says so', async (t) => {
  fc.assert(
    fc.property(anySchedule, anyInstant, (schedule, instant) => {
      fc.pre(!nearClockChange(schedule, instant))
      return opening(schedule, instant).open === openByTheWall(schedule, instant)
    }),
    { numRuns: 300 },
  )
  t.pass('held')
})

t.test('changes lie ahead, and it flips exactly there', async (t) => {
  fc.assert(
    fc.property(anySchedule, anyInstant, (schedule, instant) => {
      const { open, until, next } = opening(schedule, instant)
      const change = open ? until : next
      if (change === null) return true
      const before = opening(schedule, change.subtract({ nanoseconds: 1 }))
      const after = opening(schedule, change)
      const ahead = Temporal.Instant.compare(instant, change) < 0
      const order = until === null || next === null || Temporal.Instant.compare(until, next) < 0
      return ahead && order && before.open === open && after.open !== open
    }),
    { numRuns: 200 },
  )
  t.pass('held')
})
