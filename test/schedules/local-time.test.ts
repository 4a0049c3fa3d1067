import fc from 'fast-check'
import t from 'tap'
import { instantAt, localIso } from '../../src/schedules/local-time.ts'
import { at, day } from '../support/schedules.ts'

t.test('a local time has one instant, also where the clocks change', async (t) => {
  const rows: readonly [string, number, string, string][] = [
    ['2026-11-21', 480, 'Europe/Moscow', '2026-11-21T05:00Z'],
    ['2026-11-21', 1440, 'Europe/Moscow', '2026-11-21T21:00Z'],
    ['2026-11-21', 1560, 'Asia/Kamchatka', '2026-11-21T14:00Z'],
    ['2026-02-28', 1500, 'Asia/Kamchatka', '2026-02-28T13:00Z'],
    ['2026-03-29', 119, 'Europe/Berlin', '2026-03-29T00:59Z'],
    ['2026-03-29', 120, 'Europe/Berlin', '2026-03-29T01:00Z'],
    ['2026-03-29', 150, 'Europe/Berlin', '2026-03-29T01:00Z'],
    ['2026-03-29', 180, 'Europe/Berlin', '2026-03-29T01:00Z'],
    ['2026-10-25', 120, 'Europe/Berlin', '2026-10-25T00:00Z'],
    ['2026-10-25', 150, 'Europe/Berlin', '2026-10-25T00:30Z'],
    ['2026-10-25', 180, 'Europe/Berlin', '2026-10-25T02:00Z'],
    ['2026-03-08', 150, 'America/New_York', '2026-03-08T07:00Z'],
    ['2026-11-01', 90, 'America/New_York', '2026-11-01T05:30Z'],
    ['2026-03-28', 1440 + 150, 'Europe/Berlin', '2026-03-29T01:00Z'],
  ]
  for (const [date, minutes, zone, instant] of rows)
    t.ok(instantAt(day(date), minutes, zone).equals(at(instant)), `${date} +${minutes} ${zone}`)
})

t.test('later local times never have an earlier instant', async (t) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 730 }),
      fc.nat({ max: 2880 }),
      fc.nat({ max: 2880 }),
      fc.constantFrom(
        'Europe/Berlin',
        'America/New_York',
        'Europe/Moscow',
        'Australia/Lord_Howe',
        'Africa/Cairo',
      ),
      (days, one, other, zone) => {
        const date = day('2026-01-01').add({ days })
        const [first, second] = [Math.min(one, other), Math.max(one, other)]
        return (
          Temporal.Instant.compare(instantAt(date, first, zone), instantAt(date, second, zone)) <= 0
        )
      },
    ),
  )
  t.pass('held')
})

t.test('an instant is written with milliseconds and the offset of its zone', async (t) => {
  t.equal(
    localIso(at('2026-11-21T19:03:07.123Z'), 'Europe/Moscow'),
    '2026-11-21T22:03:07.123+03:00',
  )
  t.equal(localIso(at('2026-11-21T19:03:07Z'), 'Asia/Kamchatka'), '2026-11-22T07:03:07.000+12:00')
})
