import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import t from 'tap'
import { WebSocket } from 'ws'
import { openChannelPage } from '../../support/channel-page.ts'
import { collectRoutes, givenCall, givenPeople, keptLog } from '../../support/guard-scene.ts'
import { upgradeSignature } from '../../support/media-stream.ts'
import { startTestServer } from '../../support/server.ts'

const dataDir = t.testdir()
const log = keptLog()
const routes = collectRoutes()
const server = await startTestServer(t, {
  // With the simulated carrier, whose telephones have sockets too.
  env: { DATA_DIR: dataDir, FLOWS_CHECK: 'off', TWILIO_ACCOUNT_SID: '', TWILIO_AUTH_TOKEN: '' },
  logger: log.logger,
})
const { demo, app, publicUrl } = server.server
if (demo === null) throw new Error('The carrier is to be the simulated one')

const calls = [
  await givenCall(server, dataDir, '+79160000001', 'anna'),
  await givenCall(server, dataDir, '+79160000002', 'boris'),
] as const
const [call] = calls
const people = await givenPeople(server, calls)

const hello = JSON.stringify({ type: 'hello', of: { channel: call.channel }, after: null })
const origin = server.url
const signature = upgradeSignature(publicUrl, '/media', demo.carrier.authToken)

/** What a socket does with what it should not be sent: the code it closes with, or `open`. */
type Habits = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** Said first, where something has to be. */
  readonly hello?: string
  readonly binary: number
  /** What is no JSON, no object, of unknown type, or has a member too many. */
  readonly garbage: number | 'open'
  /** The first message again, or one that only follows it. */
  readonly twice: number | 'open'
  /** A message that may be said often, a thousand times at once. */
  readonly often: string
  readonly flood: number | 'open'
}

const sockets: Readonly<Record<string, Habits>> = {
  console: {
    ...{ path: '/operator/socket', headers: { origin, ...people.boris } },
    ...{ hello: '{"type":"hello","after":null}', binary: 1008, garbage: 1008, twice: 1008 },
    ...{ often: '{"type":"command","id":"12345678","command":{"type":"hang-up"}}', flood: 1008 },
  },
  'channel of an operator': {
    ...{ path: '/operator/channel/socket', headers: { origin, ...people.anna } },
    ...{ hello, binary: 1008, garbage: 1008, twice: 1008 },
    ...{ often: '{"type":"mark","delivered":1,"seen":1}', flood: 1008 },
  },
  'channel of a caller': {
    ...{ path: '/caller/channel/socket', headers: { origin, ...people.caller } },
    ...{ hello, binary: 1008, garbage: 1008, twice: 1008 },
    ...{ often: '{"type":"mark","delivered":1,"seen":1}', flood: 1008 },
  },
  'page of a caller': {
    ...{ path: '/caller/socket', headers: { origin, ...people.caller } },
    ...{ binary: 1008, garbage: 1008, twice: 1008, often: '{}', flood: 1008 },
  },
  stream: {
    ...{ path: '/media', headers: { 'x-twilio-signature': signature } },
    ...{ hello: '{"event":"connected","protocol":"Call","version":"1.0.0"}' },
    ...{ binary: 1003, garbage: 1007, twice: 1008, often: '{"event":"dtmf"}', flood: 1007 },
  },
  softphone: {
    ...{ path: '/simulated/softphone', headers: { origin } },
    ...{ binary: 1009, garbage: 'open', twice: 'open', often: '{}', flood: 'open' },
  },
  telephone: {
    ...{ path: '/phone/socket', headers: { origin } },
    ...{ binary: 1009, garbage: 'open', twice: 'open', often: '{}', flood: 'open' },
  },
}

const open = async ({ path, headers, hello: first }: Habits): Promise<WebSocket> => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, {
    headers,
    perMessageDeflate: false,
  })
  // What the server makes of it is told by the code.
  socket.on('error', () => {})
  t.teardown(() => socket.terminate())
  await once(socket, 'open')
  if (first !== undefined) socket.send(first)
  return socket
}

/** Sends something; the code of the close, or `open` when the socket still answers a ping afterwards. */
const codeAfter = async (habits: Habits, send: (socket: WebSocket) => void) => {
  const socket = await open(habits)
  const outcome = new Promise<number | 'open'>((resolve) => {
    socket.once('close', (code) => resolve(code))
    socket.once('pong', () => resolve('open'))
  })
  send(socket)
  // A close that is decided at once is there before the answer; one that asks the database is not.
  if (habits.garbage === 'open') socket.ping()
  const code = await outcome
  socket.terminate()
  return code
}

/** Bytes past the library, which would not send such frames. */
const frame =
  (...bytes: readonly number[]) =>
  (socket: WebSocket) => {
    const { _socket: wire } = socket as unknown as { _socket: Duplex }
    wire.write(Buffer.from(bytes))
  }

/** Text of one letter, masked by zeros. */
const masked = (first: number, byte: number) => frame(first, 0x81, 0, 0, 0, 0, byte)

const witness = await openChannelPage(
  t,
  server.url,
  { cookie: people.caller.cookie ?? '', who: 'caller' },
  { of: { channel: call.channel }, after: null },
)
await witness.message('channel')

