import fc from 'fast-check'
import t from 'tap'
import {
  hear,
  impossible,
  lengthOf,
  miss,
  place,
  repeated,
  timeline,
} from '../../src/media/timeline.ts'

const frame = 160

t.test('frames that come one after another stand one after another', async (t) => {
  const line = timeline()
  t.equal(place(line, 'inbound', 2, 0, frame), 0)
  t.equal(place(line, 'outbound', 3, 0, frame), 0)
  t.equal(place(line, 'inbound', 4, 20, frame), 160)
  t.equal(place(line, 'inbound', 5, 43, frame), 320, 'a clock that trembles leaves no holes')
  t.equal(place(line, 'inbound', 6, 58, frame), 480)
  t.strictSame([lengthOf(line), line.lost, line.repeats, line.gaps], [640, 1, 0, []])
})

t.test('what was lost leaves silence of its length on both sides, and is noted', async (t) => {
  const line = timeline()
  hear(line, 1)
  place(line, 'inbound', 2, 0, frame)
  place(line, 'outbound', 3, 0, frame)
  t.equal(place(line, 'inbound', 104, 1020, frame), 8160)
  t.equal(place(line, 'outbound', 105, 1020, frame), 8160)
  t.equal(line.lost, 100)
  t.strictSame(line.gaps, [
    { track: 'inbound', atMs: 20, ms: 1000 },
    { track: 'outbound', atMs: 20, ms: 1000 },
  ])
})

t.test('a side that says nothing for a while has no gap', async (t) => {
  const line = timeline()
  hear(line, 1)
  place(line, 'outbound', 2, 0, frame)
  t.equal(place(line, 'outbound', 3, 3000, frame), 24_000)
  t.strictSame(line.gaps, [])
  t.equal(line.lost, 0)
})

t.test('what comes again is not taken; what comes late goes where it belongs', async (t) => {
  const line = timeline()
  hear(line, 1)
  place(line, 'inbound', 2, 0, frame)
  t.equal(place(line, 'inbound', 4, 40, frame), 320)
  t.equal(line.lost, 1)
  t.equal(place(line, 'inbound', 4, 40, frame), repeated)
  t.equal(place(line, 'inbound', 3, 20, frame), 160)
  t.equal(line.lost, 0, 'it was not lost after all')
  t.equal(place(line, 'inbound', 3, 20, frame), repeated)
  t.equal(line.repeats, 2)
  t.strictSame(line.gaps, [], 'and there is no gap')
  t.equal(place(line, 'inbound', 5, 60, frame), 480)
})

t.test('what could not be taken may come once more', async (t) => {
  const line = timeline()
  hear(line, 1)
  place(line, 'inbound', 2, 0, frame)
  miss(line, 2)
  t.equal(line.lost, 1)
  t.not(place(line, 'inbound', 2, 0, frame), repeated)
  t.equal(place(line, 'inbound', 2, 0, frame), repeated)
  t.equal(line.lost, 0)
})

t.test('times that cannot be are not believed', async (t) => {
  const line = timeline()
  place(line, 'inbound', 2, 0, frame)
  t.equal(place(line, 'inbound', 3, 600_100, frame), impossible)
  t.equal(place(line, 'inbound', 4, 599_000, frame), 599_000 * 8)
})

t.test(
  'whatever is lost, repeated and late, every frame stands within 20 ms of its time',
  async () => {
    const fate = fc.constantFrom('comes', 'comes', 'comes', 'lost', 'again', 'late')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fate, fc.integer({ min: -9, max: 9 })), { maxLength: 300 }),
        (fates) => {
          const line = timeline()
          hear(line, 1)
          const later: [number, number][] = []
          let lost = 0
          for (const [index, [kind, tremble]] of fates.entries()) {
            const sequence = index + 2
            const timestamp = Math.max(0, index * 20 + (index === 0 ? 0 : tremble))
            if (kind === 'lost') lost += 1
            else if (kind === 'late') later.push([sequence, timestamp])
            else {
              const at = place(line, 'inbound', sequence, timestamp, frame)
              if (Math.abs(at - timestamp * 8) > 160) throw new Error(`${at} for ${timestamp}`)
            }
            if (kind === 'again' && place(line, 'inbound', sequence, timestamp, frame) !== repeated)
              throw new Error('taken twice')
          }
          for (const [sequence, timestamp] of later) {
            const at = place(line, 'inbound', sequence, timestamp, frame)
            if (Math.abs(at - timestamp * 8) > 160) throw new Error(`${at} for ${timestamp}`)
          }
          const trailing = fates.length - fates.findLastIndex(([kind]) => kind !== 'lost') - 1
          if (line.lost !== lost - trailing) throw new Error(`lost ${line.lost} of ${lost}`)
        },
      ),
    )
  },
)

t.test('a number is taken once, and only if it is one of the last thousand', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.integer({ min: 2, max: 9 }) },
    { weight: 2, arbitrary: fc.integer({ min: -1100, max: 0 }) },
    { weight: 1, arbitrary: fc.integer({ min: 900, max: 1200 }) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const line = timeline()
      const heard = new Set<number>()
      let last = 0
      let taken = 0
      for (const ahead of steps) {
        const sequence = Math.max(1, last + ahead)
        const isNew = sequence > last || (last - sequence < 1024 && !heard.has(sequence))
        if (hear(line, sequence) !== isNew) throw new Error(`${sequence} after ${last}`)
        heard.add(sequence)
        taken += isNew ? 1 : 0
        last = Math.max(last, sequence)
      }
      if (line.lost !== last - taken || line.repeats !== steps.length - taken)
        throw new Error(`${line.lost} lost, ${line.repeats} again`)
    }),
  )
})
