import t from 'tap'
import { createDayCurves, dayCurves, type HalfHour } from '../../src/queues/day-curve.ts'

const today = Temporal.PlainDate.from('2026-11-24')

const came = (
  weeksAgo: number,
  halfHour: number,
  offered: number,
  queue = 'general',
): HalfHour => ({
  ...{ queue, day: today.subtract({ weeks: weeksAgo }), halfHour, offered },
  ...{ answered: Math.floor(offered / 2), abandoned: 1 },
})

t.test('a day has its half hours from midnight to now, empty ones too', async (t) => {
  const curve = dayCurves(today, 20, [came(0, 18, 4), came(0, 20, 7)], []).get('general')
  t.equal(curve?.steps.length, 21)
  t.strictSame(curve?.steps.slice(17), [
    { offered: 0, answered: 0, abandoned: 0 },
    { offered: 4, answered: 2, abandoned: 1 },
    { offered: 0, answered: 0, abandoned: 0 },
    { offered: 7, answered: 3, abandoned: 1 },
  ])
  t.equal(curve?.forecast, null, 'nothing is expected by nothing')
})

t.test('what is expected is the median of the same weekdays that there are', async (t) => {
  const expected = (history: readonly HalfHour[]) =>
    dayCurves(today, 0, [], history).get('general')?.forecast
  t.equal(expected([came(1, 20, 6)])?.[20], 6)
  t.equal(expected([came(1, 20, 6), came(2, 20, 9)])?.[20], 7.5)
  t.equal(
    expected([came(1, 20, 6), came(2, 20, 90), came(3, 20, 8)])?.[20],
    8,
    'one odd day is none',
  )
  t.equal(expected([came(1, 20, 6), came(2, 21, 9), came(3, 21, 9)])?.[20], 0)
  t.equal(
    expected([came(1, 20, 6), came(2, 20, 9, 'other')])?.[20],
    3,
    'the hotline was open that day',
  )
  t.equal(expected([came(1, 20, 6)])?.length, 48)
})

/** Lets what was begun come to its end. */
const settle = () => new Promise(setImmediate)

t.test(
  'today is counted again after a while, the days before once, and nobody waits',
  async (t) => {
    let elapsed = 0
    const asked: string[][] = []
    const faults: unknown[] = []
    let isAway = false
    const curves = createDayCurves(
      async (days) => {
        asked.push(days.map(String))
        if (isAway) throw new Error('away')
        return days.map((day) => ({ ...came(0, 20, asked.length), day }))
      },
      () => elapsed,
      (cause) => faults.push(cause),
    )
    const at = (time: string) => curves(Temporal.ZonedDateTime.from(`${time}[Europe/Moscow]`))
    t.equal(at('2026-11-24T10:05').size, 0)
    await settle()
    t.strictSame(asked, [['2026-11-17', '2026-11-10', '2026-11-03', '2026-10-27'], ['2026-11-24']])
    const first = at('2026-11-24T10:05')
    t.match(first.get('general'), { steps: { length: 21 } })
    t.equal(at('2026-11-24T10:29'), first, 'the same as long as nothing is new')
    t.equal(at('2026-11-24T10:30').get('general')?.steps.length, 22)

    elapsed = 15_001
    isAway = true
    t.equal(at('2026-11-24T10:31').size, 1)
    await settle()
    t.equal(faults.length, 1)
    t.equal(at('2026-11-24T10:31').size, 1, 'the last count is better than none')
    await settle()
    isAway = false
    at('2026-11-24T10:31')
    await settle()
    t.equal(at('2026-11-24T10:31').get('general')?.steps[20]?.offered, asked.length)
    t.equal(at('2026-11-25T00:01').size, 0, 'a new day begins')
    await settle()
    t.equal(at('2026-11-25T00:01').get('general')?.steps.length, 1)
  },
)
