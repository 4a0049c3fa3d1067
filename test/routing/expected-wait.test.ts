import fc from 'fast-check'
import t from 'tap'
import { expectedWait, type QueueLoad, toldWait, waitOf } from '../../src/routing/expected-wait.ts'

const load = (more: Partial<QueueLoad> = {}): QueueLoad => ({
  ahead: 0,
  operators: 4,
  handleSeconds: 240,
  patienceSeconds: 300,
  ...more,
})

/** Numbers between 0 and 1, the same in every run. */
const numbers = () => {
  let state = 20_261_121
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 1) / 2 ** 32
  }
}

t.test('the share of people served within what they were told is what was promised', async (t) => {
  for (const each of [load(), load({ ahead: 3 }), load({ ahead: 25, operators: 10 })]) {
    const random = numbers()
    const told = expectedWait(each) ?? 0
    const rounds = 20_000
    let inTime = 0
    for (let round = 0; round < rounds; round++) {
      let waited = 0
      for (let before = each.ahead; before >= 0; before--) {
        const rate = each.operators / each.handleSeconds + before / each.patienceSeconds
        waited -= Math.log(random()) / rate
      }
      if (waited <= told) inTime += 1
    }
    t.ok(Math.abs(inTime / rounds - 0.8) < 0.015, `${inTime / rounds}`)
  }
})

t.test('with nobody ahead the wait is that for the first operator to come free', async (t) => {
  t.equal(waitOf(load()).mean, 60)
  t.equal(Math.round(expectedWait(load()) ?? 0), 97)
})

t.test(
  'more people ahead wait longer, more operators shorten it, and none at all is no wait',
  async (t) => {
    t.ok((expectedWait(load({ ahead: 9 })) ?? 0) > (expectedWait(load({ ahead: 8 })) ?? 0))
    t.ok((expectedWait(load({ operators: 5 })) ?? 0) < (expectedWait(load()) ?? 0))
    t.equal(expectedWait(load({ operators: 0 })), null)
    t.equal(expectedWait(load({ ahead: 1, free: 2 })), 0)
    t.equal(expectedWait(load({ ahead: 2, free: 2 })), expectedWait(load({ ahead: 2 })))
  },
)

t.test('a wait is told in minutes, rounded up, at least one', async (t) => {
  t.strictSame(toldWait(61, null), { minutes: 2, hasGrown: false, promise: 120 })
  t.strictSame(toldWait(5, null), { minutes: 1, hasGrown: false, promise: 60 })
})

t.test('what was told stands; growth is said, a shorter wait is a new promise', async (t) => {
  const told = { seconds: 180, agoSeconds: 60 }
  t.strictSame(toldWait(115, told), { minutes: 2, hasGrown: false, promise: null })
  t.strictSame(toldWait(140, told), { minutes: 2, hasGrown: false, promise: null })
  t.strictSame(toldWait(300, told), { minutes: 5, hasGrown: true, promise: 300 })
  t.strictSame(toldWait(40, told), { minutes: 1, hasGrown: false, promise: 60 })
  t.strictSame(toldWait(200, { seconds: 60, agoSeconds: 90 }), {
    minutes: 4,
    hasGrown: true,
    promise: 240,
  })
})

t.test('whatever is expected, nobody hears of a later moment without being told so', async () => {
  const steps = fc.array(
    fc.record({
      expected: fc.integer({ min: 1, max: 3_000 }),
      after: fc.integer({ min: 1, max: 90 }),
    }),
    { maxLength: 30 },
  )
  fc.assert(
    fc.property(steps, (drawn) => {
      let now = 0
      let told: { seconds: number; at: number } | null = null
      for (const { expected, after } of drawn) {
        now += after
        const left = told === null ? null : told.seconds - (now - told.at)
        const said = toldWait(
          expected,
          told === null ? null : { seconds: told.seconds, agoSeconds: now - told.at },
        )
        if (left !== null && !said.hasGrown && said.minutes > Math.max(1, Math.ceil(left / 60))) {
          return false
        }
        if (said.promise !== null) told = { seconds: said.promise, at: now }
      }
      return true
    }),
  )
})
