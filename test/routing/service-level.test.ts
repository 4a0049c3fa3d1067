import t from 'tap'
import { serviceLevel } from '../../src/routing/service-level.ts'

t.test(
  'the four formulae read the same day differently, each by its own denominator',
  async (t) => {
    const counts = {
      offered: 100,
      answered: 80,
      answeredInTime: 60,
      abandoned: 15,
      abandonedInTime: 5,
      leftForCallback: 5,
    }
    t.strictSame(serviceLevel(counts), {
      ofAnswered: 60 / 80,
      ofOffered: 60 / 100,
      withoutShortAbandons: 60 / 95,
      settledInTime: 65 / 95,
    })
  },
)

t.test('a day without calls has no service level', async (t) => {
  const none = {
    offered: 0,
    answered: 0,
    answeredInTime: 0,
    abandoned: 0,
    abandonedInTime: 0,
    leftForCallback: 0,
  }
  t.strictSame(serviceLevel(none), {
    ofAnswered: null,
    ofOffered: null,
    withoutShortAbandons: null,
    settledInTime: null,
  })
})
