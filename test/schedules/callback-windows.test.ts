import fc from 'fast-check'
import t from 'tap'
import { callbackWindows, type WindowWish } from '../../src/schedules/callback-windows.ts'
import { isWithinHours } from '../../src/schedules/opening.ts'
import { alwaysOpen, type Schedule } from '../../src/schedules/schedule.ts'
import { at, day, hotline, scheduleOf, wall } from '../support/schedules.ts'

const usual: WindowWish = { lengthMinutes: 120, count: 5, leadMinutes: 30 }

const offered = (schedule: Schedule, from: string, wish: Partial<WindowWish> = {}) =>
  callbackWindows(schedule, at(from), { ...usual, ...wish }).map(
    (window) =>
      `${wall(window.from, schedule.timeZone)}-${wall(window.to, schedule.timeZone)?.slice(11)}`,
  )

t.test('the next windows follow one another inside the hours', async (t) => {
  t.same(offered(hotline, '2026-11-20T13:10+03:00'), [
    '2026-11-20 14:00-16:00',
    '2026-11-20 16:00-18:00',
    '2026-11-20 18:00-20:00',
    '2026-11-21 09:00-11:00',
    '2026-11-21 11:00-13:00',
  ])
})

t.test('a window begins no sooner than the lead, on a whole hour', async (t) => {
  t.same(offered(hotline, '2026-11-20T13:30+03:00', { count: 1 }), ['2026-11-20 14:00-16:00'])
  t.same(offered(hotline, '2026-11-20T13:31+03:00', { count: 1 }), ['2026-11-20 15:00-17:00'])
})

t.test('no window reaches over closing time', async (t) => {
  t.same(offered(hotline, '2026-11-20T17:31+03:00', { count: 1 }), ['2026-11-21 09:00-11:00'])
})

t.test('hours that begin between whole hours give windows from the next whole hour', async (t) => {
  const schedule = scheduleOf({ weekly: { 'mon-sun': ['08:30-12:45'] } })
  t.same(offered(schedule, '2026-11-20T00:00+03:00', { count: 2 }), [
    '2026-11-20 09:00-11:00',
    '2026-11-21 09:00-11:00',
  ])
})

t.test('windows of one day are asked for by its date', async (t) => {
  t.same(offered(hotline, '2026-11-20T13:10+03:00', { day: day('2026-11-22') }), [
    '2026-11-22 10:00-12:00',
    '2026-11-22 12:00-14:00',
    '2026-11-22 14:00-16:00',
  ])
  t.same(offered(hotline, '2026-11-20T18:10+03:00', { day: day('2026-11-20') }), [])
  t.same(offered(hotline, '2026-11-20T18:10+03:00', { day: day('2026-11-19') }), [])
  t.same(offered(hotline, '2026-11-20T18:10+03:00', { day: day('2027-11-19') }), [])
})

t.test('a line that never opens, or never for long enough, has no windows', async (t) => {
  t.same(offered(scheduleOf({ weekly: {} }), '2026-11-20T13:10+03:00'), [])
  t.same(
    offered(scheduleOf({ weekly: { 'mon-sun': ['08:00-09:00'] } }), '2026-11-20T13:10+03:00'),
    [],
  )
})

t.test('a line that is always open has windows around the clock', async (t) => {
  t.same(offered(alwaysOpen('Asia/Kamchatka'), '2026-11-20T22:10+12:00', { count: 2 }), [
    '2026-11-20 23:00-01:00',
    '2026-11-21 01:00-03:00',
  ])
})

t.test('zones of half an hour have whole hours of their own', async (t) => {
  t.same(offered(alwaysOpen('Asia/Kolkata'), '2026-11-20T10:00+05:30', { count: 1 }), [
    '2026-11-20 11:00-13:00',
  ])
})

t.test('no window is offered in which the clocks change', async (t) => {
  const spring = offered(alwaysOpen('Europe/Berlin'), '2026-03-28T23:00+01:00', {
    count: 3,
    leadMinutes: 0,
  })
  t.same(spring, ['2026-03-28 23:00-01:00', '2026-03-29 04:00-06:00', '2026-03-29 06:00-08:00'])
  const autumn = offered(alwaysOpen('America/New_York'), '2026-10-31T23:00-04:00', {
    count: 3,
    leadMinutes: 0,
  })
  t.same(autumn, ['2026-10-31 23:00-01:00', '2026-11-01 02:00-04:00', '2026-11-01 04:00-06:00'])
})

t.test(
  'every window offered is open, ahead, of the asked length and on a whole hour',
  async (t) => {
    fc.assert(
      fc.property(
        fc.nat({ max: 525_600 }),
        fc.constantFrom(60, 90, 120, 180),
        fc.nat({ max: 300 }),
        (minutes, lengthMinutes, leadMinutes) => {
          const now = at('2026-01-01T00:00Z').add({ minutes })
          const windows = callbackWindows(hotline, now, { lengthMinutes, leadMinutes, count: 4 })
          return (
            windows.length === 4 &&
            windows.every(
              (window, index) =>
                isWithinHours(hotline, window) &&
                Temporal.Instant.compare(now.add({ minutes: leadMinutes }), window.from) <= 0 &&
                window.from.until(window.to).total('minute') === lengthMinutes &&
                wall(window.from)?.endsWith(':00') === true &&
                Temporal.Instant.compare(windows[index - 1]?.to ?? now, window.from) <= 0,
            )
          )
        },
      ),
      { numRuns: 80 },
    )
    t.pass('held')
  },
)
