import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { type WebSocket, WebSocketServer } from 'ws'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { virtualClock } from '../../src/simulator/clock.ts'
import { seededSids } from '../../src/simulator/identifiers.ts'
import { signature } from '../../src/simulator/signature.ts'
import type { StreamFault } from '../../src/simulator/streams/stream-faults.ts'
import type { Send } from '../../src/simulator/wire.ts'

const authToken = 'secret'
const line = '+78005550303'

type Message = {
  readonly event: string
  readonly sequenceNumber?: string
  readonly streamSid?: string
  readonly start?: { readonly customParameters: object; readonly tracks: readonly string[] }
  readonly media?: {
    readonly track: 'inbound' | 'outbound'
    readonly chunk: string
    readonly timestamp: string
    readonly payload: string
  }
}

type Heard = { readonly request: IncomingMessage; readonly messages: Message[] }

/** Where streams go: everything that came over each socket. */
const startListener = async (
  onMessage: (socket: WebSocket, message: Message) => void = () => {},
) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const sockets: Heard[] = []
  server.on('connection', (socket, request) => {
    const heard: Heard = { request, messages: [] }
    sockets.push(heard)
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as Message
      heard.messages.push(message)
      onMessage(socket, message)
    })
    socket.on('error', () => {})
  })
  t.teardown(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/media`, sockets }
}

/** A call whose documents are these, in turn; and what the webhooks of its streams said. */
const call = async (documents: readonly string[], faults: readonly StreamFault[] = []) => {
  const told: URLSearchParams[] = []
  let asked = 0
  const send: Send = async ({ url, body }) => {
    if (url.pathname === '/stream') told.push(new URLSearchParams(body))
    const text = url.pathname === '/voice' ? (documents[asked++] ?? '<Response/>') : '<Response/>'
    return {
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'text/xml' },
      cookies: [],
      body: Buffer.from(text),
      overlong: false,
    }
  }
  const carrier = createCarrier({
    accountSid: `AC${'a'.repeat(32)}`,
    authToken,
    numbers: { [line]: { voiceUrl: 'https://hotline.example/voice' } },
    clock: virtualClock(),
    newSid: seededSids('streams'),
    send,
    streamFaults: () => faults,
  })
  const dialled = carrier.dial({ to: line })
  await dialled.settled
  return { told: told.map((form) => Object.fromEntries(form)), dialled }
}

const start = (url: string, more = '') =>
  `<Start><Stream url="${url}" name="s" track="both_tracks" statusCallback="https://hotline.example/stream"${more}><Parameter name="token" value="1.x"/></Stream></Start>`

const media = ({ messages }: Heard) =>
  messages.flatMap(({ media: sound, sequenceNumber }) =>
    sound === undefined ? [] : [{ ...sound, sequence: Number(sequenceNumber) }],
  )

const loudness = (payload: string): number =>
  Buffer.from(payload, 'base64').reduce((most, byte) => Math.max(most, 255 - (byte | 0x80)), 0)

t.test('a stream is signed, tells who it is, and carries both sides on time', async (t) => {
  const { url, sockets } = await startListener()
  const { told, dialled } = await call([
    `<Response>${start(url)}<Say language="ru-RU">Здравствуйте</Say><Pause length="2"/></Response>`,
  ])
  const [heard] = sockets
  if (heard === undefined) throw new Error('nothing came')
  t.equal(heard.request.headers['x-twilio-signature'], signature(authToken, url, []))
  const [connected, began] = heard.messages
  t.strictSame(connected, { event: 'connected', protocol: 'Call', version: '1.0.0' })
  t.match(began, {
    event: 'start',
    sequenceNumber: '1',
    start: {
      callSid: dialled.callSid,
      streamSid: /^MZ[0-9a-f]{32}$/,
      tracks: ['inbound', 'outbound'],
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: { token: '1.x' },
    },
  })
  const sound = media(heard)
  t.ok(sound.length >= 2 * 140, `${sound.length} frames of 2.9 s`)
  t.ok(sound.every(({ payload }) => Buffer.from(payload, 'base64').length === 160))
  t.strictSame(
    sound.map(({ sequence }) => sequence),
    sound.map((_, index) => index + 2),
  )
  for (const track of ['inbound', 'outbound'] as const) {
    const side = sound.filter((frame) => frame.track === track)
    t.strictSame(
      side.map(({ chunk, timestamp }) => [chunk, timestamp]),
      side.map((_, index) => [String(index + 1), String(index * 20)]),
    )
  }
  const said = sound.filter(
    ({ track, timestamp }) => track === 'outbound' && Number(timestamp) < 800,
  )
  t.ok(
    said.some(({ payload }) => loudness(payload) > 60),
    'the line says something',
  )
  const after = sound.filter(({ timestamp }) => Number(timestamp) > 1500)
  t.ok(
    after.every(({ payload }) => loudness(payload) < 20),
    'and then there is the noise of a line',
  )
  t.match(heard.messages.at(-1), { event: 'stop', stop: { callSid: dialled.callSid } })
  t.match(told, [
    { StreamEvent: 'stream-started', StreamName: 's', CallSid: dialled.callSid },
    { StreamEvent: 'stream-stopped' },
  ])
})

t.test('a stream goes on through documents, and ends when it is told to', async (t) => {
  const { url, sockets } = await startListener()
  await call([
    `<Response>${start(url)}<Pause length="1"/><Redirect>/voice</Redirect></Response>`,
    '<Response><Pause length="1"/><Stop><Stream name="s"/></Stop><Pause length="5"/></Response>',
  ])
  t.equal(sockets.length, 1)
  const frames = sockets[0] === undefined ? [] : media(sockets[0])
  t.ok(frames.length > 190 && frames.length < 215, `${frames.length} frames of two seconds`)
})

t.test('a stream whose socket breaks is over, and told of; the call goes on', async (t) => {
  const { url, sockets } = await startListener()
  const { told, dialled } = await call(
    [`<Response>${start(url)}<Pause length="3"/></Response>`],
    [{ kind: 'drop', frame: 50 }],
  )
  t.equal(sockets.length, 1, 'nobody takes it up again')
  t.match(told, [{ StreamEvent: 'stream-started' }, { StreamEvent: 'stream-error' }])
  t.match(await dialled.ended, { status: 'completed' })
  const refusing = await startListener((socket, { event }) => {
    if (event === 'start') socket.close(1008, 'no')
  })
  const refused = await call([`<Response>${start(refusing.url)}<Pause length="3"/></Response>`])
  t.match(refused.told.at(-1), { StreamEvent: 'stream-error', StreamError: /1008/ })
  t.match(await refused.dialled.ended, { status: 'completed' })
})

t.test('a socket that cannot be had harms no call', async (t) => {
  const { told, dialled } = await call([
    `<Response>${start('ws://127.0.0.1:9/media')}<Pause length="1"/></Response>`,
  ])
  t.match(told, [{ StreamEvent: 'stream-error' }])
  t.match(await dialled.ended, { reason: 'completed' })
  const { told: none } = await call([
    `<Response>${start('http://127.0.0.1:9/media?x=1').replace('http:', 'ftp:')}<Pause/></Response>`,
  ])
  t.strictSame(none, [], 'another scheme is refused')
})

t.test('faults of the wire come as they are planned', async (t) => {
  const { url, sockets } = await startListener()
  const document = `<Response>${start(url)}<Pause length="2"/></Response>`
  await call([document], [{ kind: 'duplicate', every: 10 }])
  await call([document], [{ kind: 'lose', every: 10 }])
  await call([document], [{ kind: 'swap', every: 10 }])
  await call([document], [{ kind: 'stall', frame: 20, milliseconds: 600 }])
  const [twice = [], lost = [], swapped = [], stalled = []] = sockets.map((heard) =>
    media(heard).map(({ sequence }) => sequence),
  )
  t.ok(twice.filter((sequence) => sequence === 10).length === 2)
  t.notOk(lost.includes(10))
  t.ok(lost.includes(11))
  t.ok(swapped.indexOf(10) === swapped.indexOf(11) + 1)
  t.strictSame(
    stalled,
    stalled.map((_, index) => index + 2),
    'all of it, after a while',
  )
})
