import { setImmediate } from 'node:timers/promises'
import fc from 'fast-check'
import t from 'tap'
import type { CarrierPort, Dialled, DialOrder } from '../../src/queues/carrier.ts'
import { carrierRest, restrained } from '../../src/queues/carrier-rest.ts'

const placed: Dialled = { kind: 'placed', legSid: 'CA1' }
const refused = { kind: 'refused', code: '20429', message: 'too many', isTemporary: true } as const
const nobody: Dialled = { ...refused, code: '21211', isTemporary: false }
const lost: Dialled = { kind: 'uncertain', message: 'reset' }

const start = Temporal.Instant.from('2026-11-22T07:42:00Z')

/** A carrier that answers what it is told to, and a clock that stands still. */
const scene = () => {
  let now = 0
  let answer: Dialled = placed
  let isThere = false
  let looks = 0
  const under: Pick<CarrierPort, 'dial'> = { dial: async () => answer }
  const rest = carrierRest({
    isThere: async () => {
      looks += 1
      await setImmediate()
      return isThere
    },
    elapsed: () => now,
    now: () => start.add({ milliseconds: now }),
  })
  const carrier = restrained(under, rest)
  const told: (string | null)[] = []
  rest.watch.onChange(() => told.push(rest.watch.outage()?.kind ?? null))
  return {
    ...rest.restraint,
    ...rest.watch,
    /** What listeners were told, in order. */
    told,
    looks: () => looks,
    answers: (does: boolean) => {
      isThere = does
    },
    order: async (what: Dialled) => {
      answer = what
      await carrier.dial({} as DialOrder)
    },
    wait: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

t.test('as long as orders are taken there is no limit', async (t) => {
  const { take, order } = scene()
  t.equal(take(200), 200)
  await order(placed)
  await order(nobody)
  t.equal(take(200), 200, 'one who cannot be rung says nothing of the carrier')
})

t.test('after a lost answer one order goes out a second later, and all after it', async (t) => {
  const { take, order, wait } = scene()
  await order(lost)
  t.equal(take(200), 0)
  wait(1_000)
  t.equal(take(200), 1)
  t.equal(take(200), 0, 'one at a time')
  await order(placed)
  t.equal(take(200), 200)
})

t.test('what was not used may be taken at once by whoever needs it', async (t) => {
  const { take, spare, order, wait } = scene()
  await order(refused)
  spare()
  t.equal(take(1), 0, 'nothing had been taken')
  wait(1_000)
  t.equal(take(1), 1)
  spare()
  t.equal(take(1), 1)
  await order(refused)
  spare()
  t.equal(take(1), 0, 'it was used')
})

t.test('a carrier that is away is asked once in ten seconds, and then served at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.constantFrom(lost, refused)), {
        minLength: 400,
        maxLength: 400,
      }),
      async (outage) => {
        const { take, spare, order, wait } = scene()
        const orders: number[] = []
        let now = 0
        for (const [passed, answer] of outage) {
          wait(passed)
          now += passed
          const room = take(3)
          if (room > 0) {
            orders.push(now)
            await order(answer)
          }
          spare()
        }
        const hasStormed = orders
          .slice(3)
          .some((at, index) => at - (orders[index + 2] ?? 0) < 10_000)
        wait(10_000)
        const last = take(3)
        await order(placed)
        return !hasStormed && last === 1 && take(3) === 3
      },
    ),
    { numRuns: 50 },
  )
})

const away: Dialled = { ...refused, code: 'ECONNREFUSED' }

t.test(
  'one lost answer is no outage; two are, since the first, until an order is taken',
  async (t) => {
    const { order, wait, outage, told } = scene()
    await order(away)
    t.equal(outage(), null)
    wait(1_000)
    await order(lost)
    t.match(outage(), { kind: 'unreachable' })
    t.equal(outage()?.since.toString(), start.toString())
    await order(refused)
    t.match(outage(), { kind: 'refusing' }, 'it answers again, and takes nothing')
    t.equal(outage()?.since.toString(), start.toString())
    await order(away)
    await order(nobody)
    t.equal(outage(), null, 'one who cannot be rung says that it is there')
    t.same(told, ['unreachable', 'refusing', 'unreachable', null], 'nothing is told twice')
  },
)

t.test('where nobody is to be rung, looking finds out that the carrier is back', async (t) => {
  const { order, wait, look, looks, answers, outage, take } = scene()
  await look()
  t.equal(looks(), 0, 'as long as orders are taken nobody asks')
  await order(away)
  await order(away)
  await look()
  t.equal(looks(), 0, 'it rests')
  wait(10_000)
  await look()
  t.equal(looks(), 1)
  t.ok(outage(), 'still away')
  t.equal(take(1), 1)
  await look()
  t.equal(looks(), 1, 'an order under way says more')
  await order(away)
  wait(10_000)
  answers(true)
  await look()
  t.equal(outage(), null)
  t.equal(take(200), 200)
})

t.test('a carrier that answers but refused an order counts as refusing for a minute', async (t) => {
  const { order, wait, look, answers, outage } = scene()
  answers(true)
  await order(refused)
  await order(refused)
  wait(59_000)
  await look()
  t.ok(outage())
  wait(1_000)
  await look()
  t.equal(outage(), null)
})

t.test('what an order shows while the carrier is being asked is worth more', async (t) => {
  const { order, wait, look, answers, outage } = scene()
  await order(away)
  await order(away)
  wait(10_000)
  answers(true)
  const looking = look()
  await order(away)
  await looking
  t.ok(outage())
})
