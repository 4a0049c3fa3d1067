import fc from 'fast-check'
import t from 'tap'
import { silence } from '../../src/media/mu-law.ts'
import {
  finishRecord,
  levelsOf,
  type Page,
  recorder,
  stripBytes,
  stripsOfPage,
  takeFrame,
  takingsOf,
} from '../../src/media/recorder.ts'

const takes = (firstPage = stripsOfPage) => {
  const given: Uint8Array[] = []
  const sink = {
    take: () => new Uint8Array(stripBytes).fill(silence),
    give: (page: Page, bytes: number) => {
      const whole = page.map((strip) => strip ?? new Uint8Array(stripBytes).fill(silence))
      given.push(Buffer.concat(whole).subarray(0, bytes))
    },
  }
  const sound = () => Buffer.concat(given)
  const side = (channel: 0 | 1) => sound().filter((_, index) => index % 2 === channel)
  return { record: recorder(sink, firstPage), given, sound, side }
}

const textOf = (byte: number, samples = 160): Buffer =>
  Buffer.from(Buffer.alloc(samples, byte).toString('base64'))

t.test('both sides come together in one file, left and right', async (t) => {
  const { record, sound, side } = takes()
  for (let index = 0; index < 120; index++) {
    const text = textOf(index)
    for (const [place, track] of (['inbound', 'outbound'] as const).entries())
      takeFrame(record, track, 2 + 2 * index + place, index * 20, text, 0, text.length)
  }
  finishRecord(record)
  t.equal(sound().length, 120 * 320)
  const expected = Buffer.concat(
    Array.from({ length: 120 }, (_, index) => Buffer.alloc(160, index)),
  )
  t.ok(expected.equals(side(0)))
  t.ok(expected.equals(side(1)))
  t.match(takingsOf(record), { milliseconds: 2400, frames: 240, repeated: 0, gaps: [] })
})

t.test('one side alone is written as it comes, the other is silent', async (t) => {
  const { record, given, side } = takes()
  const text = textOf(0x21)
  for (let index = 0; index < 300; index++)
    takeFrame(record, 'outbound', 2 + index, index * 20, text, 0, text.length)
  t.ok(given.length * 1000 > 3500, 'not kept back for the side that says nothing')
  finishRecord(record)
  t.ok(side(0).every((byte) => byte === silence))
  t.ok(side(1).every((byte) => byte === 0x21))
})

t.test('frames of any length, lost or late, leave what came in its place', async () => {
  const frame = fc.record({
    track: fc.constantFrom('inbound' as const, 'outbound' as const),
    isLost: fc.boolean(),
    swaps: fc.boolean(),
  })
  const cases = fc.record({
    frames: fc.array(frame, { maxLength: 200 }),
    n: fc.constantFrom(80, 160, 320, 1000, 2800),
    firstPage: fc.integer({ min: 1, max: stripsOfPage }),
  })
  fc.assert(
    fc.property(cases, ({ frames, n, firstPage }) => {
      const { record, sound } = takes(firstPage)
      const reached = { inbound: 0, outbound: 0 }
      const numbered = frames.map(({ track: wanted, isLost, swaps }, index) => {
        // No side is a page ahead of the other one: what is further behind has missed its recording.
        const other = wanted === 'inbound' ? 'outbound' : 'inbound'
        const track = reached[wanted] + n - reached[other] > 7000 ? other : wanted
        const at = reached[track]
        reached[track] += n
        return { track, isLost, swaps, at, sequence: index + 2, byte: (index * 7) % 250 }
      })
      const order = [...numbered]
      for (let index = 0; index + 1 < order.length; index++) {
        const [one, other] = [order[index], order[index + 1]]
        // Longer ones than the carrier's may come too late at the end of a page.
        if (n <= 160 && one?.swaps && other !== undefined) order.splice(index, 2, other, one)
      }
      const expected = Buffer.alloc(2 * Math.max(reached.inbound, reached.outbound), silence)
      for (const { track, isLost, at, sequence, byte } of order) {
        if (isLost) continue
        const text = textOf(byte, n)
        takeFrame(record, track, sequence, at / 8, text, 0, text.length)
        const channel = track === 'inbound' ? 0 : 1
        for (let i = 0; i < n; i++) expected[2 * (at + i) + channel] = byte
      }
      finishRecord(record)
      const made = sound()
      if (!made.equals(expected.subarray(0, made.length))) throw new Error('other sound')
      const rest = expected.subarray(made.length)
      if (rest.some((byte) => byte !== silence)) throw new Error('short')
    }),
    { numRuns: 60 },
  )
})

t.test('garbage is told and leaves no trace', async (t) => {
  const { record, sound } = takes()
  const take = (text: string, sequence = 2) =>
    takeFrame(record, 'inbound', sequence, 0, Buffer.from(text), 0, text.length)
  t.equal(take('AAA'), 'garbage')
  t.equal(take('A*AA'), 'garbage')
  t.equal(take('A'.repeat(12_000)), 'garbage', 'more than a second in one frame')
  t.equal(take('AAAAAAAAAAA*', 3), 'garbage')
  t.equal(take('AAAA'), 'taken')
  t.equal(take('AAAA'), 'repeated')
  finishRecord(record)
  t.ok(
    sound()
      .subarray(6)
      .every((byte) => byte === silence),
  )
  t.strictSame([...sound().subarray(0, 6)], [0, silence, 0, silence, 0, silence])
})

t.test('a frame that is taken at the second try stands where it belongs', async (t) => {
  const { record, sound } = takes()
  t.equal(takeFrame(record, 'inbound', 2, 0, Buffer.from('AAA*'), 0, 4), 'garbage')
  t.equal(takeFrame(record, 'inbound', 2, 0, Buffer.from('AAAA'), 0, 4), 'taken')
  finishRecord(record)
  t.strictSame([...sound()], [0, silence, 0, silence, 0, silence])
})

t.test('who speaks is heard, and for how long nobody has', async (t) => {
  const { record } = takes()
  let sequence = 1
  let time = 0
  const say = (milliseconds: number, inbound: number, outbound: number) => {
    for (const end = time + milliseconds; time < end; time += 20) {
      for (const [track, byte] of [
        ['inbound', inbound],
        ['outbound', outbound],
      ] as const) {
        const text = textOf(byte)
        sequence += 1
        takeFrame(record, track, sequence, time, text, 0, text.length)
      }
    }
  }
  const [quiet, loud] = [0xfe, 0x20]
  say(2000, quiet, quiet)
  t.match(levelsOf(record), { inbound: 0, outbound: 0 })
  say(1000, loud, quiet)
  const { inbound, outbound, silentSeconds } = levelsOf(record)
  t.ok(inbound > 0.6 && inbound <= 1, String(inbound))
  t.equal(outbound, 0)
  t.ok(silentSeconds < 0.3)
  say(31_000, quiet, quiet)
  t.ok(levelsOf(record).silentSeconds > 30)
  say(90_000, 0x60, quiet)
  t.ok(levelsOf(record).silentSeconds > 20, 'a line that hums all the time is silent')
  say(1000, loud, quiet)
  t.ok(levelsOf(record).silentSeconds < 0.3, 'and who speaks over it is heard')
})
