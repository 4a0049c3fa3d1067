import t from 'tap'
import { pathOf, sumCurves } from '../../../src/pages/console/curve-path.ts'
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

t.test('curves of queues are added by time, and come in its order', async (t) => {
  const step = (at: string, offered: number) => ({ at, offered, answered: 1, abandoned: 0 })
  const of = (...curve: ReturnType<typeof step>[]) =>
    queues.slice(0, 1).map((queue) => ({ ...queue, today: { ...day, curve } }))
  t.same(
    sumCurves([
      ...of(step('2026-11-24T10:30:00+03:00', 2)),
      ...of(step('2026-11-24T10:00:00+03:00', 1), step('2026-11-24T10:30:00+03:00', 5)),
    ]),
    [
      { at: '2026-11-24T10:00:00+03:00', offered: 1, answered: 1, abandoned: 0 },
      { at: '2026-11-24T10:30:00+03:00', offered: 7, answered: 2, abandoned: 0 },
    ],
  )
})

t.test('a line goes from edge to edge, its greatest value under the upper edge', async (t) => {
  t.equal(pathOf([0, 10, 5], 10, 100, 116), 'M0.0 116.0L50.0 16.0L100.0 66.0')
  t.equal(pathOf([], 1, 100, 100), '')
})
