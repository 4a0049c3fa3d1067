import t from 'tap'
import { busyPart, pathOf, roundAbove, sumCurves } from '../../../src/pages/console/curve-path.ts'
import { halfHourAfter } from '../../../src/pages/console/half-hour.ts'
import { formulas, serviceLevel, together } from '../../../src/pages/console/service-level.ts'
import { queues } from './scenes.ts'

const day = {
  offered: 100,
  answered: 80,
  answeredInTime: 60,
  abandoned: 15,
  abandonedInTime: 5,
  leftForCallback: 5,
  thresholdSeconds: 20,
}

t.test('the same day has four service levels, each by its formula', async (t) => {
  t.same(
    formulas.map((formula) => [formula, serviceLevel(day, formula)]),
    [
      ['offered', 60 / 100],
      ['excluding-short', 60 / 95],
      ['answered', 60 / 80],
      ['both', 65 / 95],
    ],
  )
})

t.test('a day without calls has no service level', async (t) => {
  const none = {
    ...day,
    offered: 0,
    answered: 0,
    answeredInTime: 0,
    abandoned: 0,
    abandonedInTime: 0,
  }
  for (const formula of formulas) t.equal(serviceLevel(none, formula), null)
})

t.test('queues together are the sum of their counts', async (t) => {
  const all = together(queues)
  t.equal(all.offered, 519)
  t.equal(all.isMixed, false)
  const [first] = queues
  if (!first) throw new Error('the scene has no queue')
  const other = { ...first, today: { ...first.today, thresholdSeconds: 30 } }
  t.equal(together([first, other]).isMixed, true)
})

t.test('curves of queues are added by time, beside what was expected', async (t) => {
  const step = (at: string, offered: number) => ({ at, offered, answered: 1, abandoned: 0 })
  const [ten, half, eleven] = ['10:00', '10:30', '11:00'].map(
    (time) => `2026-11-24T${time}:00.000+03:00`,
  ) as [string, string, string]
  const steps = sumCurves([
    { name: 'a', steps: [step(half, 2)], forecast: null },
    {
      name: 'b',
      steps: [step(ten, 1), step(half, 5)],
      forecast: [
        { at: half, offered: 3 },
        { at: eleven, offered: 0 },
      ],
    },
  ])
  t.strictSame(steps, [
    { at: ten, counted: { offered: 1, answered: 1, abandoned: 0 }, forecast: null },
    { at: half, counted: { offered: 7, answered: 2, abandoned: 0 }, forecast: 3 },
    { at: eleven, counted: null, forecast: 0 },
  ])
  t.strictSame(
    busyPart([
      { at: ten, counted: { offered: 0, answered: 0, abandoned: 0 }, forecast: 0 },
      ...steps,
    ]),
    steps.slice(0, 2),
    'neither the night before nor the one after is drawn',
  )
  t.strictSame(busyPart(steps.slice(2)), [])
})

t.test('a half hour ends in the zone it began in', async (t) => {
  t.equal(halfHourAfter('2026-11-24T23:30:00.000+03:00'), '2026-11-25T00:00:00.000+03:00')
  t.equal(halfHourAfter('2026-11-24T10:00:00.000-02:30'), '2026-11-24T10:30:00.000-02:30')
})

t.test('a line goes from edge to edge, and stops where nothing is known', async (t) => {
  t.equal(pathOf([0, 10, 5], 10, 100, 100), 'M0.0 100.0L50.0 0.0L100.0 50.0')
  t.equal(pathOf([1, null, 1], 1, 100, 100), 'M0.0 0.0M100.0 0.0')
  t.equal(pathOf([], 1, 100, 100), '')
})

t.test('the scale ends at a round number', async (t) => {
  t.strictSame([[], [1], [3], [10], [11], [51, 4]].map(roundAbove), [1, 1, 5, 10, 20, 100])
})
