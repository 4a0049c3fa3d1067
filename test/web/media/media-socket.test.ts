import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import pino from 'pino'
import t from 'tap'
import { WebSocket } from 'ws'
import type { Logger } from '../../../src/logging.ts'
import {
  callIn,
  hangUp,
  newSid,
  openStream,
  type StreamSender,
  startStreamApi,
  until,
  upgradeSignature,
} from '../../support/media-stream.ts'
import { startTestServer } from '../../support/server.ts'

const entries: { event?: string; why?: string; callSid?: string | null }[] = []
const logger = pino(
  { level: 'warn' },
  new Writable({
    write: (chunk, _encoding, done) => {
      entries.push(JSON.parse(String(chunk)))
      done()
    },
  }),
) as unknown as Logger
const dataDir = t.testdir()
const { url, orders } = await startStreamApi(t)
const server = await startTestServer(t, {
  env: { DATA_DIR: dataDir, TWILIO_API_URL: url },
  logger,
})
const { pool } = server.database

const streamOf = (callSid: string, ordinal = 1) =>
  until(async () => {
    const { rows } = await pool.query(
      `select * from streams where call_sid = $1 and ordinal = $2 and state in ('ended', 'failed')`,
      [callSid, ordinal],
    )
    return rows[0]
  })

const refusals = (callSid: string | null) =>
  entries.filter(({ event, callSid: of }) => event === 'media-refused' && of === callSid)

const soundOf = async (hash: string) =>
  (await readFile(join(dataDir, 'recordings', hash.slice(0, 2), hash))).subarray(58)

