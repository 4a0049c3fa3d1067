import fc from 'fast-check'
import t from 'tap'
import { callQueue } from '../../src/calls/call-queue.ts'

t.test('work of one call never overlaps and keeps its order, whatever fails', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 12 }),
      async (scheduler, works) => {
        const queue = callQueue()
        const busy = new Set<string>()
        const begun: Record<string, number[]> = { a: [], b: [], c: [] }
        const results = works.map(([call, fails], at) =>
          queue(call, async () => {
            if (busy.has(call)) throw new Error('Overlaps')
            busy.add(call)
            begun[call]?.push(at)
            await scheduler.schedule(Promise.resolve(), `${call} ${at}`)
            busy.delete(call)
            if (fails) throw new Error(`${at} fails`)
            return at
          }).catch((fault: Error) => fault.message),
        )
        await scheduler.waitFor(Promise.all(results))
        const expected = works.map(([, fails], at) => (fails ? `${at} fails` : at))
        if (JSON.stringify(await Promise.all(results)) !== JSON.stringify(expected)) return false
        return Object.values(begun).every((order) =>
          order.every((at, index) => index === 0 || at > (order[index - 1] ?? 0)),
        )
      },
    ),
    { numRuns: 100 },
  )
  t.pass()
})

t.test('one call does not wait for another', async (t) => {
  const queue = callQueue()
  const { promise, resolve } = Promise.withResolvers<string>()
  const slow = queue('slow', () => promise)
  t.equal(await queue('quick', async () => 'quick'), 'quick')
  resolve('slow')
  t.equal(await slow, 'slow')
})
