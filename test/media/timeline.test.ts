import fc from 'fast-check'
import t from 'tap'
import { impossible, repeated, timeline } from '../../src/media/timeline.ts'

const frame = 160

t.test('frames that come one after another stand one after another', async (t) => {
  const line = timeline()
  t.equal(line.place('inbound', 2, 0, frame), 0)
  t.equal(line.place('outbound', 3, 0, frame), 0)
  t.equal(line.place('inbound', 4, 20, frame), 160)
  t.equal(line.place('inbound', 5, 43, frame), 320, 'a clock that trembles leaves no holes')
  t.equal(line.place('inbound', 6, 58, frame), 480)
  t.strictSame([line.length(), line.lost(), line.repeats(), line.gaps()], [640, 1, 0, []])
})

t.test('what was lost leaves silence of its length on both sides, and is noted', async (t) => {
  const line = timeline()
  line.hear(1)
  line.place('inbound', 2, 0, frame)
  line.place('outbound', 3, 0, frame)
  t.equal(line.place('inbound', 104, 1020, frame), 8160)
  t.equal(line.place('outbound', 105, 1020, frame), 8160)
  t.equal(line.lost(), 100)
  t.strictSame(line.gaps(), [
    { track: 'inbound', atMs: 20, ms: 1000 },
    { track: 'outbound', atMs: 20, ms: 1000 },
  ])
})

t.test('a side that says nothing for a while has no gap', async (t) => {
  const line = timeline()
  line.hear(1)
  line.place('outbound', 2, 0, frame)
  t.equal(line.place('outbound', 3, 3000, frame), 24_000)
  t.strictSame(line.gaps(), [])
  t.equal(line.lost(), 0)
})

t.test('what comes again is not taken; what comes late goes where it belongs', async (t) => {
  const line = timeline()
  line.hear(1)
  line.place('inbound', 2, 0, frame)
  t.equal(line.place('inbound', 4, 40, frame), 320)
  t.equal(line.lost(), 1)
  t.equal(line.place('inbound', 4, 40, frame), repeated)
  t.equal(line.place('inbound', 3, 20, frame), 160)
  t.equal(line.lost(), 0, 'it was not lost after all')
  t.equal(line.place('inbound', 3, 20, frame), repeated)
  t.equal(line.repeats(), 2)
  t.strictSame(line.gaps(), [], 'and there is no gap')
  t.equal(line.place('inbound', 5, 60, frame), 480)
})

t.test('times that cannot be are not believed', async (t) => {
  const line = timeline()
  line.place('inbound', 2, 0, frame)
  t.equal(line.place('inbound', 3, 600_100, frame), impossible)
  t.equal(line.place('inbound', 4, 599_000, frame), 599_000 * 8)
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
          line.hear(1)
          const later: [number, number][] = []
          let lost = 0
          for (const [index, [kind, tremble]] of fates.entries()) {
            const sequence = index + 2
            const timestamp = Math.max(0, index * 20 + (index === 0 ? 0 : tremble))
            if (kind === 'lost') lost += 1
            else if (kind === 'late') later.push([sequence, timestamp])
            else {
              const at = line.place('inbound', sequence, timestamp, frame)
              if (Math.abs(at - timestamp * 8) > 160) throw new Error(`${at} for ${timestamp}`)
            }
            if (kind === 'again' && line.place('inbound', sequence, timestamp, frame) !== repeated)
              throw new Error('taken twice')
          }
          for (const [sequence, timestamp] of later) {
            const at = line.place('inbound', sequence, timestamp, frame)
            if (Math.abs(at - timestamp * 8) > 160) throw new Error(`${at} for ${timestamp}`)
          }
          const trailing = fates.length - fates.findLastIndex(([kind]) => kind !== 'lost') - 1
          if (line.lost() !== lost - trailing) throw new Error(`lost ${line.lost()} of ${lost}`)
        },
      ),
    )
  },
)
