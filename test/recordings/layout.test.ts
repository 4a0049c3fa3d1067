import fc from 'fast-check'
import t from 'tap'
import { cut, layoutOf } from '../../src/recordings/layout.ts'

const start = Temporal.Instant.from('2026-11-21T10:00:00Z')
const header = 58
const stream = (atMs: number, ms: number, hash: string) => ({
  startedAt: start.add({ microseconds: Math.round(atMs * 1000) }),
  hash,
  bytes: header + ms * 16,
})

t.test('streams stand at their times, with silence where there was none', async (t) => {
  const layout = layoutOf(
    [stream(0, 1000, 'a'), { startedAt: null, hash: null, bytes: null }, stream(3500, 500, 'b')],
    header,
  )
  t.strictSame(layout, {
    parts: [
      { kind: 'sound', hash: 'a', from: header, bytes: 16_000 },
      { kind: 'silence', bytes: 40_000 },
      { kind: 'sound', hash: 'b', from: header, bytes: 8_000 },
    ],
    bytes: 64_000,
    breaks: [{ atMs: 1000, ms: 2500 }],
  })
})

t.test('what two streams have of the same time is heard once', async (t) => {
  const { parts, bytes } = layoutOf([stream(0, 1000, 'a'), stream(990, 500, 'b')], header)
  t.strictSame(parts[1], { kind: 'sound', hash: 'b', from: header + 160, bytes: 7_840 })
  t.equal(bytes, 1490 * 16)
  t.strictSame(layoutOf([stream(0, 1000, 'a'), stream(100, 500, 'b')], header).bytes, 16_000)
  t.strictSame(layoutOf([], header), { parts: [], bytes: 0, breaks: [] })
})

t.test(
  'every byte of a stream is at its time to less than a sample, and any part can be cut',
  async () => {
    const given = fc.array(fc.tuple(fc.nat({ max: 4000 }), fc.integer({ min: 1, max: 3000 })), {
      minLength: 1,
      maxLength: 6,
    })
    fc.assert(
      fc.property(given, fc.nat(), fc.nat(), (pauses, one, other) => {
        let at = 0
        const streams = pauses.map(([pause, ms], index) => {
          const begin = at + (index === 0 ? 0 : pause)
          at = begin + ms
          return stream(begin, ms, String(index))
        })
        const { parts, bytes } = layoutOf(streams, header)
        if (bytes !== at * 16) throw new Error(`${bytes} for ${at} ms`)
        const [from, to] = [one % bytes, other % bytes].toSorted((a, b) => a - b)
        if (from === undefined || to === undefined) throw new Error('no range')
        const name = (part: (typeof parts)[number], index: number) =>
          part.kind === 'silence' ? '-' : `${part.hash}${part.from + index}`
        const all = parts.flatMap((part) => [[part, part.bytes] as const])
        const byteAt = (place: number): string => {
          let left = place
          for (const [part, length] of all) {
            if (left < length) return name(part, left)
            left -= length
          }
          throw new Error('beyond')
        }
        const some = cut(parts, from, to)
        const length = some.reduce((sum, part) => sum + part.bytes, 0)
        if (length !== to - from + 1) throw new Error(`cut ${length}`)
        const [first] = some
        const last = some.at(-1)
        if (first === undefined || last === undefined) throw new Error('nothing')
        if (name(first, 0) !== byteAt(from) || name(last, last.bytes - 1) !== byteAt(to))
          throw new Error('another part')
      }),
    )
  },
)
