import fc from 'fast-check'
import t from 'tap'
import { decodedLength, decodeInto } from '../../src/media/base64.ts'
import { readMessage } from '../../src/media/messages.ts'
import { frameReader } from '../../src/media/read-frame.ts'

const streamSid = `MZ${'0a'.repeat(16)}`
const bytes = (text: string): Buffer => Buffer.from(text)

const given = fc.record({
  sequence: fc.integer({ min: 1, max: 999_999_999 }),
  chunk: fc.integer({ min: 1, max: 999_999_999 }),
  timestamp: fc.nat({ max: 86_400_000 }),
  track: fc.constantFrom('inbound' as const, 'outbound' as const),
  payload: fc.uint8Array({ minLength: 1, maxLength: 400 }),
})

type Given = typeof given extends fc.Arbitrary<infer T> ? T : never

const membersOf = ({ sequence, chunk, timestamp, track, payload }: Given) => ({
  inside: [
    ['track', track],
    ['chunk', String(chunk)],
    ['timestamp', String(timestamp)],
    ['payload', Buffer.from(payload).toString('base64')],
  ] as const,
  outside: [
    ['event', 'media'],
    ['sequenceNumber', String(sequence)],
    ['streamSid', streamSid],
  ] as const,
})

t.test('every media message is read, in whatever order its members stand', async (t) => {
  const reader = frameReader()
  fc.assert(
    fc.property(given, fc.infiniteStream(fc.nat()), (frame, orders) => {
      const shuffled = <T>(items: readonly T[]): T[] =>
        items
          .map((item) => [orders.next().value, item] as const)
          .toSorted(([one], [other]) => one - other)
          .map(([, item]) => item)
      const { inside, outside } = membersOf(frame)
      const media = Object.fromEntries(shuffled(inside))
      const text = JSON.stringify(Object.fromEntries(shuffled([...outside, ['media', media]])))
      const message = bytes(text)
      t.ok(readMessage(text) !== null, 'the thorough reader takes it too')
      if (!reader.read(message, streamSid)) throw new Error(`not read: ${text}`)
      const { payloadFrom, payloadTo, ...read } = reader.frame
      const { sequence, timestamp, track, payload } = frame
      if (
        read.sequence !== sequence ||
        read.timestamp !== timestamp ||
        read.track !== track ||
        message.toString('latin1', payloadFrom, payloadTo) !==
          Buffer.from(payload).toString('base64')
      )
        throw new Error(`read otherwise: ${text}`)
    }),
    { numRuns: 200 },
  )
})

t.test('what the thorough reader would not take, the fast one does not take either', async (t) => {
  const reader = frameReader()
  const sound = JSON.stringify({
    event: 'media',
    sequenceNumber: '3',
    media: { track: 'inbound', chunk: '1', timestamp: '5', payload: 'AAAA' },
    streamSid,
  })
  t.ok(reader.read(bytes(sound), streamSid))
  let taken = 0
  fc.assert(
    fc.property(
      fc.nat({ max: sound.length - 1 }),
      fc.nat({ max: 3 }),
      fc.string({ maxLength: 3 }),
      (at, cut, put) => {
        const changed = sound.slice(0, at) + put + sound.slice(at + cut)
        const given = bytes(changed)
        if (!reader.read(given, streamSid)) return
        const { payloadFrom, payloadTo } = reader.frame
        // What is no base64 is found in decoding.
        if (decodedLength(given, payloadFrom, payloadTo) < 0) return
        if (decodeInto(given, payloadFrom, payloadTo, new Uint8Array(64), 0) < 0) return
        taken += 1
        const message = readMessage(changed)
        if (message === null || message.event !== 'media' || message.streamSid !== streamSid)
          throw new Error(`taken: ${changed}`)
      },
    ),
    { numRuns: 5000 },
  )
  t.ok(taken > 0, 'some changes leave it a message')
})

t.test('messages of another stream, or of another kind, are not taken', async (t) => {
  const reader = frameReader()
  const message = (changes: object, media: object = {}) =>
    bytes(
      JSON.stringify({
        event: 'media',
        sequenceNumber: '3',
        streamSid,
        media: { track: 'inbound', chunk: '1', timestamp: '5', payload: 'AAAA', ...media },
        ...changes,
      }),
    )
  t.ok(reader.read(message({}), streamSid))
  t.notOk(reader.read(message({ streamSid: streamSid.replace('a', 'b') }), streamSid))
  t.notOk(reader.read(message({ event: 'stop' }), streamSid))
  t.notOk(reader.read(message({ sequenceNumber: '0' }), streamSid))
  t.notOk(reader.read(message({ sequenceNumber: '03' }), streamSid))
  t.notOk(reader.read(message({ sequenceNumber: 3 }), streamSid))
  t.notOk(reader.read(message({ more: '1' }), streamSid))
  t.notOk(reader.read(message({}, { more: '1' }), streamSid))
  t.notOk(reader.read(message({}, { track: 'both' }), streamSid))
  t.notOk(reader.read(message({}, { timestamp: '-5' }), streamSid))
  t.notOk(reader.read(message({}, { payload: '' }), streamSid))
  for (const text of ['', '{', '{}', 'null', '[]', `${message({})}x`, '{"event":"media"'])
    t.notOk(reader.read(bytes(text), streamSid), text)
})

t.test('one reader serves streams whose frames are of different lengths', async (t) => {
  const reader = frameReader()
  const other = streamSid.replace('0', '1')
  const message = (of: string, payload: string, sequenceNumber: string) =>
    bytes(
      JSON.stringify({
        event: 'media',
        sequenceNumber,
        media: { track: 'inbound', chunk: '1', timestamp: '5', payload },
        streamSid: of,
      }),
    )
  for (const [of, payload, sequenceNumber] of [
    [streamSid, 'AAAABBBB', '3'],
    [other, 'CCCC', '900'],
    [streamSid, 'DDDDEEEE', '4'],
  ] as const) {
    const given = message(of, payload, sequenceNumber)
    t.ok(reader.read(given, of))
    const { payloadFrom, payloadTo, sequence } = reader.frame
    t.equal(given.toString('latin1', payloadFrom, payloadTo), payload)
    t.equal(sequence, Number(sequenceNumber))
    t.notOk(reader.read(given, of === other ? streamSid : other), 'a frame is of one stream only')
  }
})