for (const [name, habits] of Object.entries(sockets))
  t.test(
    `${name}: what is not of the protocol ends this socket, with the code for it`,
    async (t) => {
      const text = (data: string) => codeAfter(habits, (socket) => socket.send(data))
      t.equal(await codeAfter(habits, (socket) => socket.send(Buffer.from('{}'))), habits.binary)
      t.equal(await text('x'.repeat(17 * 1024)), 1009, 'too large')
      const garbage = [
        ...['', '{', 'null', '[]', '1', '"hello"', '{}', '{"type":1}', '{"type":"__proto__"}'],
        ...['{"type":["hello"]}', '{"__proto__":{"type":"hello"}}', '['.repeat(4000)],
        '{"type":"hello","after":null,"__proto__":{"role":"administrator"}}',
        `{"type":"command","id":"12345678","command":{"type":"hang-up","login":"anna"}}`,
      ]
      for (const each of garbage) t.equal(await text(each), habits.garbage, each.slice(0, 60))
      t.equal(await text(habits.hello ?? '{}'), habits.twice, 'the first message twice')
      t.equal(await codeAfter(habits, masked(0x81, 0xff)), 1007, 'no UTF-8')
      t.equal(await codeAfter(habits, masked(0xc1, 0x61)), 1002, 'a reserved bit')
      t.equal(await codeAfter(habits, masked(0x83, 0x61)), 1002, 'an unknown kind of frame')
      t.equal(await codeAfter(habits, frame(0x81, 0x01, 0x61)), 1002, 'not masked')
      const fragments = (socket: WebSocket) => {
        for (let count = 0; count < 40; count++) socket.send(' ', { fin: false })
      }
      t.equal(await codeAfter(habits, fragments), 1008, 'a message in too many pieces')
      const flood = (socket: WebSocket) => {
        for (let count = 0; count < 1000; count++) socket.send(habits.often)
      }
      t.equal(await codeAfter(habits, flood), habits.flood, 'a thousand messages at once')
    },
  )

t.test('a second page too many takes the place of the first', async (t) => {
  const channel = sockets['channel of an operator'] as Habits
  const pages: WebSocket[] = []
  for (let count = 0; count < 10; count++) pages.push(await open(channel))
  const [first] = pages
  if (first === undefined) return t.fail('no page')
  const closed = once(first, 'close')
  pages.push(await open(channel))
  const [code] = await closed
  t.equal(code, 4409)
  t.strictSame(
    pages.slice(1).filter(({ readyState }) => readyState !== WebSocket.OPEN),
    [],
  )
})

t.test('who may not know of a channel is told the same as where there is none', async (t) => {
  const none = '00000000-0000-4000-8000-000000000000'
  for (const [who, person] of [
    ['operator', 'boris'],
    ['operator', 'vera'],
    ['caller', 'other'],
    ['caller', 'stranger'],
    ['caller', 'told'],
  ] as const)
    for (const channel of [call.channel, none]) {
      const cookie = people[person].cookie ?? ''
      const page = await openChannelPage(
        t,
        server.url,
        { cookie, who },
        {
          ...{ of: { channel }, after: null },
        },
      )
      t.equal((await page.closed).code, 4403, `${person} ${channel === none}`)
      t.strictSame(page.messages, [])
    }
})

t.test('what else asks for a socket gets none', async (t) => {
  const refused = (path: string, headers: Record<string, string>) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, { headers })
      socket.on('unexpected-response', (_request, response) => {
        response.destroy()
        resolve(response.statusCode ?? 0)
      })
      socket.on('open', () => resolve(101))
      socket.on('error', () => {})
    })
  for (const { path, headers } of Object.values(sockets)) {
    const foreign = { ...headers, origin: 'https://elsewhere.example', 'x-twilio-signature': 'x' }
    t.equal(await refused(path, foreign), 403, path)
  }
  t.equal(await refused('/media', { origin, ...people.anna }), 403, 'a page is no carrier')
  t.equal(await refused('/operator/socket', { origin, ...people.caller }), 401)
  t.equal(await refused('/caller/socket', { origin, ...people.anna }), 401)
})

t.test('the simulated carrier obeys pages of ours and who has its password', async (t) => {
  const simulated = routes.filter(({ url }) => /^\/(carrier|simulated|phone\/socket)/.test(url))
  t.ok(simulated.length > 50)
  const isSound = (url: string) => /\/Recordings\/:sid(\.wav)?$/.test(url)
  const taken: string[] = []
  for (const { method, url } of simulated) {
    if (isSound(url)) continue
    const { statusCode } = await app.inject({
      method: method as 'GET',
      url: url.replaceAll(/:\w+/g, 'CA0'),
      headers: { origin: 'https://elsewhere.example', authorization: 'Basic eDp5' },
    })
    if (statusCode !== (url.startsWith('/carrier') ? 401 : 403))
      taken.push(`${method} ${url} ${statusCode}`)
  }
  t.strictSame(taken, [])
})

t.test('meanwhile nobody else noticed anything', async (t) => {
  t.match(await witness.say({ type: 'message', text: 'still here' }), { type: 'done' })
  t.equal((await fetch(`${server.url}/readyz`)).status, 200)
  const entries = log
    .text()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { level: number })
  t.strictSame(
    entries.filter(({ level }) => level >= 50),
    [],
  )
  t.notMatch(log.text(), /7916\d{7}|still here/)
})
