import t from 'tap'
import { type BatchOptions, batches } from '../../src/db/batches.ts'

const answers = (items: readonly number[]): PromiseSettledResult<string>[] =>
  items.map((item) => ({ status: 'fulfilled', value: `answer ${item}` }))

const options = (
  run: BatchOptions<number, string>['run'],
  change: Partial<BatchOptions<number, string>> = {},
): BatchOptions<number, string> => ({
  run,
  keyOf: String,
  maxItems: 4,
  minItems: 4,
  maxInFlight: 1,
  joinAfterMs: 0,
  ...change,
})

/** A queue that does all it is given, and what it did together. */
const doing = (change: Partial<BatchOptions<number, string>> = {}) => {
  const done: (readonly number[])[] = []
  const queue = batches(
    options(async (items) => {
      done.push(items)
      return answers(items)
    }, change),
  )
  return { done, queue }
}

t.test('what arrives together is done together, in bounded batches', async (t) => {
  const { done, queue } = doing()
  const results = await Promise.all([1, 2, 3, 4, 5].map((item) => queue.add(item)))
  t.same(results, ['answer 1', 'answer 2', 'answer 3', 'answer 4', 'answer 5'])
  t.same(done, [[1, 2, 3, 4], [5]])
})

t.test('of many that keep coming half are done while the other half comes', async (t) => {
  const done: number[] = []
  const queue = batches(
    options(
      async (items) => {
        done.push(items.length)
        await new Promise((resolve) => setImmediate(resolve))
        return answers(items)
      },
      { maxItems: 64, minItems: 2 },
    ),
  )
  const comeAgain = async (item: number) => {
    for (let time = 0; time < 5; time++) await queue.add(item)
  }
  await Promise.all(Array.from({ length: 12 }, (_, item) => comeAgain(item)))
  t.same(done, [6, 6, 6, 6, 6, 6, 6, 6, 6, 6])
})

t.test('the fewest that are worth a batch go together', async (t) => {
  const { done, queue } = doing({ maxItems: 64, minItems: 3 })
  await Promise.all([1, 2, 3].map((item) => queue.add(item)))
  await Promise.all([4, 5].map((item) => queue.add(item)))
  t.same(done, [
    [1, 2, 3],
    [4, 5],
  ])
})

t.test('items of the same key never share a batch', async (t) => {
  const { done, queue } = doing({ keyOf: (item) => String(item % 2) })
  await Promise.all([1, 3, 2].map((item) => queue.add(item)))
  t.same(done, [[1, 2], [3]])
})

t.test('no more batches are under way than allowed', async (t) => {
  let underWay = 0
  let most = 0
  const queue = batches(
    options(
      async (items) => {
        underWay += 1
        most = Math.max(most, underWay)
        await new Promise((resolve) => setTimeout(resolve, 5))
        underWay -= 1
        return answers(items)
      },
      { maxItems: 1, minItems: 1, maxInFlight: 2 },
    ),
  )
  await Promise.all(Array.from({ length: 9 }, (_, item) => queue.add(item)))
  t.equal(most, 2)
})

t.test('a batch that is under way for long is joined by another, and only then', async (t) => {
  const slow = Promise.withResolvers<void>()
  const done: (readonly number[])[] = []
  let join = () => {}
  const queue = batches(
    options(
      async (items) => {
        done.push(items)
        if (items.includes(1)) await slow.promise
        return answers(items)
      },
      {
        maxInFlight: 2,
        later: (_milliseconds, work) => {
          join = work
          return () => {}
        },
      },
    ),
  )
  const first = queue.add(1)
  await new Promise((resolve) => setImmediate(resolve))
  const second = queue.add(2)
  await new Promise((resolve) => setImmediate(resolve))
  t.same(done, [[1]], 'it waits at first')
  join()
  t.equal(await second, 'answer 2', 'and does not wait for ever')
  slow.resolve()
  t.equal(await first, 'answer 1')
})

t.test('a fault reaches those whose batch it was, and the next batch goes on', async (t) => {
  const queue = batches(
    options(async (items) => {
      if (items.includes(1)) throw new Error('broken')
      return items.map((item) =>
        item === 3
          ? { status: 'rejected', reason: new Error('bad row') }
          : { status: 'fulfilled', value: 'fine' },
      )
    }),
  )
  await t.rejects(queue.add(1), { message: 'broken' })
  const [second, third] = [queue.add(2), queue.add(3)]
  t.equal(await second, 'fine')
  await t.rejects(third, { message: 'bad row' })
})

t.test('a rest gathers what comes meanwhile; the first one has none', async (t) => {
  const timers: (() => void)[] = []
  const { done, queue } = doing({
    restMs: 25,
    later: (ms, work) => {
      t.equal(ms, 25)
      timers.push(work)
      return () => {}
    },
  })
  await queue.add(1)
  const later = [2, 3].map((item) => queue.add(item))
  for (let round = 0; round < 5; round++) await new Promise(setImmediate)
  t.same(done, [[1]])
  timers.shift()?.()
  await Promise.all(later)
  t.same(done, [[1], [2, 3]])
  timers.shift()?.()
  t.same(timers, [], 'nothing more comes, nothing more is waited for')
  await queue.add(4)
  t.same(done, [[1], [2, 3], [4]])
})
