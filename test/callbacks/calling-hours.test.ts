import t from 'tap'
import { callingSpan } from '../../src/callbacks/calling-hours.ts'
import { alwaysOpen } from '../../src/schedules/schedule.ts'
import { hotline } from '../support/schedules.ts'

const at = (local: string, zone = 'Europe/Moscow') =>
  Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant()

const moscow = '+74951234567'
const vladivostok = '+74232123456'
const mobile = '+79161234567'

/** As local times of Moscow; requested the day before unless said otherwise. */
const span = (
  now: string,
  phone: string,
  { requested = '2026-11-22T12:00', schedule = hotline } = {},
) => {
  const found = callingSpan(schedule, { phone, requestedAt: at(requested) }, at(now))
  const local = (instant: Temporal.Instant) =>
    instant
      .toZonedDateTimeISO('Europe/Moscow')
      .toPlainDateTime()
      .toString({ smallestUnit: 'minute' })
  return found === null ? null : [local(found.from), local(found.to)]
}

t.test('a telephone is rung while the line works', async (t) => {
  t.same(span('2026-11-24T10:00', mobile), ['2026-11-24T10:00', '2026-11-24T20:00'])
  t.same(span('2026-11-24T21:00', mobile), ['2026-11-25T08:00', '2026-11-25T20:00'])
  t.same(span('2026-11-24T21:00', moscow), ['2026-11-25T08:00', '2026-11-25T20:00'])
})

t.test('and while it is day where the person lives', async (t) => {
  // Seven hours ahead of Moscow: 22 o'clock there is 15 o'clock here.
  t.same(span('2026-11-24T10:00', vladivostok), ['2026-11-24T10:00', '2026-11-24T15:00'])
  t.same(span('2026-11-24T16:00', vladivostok), ['2026-11-25T08:00', '2026-11-25T15:00'])
})

t.test('who asked within the hour is awake', async (t) => {
  const requested = '2026-11-24T16:00'
  t.same(span('2026-11-24T16:10', vladivostok, { requested }), [
    '2026-11-24T16:10',
    '2026-11-24T17:00',
  ])
  t.same(span('2026-11-24T17:00', vladivostok, { requested }), [
    '2026-11-25T08:00',
    '2026-11-25T15:00',
  ])
  const schedule = alwaysOpen('Europe/Moscow')
  t.same(span('2026-11-24T02:30', mobile, { requested: '2026-11-24T02:29', schedule }), [
    '2026-11-24T02:30',
    '2026-11-24T03:29',
  ])
})

t.test('a line that never opens is never rung from', async (t) => {
  const schedule = { ...alwaysOpen('Europe/Moscow'), week: Array.from({ length: 7 }, () => []) }
  t.equal(span('2026-11-24T10:00', mobile, { schedule }), null)
})
