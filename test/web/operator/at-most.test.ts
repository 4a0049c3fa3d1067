import t from 'tap'
import { atMost } from '../../../src/web/operator/at-most.ts'

t.test('no more is begun than may be, and what fails makes room too', async (t) => {
  const limited = atMost(2)
  const begun: number[] = []
  const ends = Array.from({ length: 5 }, () => Promise.withResolvers<number>())
  const all = ends.map(({ promise }, index) =>
    limited(() => {
      begun.push(index)
      return promise
    }),
  )
  t.strictSame(begun, [0, 1])
  ends[1]?.reject(new Error('away'))
  await t.rejects(Promise.resolve(all[1]), /away/)
  await new Promise(setImmediate)
  t.strictSame(begun, [0, 1, 2])
  for (const [index, { resolve }] of ends.entries()) resolve(index)
  t.strictSame(await Promise.all(all.filter((_, index) => index !== 1)), [0, 2, 3, 4])
})
