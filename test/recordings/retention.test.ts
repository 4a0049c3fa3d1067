import fc from 'fast-check'
import t from 'tap'
import { keptUntil } from '../../src/recordings/retention.ts'

const at = (text: string) => Temporal.Instant.from(text)
const kept = (text: string, zone = 'Europe/Moscow') => keptUntil(at(text), zone).toString()

t.test('a recording is kept for three years to the second', async (t) => {
  t.equal(kept('2026-11-21T10:00:00Z'), '2029-11-21T10:00:00Z')
  t.equal(kept('2026-12-31T22:59:59.999Z'), '2029-12-31T22:59:59.999Z')
})

t.test('what ended on 29 February is kept to 1 March, by the line’s own clock', async (t) => {
  t.equal(kept('2028-02-29T10:00:00Z'), '2031-03-01T10:00:00Z')
  t.equal(
    kept('2028-02-28T22:00:00Z'),
    '2031-02-28T22:00:00Z',
    'one o’clock of the 29th in Moscow: one o’clock of 1 March',
  )
  t.equal(kept('2028-02-29T22:00:00Z'), '2031-03-01T22:00:00Z', 'still the 29th by UTC')
})

t.test('where clocks were put forward meanwhile, the later of both counts', async (t) => {
  t.equal(kept('2026-03-28T12:00:00Z', 'Europe/Berlin'), '2029-03-28T12:00:00Z')
  t.equal(kept('2026-03-27T12:00:00Z', 'Europe/Berlin'), '2029-03-27T12:00:00Z')
  const spring = kept('2025-03-29T12:00:00Z', 'Europe/Berlin')
  t.equal(spring, '2028-03-29T12:00:00Z', 'an hour more than three years by the local clock')
})

t.test('never less than three years, and never a day more than that', async () => {
  const zones = ['Europe/Moscow', 'Asia/Kamchatka', 'Europe/Berlin', 'UTC', 'America/New_York']
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2024, 0), max: Date.UTC(2060, 0) }),
      fc.constantFrom(...zones),
      (ms, zone) => {
        const ended = Temporal.Instant.fromEpochMilliseconds(ms)
        const until = keptUntil(ended, zone)
        for (const each of [zone, 'UTC']) {
          const due = ended.toZonedDateTimeISO(each).add({ years: 3 }).toInstant()
          if (Temporal.Instant.compare(until, due) < 0) throw new Error(`${ended} in ${each}`)
          if (due.until(until).total('hours') > 25) throw new Error(`${ended}: ${until}`)
        }
      },
    ),
  )
})
