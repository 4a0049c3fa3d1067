import fc from 'fast-check'
import t from 'tap'
import { silence } from '../../src/media/mu-law.ts'
import { stripBytes, stripsOfPage } from '../../src/media/recorder.ts'
import { type SoundFile, strips, taking } from '../../src/media/taking.ts'
import { headerBytes, wavHeader } from '../../src/media/wav.ts'

const id = { callSid: `CA${'1'.repeat(32)}`, ordinal: 1 }
const opened = (at: Temporal.Instant) => ({ kind: 'opened', at, phone: '', line: null }) as const
const payload = Buffer.from(Buffer.alloc(160, 9).toString('base64'))

/** A file in memory that finishes its writes when it is told to. */
const memoryFile = () => {
  const bytes = Buffer.alloc(1_000_000, 1)
  let length = 0
  let pending: (() => void)[] = []
  const file: SoundFile = {
    path: 'memory',
    write: (pieces, position, done) => {
      pending.push(() => {
        const given = Buffer.concat(pieces)
        bytes.set(given, position)
        length = Math.max(length, position + given.length)
        done()
      })
    },
    fault: () => null,
    sync: () => {},
    settle: async () => {
      for (const write of pending) write()
      pending = []
    },
  }
  return { file, content: () => bytes.subarray(0, length) }
}

t.test('the moment of time 0 is told to 20 ms, however held up the messages are', async () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 30, maxLength: 120 }),
      fc.integer({ min: 0, max: 300 }),
      (delays, answer) => {
        let now = 5_000
        const stream = taking(id, 'MZ', new Promise(() => {}), strips(), () => now)
        const began = now
        // One message in ten is held up by nothing but the wire.
        let last = now
        for (const [index, delay] of delays.entries()) {
          const due = began + index * 20 + (index % 10 === 3 ? 5 : delay)
          now = last = Math.max(last, due)
          stream.take('inbound', index + 2, index * 20, payload, 0, payload.length)
        }
        const told = Temporal.Instant.fromEpochMilliseconds(1_000_000)
        stream.opened(opened(told), began + 10, began + 10 + answer)
        const zero = stream.startedAt()?.epochMilliseconds ?? 0
        const error = zero - (1_000_000 - 10 - answer / 2)
        if (error < -1 || error > 20) throw new Error(`${error} ms`)
      },
    ),
  )
})

t.test('sound that comes before its file is there is written all the same', async (t) => {
  const { promise, resolve } = Promise.withResolvers<SoundFile>()
  const { file, content } = memoryFile()
  const stream = taking(id, 'MZ', promise, strips(), () => 0)
  for (let index = 0; index < 200; index++)
    stream.take('inbound', index + 2, index * 20, payload, 0, payload.length)
  resolve(file)
  await promise
  for (let index = 200; index < 300; index++)
    stream.take('inbound', index + 2, index * 20, payload, 0, payload.length)
  const finished = await stream.finish()
  const sound = 300 * 320
  t.match(finished, { path: 'memory', bytes: headerBytes + sound, milliseconds: 6000 })
  t.equal(content().length, headerBytes + sound)
  t.ok(content().subarray(0, headerBytes).equals(wavHeader(sound)))
  t.ok(
    content()
      .subarray(headerBytes)
      .every((byte, index) => byte === (index % 2 ? 255 : 9)),
  )
})

t.test('where no file can be made the stream is heard and nothing is kept', async (t) => {
  const spare = strips()
  const stream = taking(id, 'MZ', Promise.reject(new Error('disk full')), spare, () => 0)
  for (let index = 0; index < 200; index++)
    t.equal(stream.take('inbound', index + 2, index * 20, payload, 0, payload.length), 'taken')
  t.equal(await stream.finish(), null)
  t.match(stream.fault(), { message: 'disk full' })
  t.equal(spare.take().length, stripBytes)
})

t.test('strips are used again; those that came back of a rush are let go of', async (t) => {
  const { take, back } = strips()
  const taken = Array.from({ length: 10 }, () => take().fill(1))
  const inUse = new Set(taken.splice(0, 8))
  for (const strip of taken) back(strip)
  const again = [take(), take(), take()]
  t.strictSame(
    again.map((strip) => taken.includes(strip)),
    [true, true, false],
  )
  t.ok(again.every((strip) => strip.every((byte) => byte === silence)))
  for (const strip of [...inUse, ...again]) back(strip)
  t.notOk(inUse.has(take()) || again.includes(take()), 'nobody is left who may need one')
})

t.test('streams that begin together do not write together', async (t) => {
  const shared = strips()
  const written: number[] = []
  const streams = Array.from({ length: stripsOfPage }, (_, index) => {
    const { file } = memoryFile()
    const counted: SoundFile = {
      ...file,
      write: (pieces, position, done) => {
        if (position > 0) written.push(index)
        file.write(pieces, position, done)
      },
    }
    return taking(id, 'MZ', Promise.resolve(counted), shared, () => 0)
  })
  await new Promise((resolve) => setImmediate(resolve))
  const most = Array.from({ length: 100 }, (_, frame) => {
    const before = written.length
    for (const stream of streams)
      for (const [side, track] of (['inbound', 'outbound'] as const).entries())
        stream.take(track, 2 + 2 * frame + side, frame * 20, payload, 0, payload.length)
    return written.length - before
  })
  t.equal(Math.max(...most), 1)
  t.equal(new Set(written).size, stripsOfPage)
})