t.test('an upgrade that is not signed, or for another address, is refused', async (t) => {
  const attempt = (signature: string | null) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/media`, {
        headers: signature === null ? {} : { 'x-twilio-signature': signature },
      })
      socket.on('error', () => {})
      socket.on('open', () => {
        socket.terminate()
        resolve(101)
      })
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    })
  const { publicUrl } = server.server
  t.equal(await attempt(null), 403)
  t.equal(await attempt('x'.repeat(28)), 403)
  t.equal(await attempt(upgradeSignature(publicUrl, '/other')), 403)
  t.equal(await attempt(upgradeSignature(publicUrl, '/media', 'another token')), 403)
  t.equal(await attempt(upgradeSignature('http://elsewhere.example')), 403)
  t.equal(await attempt(upgradeSignature(publicUrl)), 101)
  t.equal(await attempt(upgradeSignature(publicUrl, '/media/')), 101, 'signed with a slash')
  const { status } = await fetch(`${server.url}/media`)
  t.equal(status, 403, 'and no other request gets further')
})

t.test('both sides of a call are kept as they came, named by their hash', async (t) => {
  const call = await callIn(server)
  t.match(call.twiml, /<Response><Start><Stream url="ws:\/\/[^"?]+\/media" /)
  const again = await callIn(server, call.callSid)
  t.equal(again.twiml, call.twiml, 'the same answer to the same call')
  const stream = await openStream(server, call)
  stream.start()
  for (let index = 0; index < 100; index++) {
    stream.frame({ track: 'inbound', sequence: 2 * index + 2, timestamp: index * 20, byte: index })
    stream.frame({ track: 'outbound', sequence: 2 * index + 3, timestamp: index * 20, byte: 200 })
  }
  stream.stop(202)
  t.equal(await stream.closed, 1000)
  const row = await streamOf(call.callSid)
  t.match(row, { reason: 'stop', milliseconds: 2000, frames: 200, lost_frames: 0, gaps: [] })
  const sound = await soundOf(row.hash)
  t.equal(sound.length, 2000 * 16)
  t.ok(sound.every((byte, index) => byte === (index % 2 === 0 ? Math.floor(index / 320) : 200)))
  await hangUp(server, call.callSid)
  const { rows } = await pool.query('select closed_at from channels where call_sid = $1', [
    call.callSid,
  ])
  t.equal(rows.length, 1, 'its start has opened the channel')
  await until(async () => {
    const closed = await pool.query(
      'select from channels where call_sid = $1 and closed_at is not null',
      [call.callSid],
    )
    return closed.rowCount === 1 ? true : null
  })
})

t.test('what was lost is silence, what comes again is not heard twice', async (t) => {
  const call = await callIn(server)
  const stream = await openStream(server, call)
  stream.start()
  const sequences = [2, 3, 3, 5, 4, 10, 10]
  for (const sequence of sequences)
    stream.frame({ sequence, timestamp: (sequence - 2) * 20, byte: sequence })
  stream.stop(11)
  await stream.closed
  const row = await streamOf(call.callSid)
  t.match(row, {
    milliseconds: 180,
    lost_frames: 4,
    repeated_frames: 2,
    gaps: [{ track: 'inbound', atMs: 80, ms: 80 }],
  })
  const sound = await soundOf(row.hash)
  const heard = Array.from({ length: 9 }, (_, frame) => sound[frame * 320])
  t.strictSame(heard, [2, 3, 4, 5, 255, 255, 255, 255, 10])
  await hangUp(server, call.callSid)
})

type Misdeed = {
  readonly what: string
  readonly code: number
  readonly why: string
  readonly act: (stream: StreamSender) => void
}

const misdeeds: readonly Misdeed[] = [
  {
    what: 'a wrong token',
    code: 1008,
    why: 'wrong-token',
    act: ({ start }) => start({ token: `1.${'A'.repeat(43)}` }),
  },
  {
    what: 'no token',
    code: 1008,
    why: 'wrong-token',
    act: ({ start }) => start({ start: { customParameters: {} } }),
  },
  {
    what: 'another account',
    code: 1008,
    why: 'foreign-account',
    act: ({ start }) => start({ start: { accountSid: `AC${'b'.repeat(32)}` } }),
  },
  {
    what: 'two identifiers of a stream',
    code: 1008,
    why: 'foreign-stream',
    act: ({ start }) => start({ start: { streamSid: newSid('MZ') } }),
  },
  {
    what: 'start twice',
    code: 1008,
    why: 'second-start',
    act: ({ start, send, streamSid }) => {
      start()
      send({ event: 'mark', sequenceNumber: '2', streamSid, mark: { name: 'x' } })
      start({ connects: false })
    },
  },
  {
    what: 'sound of another stream',
    code: 1008,
    why: 'foreign-stream',
    act: ({ start, send }) => {
      start()
      send({
        event: 'media',
        sequenceNumber: '2',
        streamSid: newSid('MZ'),
        media: { track: 'inbound', chunk: '1', timestamp: '0', payload: 'AAAA' },
      })
    },
  },
  {
    what: 'the stop of another call',
    code: 1008,
    why: 'foreign-stream',
    act: ({ start, send, streamSid }) => {
      start()
      const stop = { accountSid: `AC${'a'.repeat(32)}`, callSid: newSid('CA') }
      send({ event: 'stop', sequenceNumber: '2', streamSid, stop })
    },
  },
  {
    what: 'binary',
    code: 1003,
    why: 'binary',
    act: ({ start, send }) => {
      start()
      send(Buffer.from([1, 2, 3]))
    },
  },
  {
    what: 'a message of 5 kB',
    code: 1009,
    why: 'too-large',
    act: ({ start, frame }) => {
      start()
      frame({ sequence: 2, timestamp: 0, samples: 3700 })
    },
  },
  {
    what: 'base64 that is none',
    code: 1007,
    why: 'garbage',
    act: ({ start, send, streamSid }) => {
      start()
      const media = { track: 'inbound', chunk: '1', timestamp: '0', payload: 'AA!A' }
      send({ event: 'media', sequenceNumber: '2', streamSid, media })
    },
  },
  {
    what: 'no JSON',
    code: 1007,
    why: 'not-a-message',
    act: ({ start, send }) => {
      start()
      send('{"event":"media"')
    },
  },
  {
    what: 'a member too many',
    code: 1007,
    why: 'not-a-message',
    act: ({ start }) => start({ message: { more: '1' } }),
  },
  {
    what: 'a number that is no text',
    code: 1007,
    why: 'not-a-message',
    act: ({ start }) => start({ message: { sequenceNumber: 1 } }),
  },
  {
    what: 'a time that cannot be',
    code: 1008,
    why: 'impossible-time',
    act: ({ start, frame }) => {
      start()
      frame({ sequence: 2, timestamp: 900_000_000 })
    },
  },
]

for (const { what, code, why, act } of misdeeds) {
  t.test(`${what} closes the socket with ${code}, is told once and harms no call`, async (t) => {
    const call = await callIn(server)
    const stream = await openStream(server, call)
    act(stream)
    t.equal(await stream.closed, code)
    t.equal(refusals(call.callSid).length + refusals(null).filter((e) => e.why === why).length, 1)
    t.match([...refusals(call.callSid), ...refusals(null)], [{ why }])
    entries.length = 0
    const { body } = await server.signedPost('/voice/turn/1', {
      CallSid: call.callSid,
      Digits: '1',
    })
    t.match(body, /<Response>/, 'the call goes on')
    await hangUp(server, call.callSid)
  })
}

t.test('a call in whose name something was wrong is marked', async (t) => {
  const call = await callIn(server)
  const stream = await openStream(server, call)
  stream.start({ token: 'x' })
  await stream.closed
  const fault = await until(async () => {
    const { rows } = await pool.query('select * from stream_faults where call_sid = $1', [
      call.callSid,
    ])
    return rows[0]
  })
  t.match(fault, { why: 'wrong-token', stream_sid: stream.streamSid })
})

t.test('a token is good once, for its own call, and only while that goes on', async (t) => {
  const call = await callIn(server)
  const first = await openStream(server, call)
  first.start()
  first.frame({ sequence: 2, timestamp: 0 })
  await until(async () => {
    const { rowCount } = await pool.query('select from streams where call_sid = $1', [call.callSid])
    return rowCount === 1 ? true : null
  })
  const second = await openStream(server, call)
  second.start()
  t.equal(await second.closed, 1008)
  t.match(refusals(call.callSid), [{ why: 'used-token' }])
  const other = await callIn(server)
  const third = await openStream(server, { callSid: other.callSid, token: call.token })
  third.start()
  t.equal(await third.closed, 1008)
  first.stop(3)
  t.equal(await first.closed, 1000, 'the right one was left alone')

  const over = await callIn(server)
  await hangUp(server, over.callSid)
  await pool.query(
    `update calls set ended_at = ended_at - interval '5 seconds'
                     where call_sid = $1`,
    [over.callSid],
  )
  const late = await openStream(server, over)
  late.start()
  t.equal(await late.closed, 1000)

  const theirs = await callIn(server)
  const taken = await openStream(server, theirs, first.streamSid)
  taken.start()
  t.equal(await taken.closed, 1008, 'an identifier of a stream is nobody else’s')
  entries.length = 0
})

t.test('frames, fragments and floods beyond all limits close the socket', async (t) => {
  const call = await callIn(server)
  const huge = await openStream(server, call)
  huge.send('x'.repeat(20_000))
  t.equal(await huge.closed, 1009)
  const fragments = await openStream(server, call)
  fragments.start()
  for (let count = 0; count < 40; count++) fragments.socket.send('x', { fin: false })
  t.ok([1008, 1006].includes(await fragments.closed))
  const early = await openStream(server, call)
  early.frame({ sequence: 1, timestamp: 0 })
  t.equal(await early.closed, 1008, 'sound before start')
})

t.test('a stream that breaks off is ordered again, once', async (t) => {
  const call = await callIn(server)
  const first = await openStream(server, call)
  first.start()
  for (let index = 0; index < 5; index++)
    first.frame({ sequence: index + 2, timestamp: index * 20, byte: 1 })
  first.socket.terminate()
  const order = await until(async () => orders.find(({ callSid }) => callSid === call.callSid))
  t.equal(order.form.get('Track'), 'both_tracks')
  t.equal(order.form.get('Url'), `${server.server.publicUrl.replace('http', 'ws')}/media`)
  t.equal(order.form.get('StatusCallback'), `${server.server.publicUrl}/voice/stream`)
  t.equal(order.form.get('Parameter1.Name'), 'token')
  t.match(await streamOf(call.callSid), { reason: 'socket-lost', milliseconds: 100 })
  await server.signedPost('/voice/stream', { CallSid: call.callSid, StreamEvent: 'stream-error' })

  const second = await openStream(server, {
    ...call,
    token: order.form.get('Parameter1.Value') ?? '',
  })
  second.start()
  second.frame({ sequence: 2, timestamp: 0, byte: 2 })
  second.stop(3)
  await second.closed
  t.match(await streamOf(call.callSid, 2), { reason: 'stop', milliseconds: 20 })
  t.equal(orders.filter(({ callSid }) => callSid === call.callSid).length, 1, 'once')
  await hangUp(server, call.callSid)
})
