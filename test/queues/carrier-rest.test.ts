import fc from 'fast-check'
import t from 'tap'
import type { CarrierPort, Dialled, DialOrder } from '../../src/queues/carrier.ts'
import { restrained } from '../../src/queues/carrier-rest.ts'

const placed: Dialled = { kind: 'placed', legSid: 'CA1' }
const refused = { kind: 'refused', code: '20429', message: 'too many', isTemporary: true } as const
const nobody: Dialled = { ...refused, code: '21211', isTemporary: false }
const lost: Dialled = { kind: 'uncertain', message: 'reset' }

/** A carrier that answers what it is told to, and a clock that stands still. */
const scene = () => {
  let now = 0
  let answer: Dialled = placed
  const under: Pick<CarrierPort, 'dial'> = { dial: async () => answer }
  const { carrier, restraint } = restrained(under, () => now)
  return {
    ...restraint,
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
