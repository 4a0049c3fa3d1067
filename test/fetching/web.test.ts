import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import type { WebOptions } from '../../src/fetching/web.ts'
import { createWeb } from '../../src/fetching/web.ts'
import type { FetchAnswer, FetchRequest } from '../../src/voicexml/fetch-request.ts'

const request = (url: string, more: Partial<FetchRequest> = {}): FetchRequest => ({
  purpose: 'data',
  method: 'get',
  url,
  body: null,
  timeoutMs: null,
  maxAgeSeconds: null,
  maxStaleSeconds: null,
  ...more,
})

/** Milliseconds that no answer takes, on the slowest machine. */
const patience = 60_000

/** A server on loopback, named in the list. */
const served = async (t: Test, listener: RequestListener, options: Partial<WebOptions> = {}) => {
  const server = createServer(listener)
  const origin = await listening(t, server)
  const web = webFor(t, [origin], options)
  return {
    origin,
    get: (path = '/', more: Partial<FetchRequest> = {}, timeoutMs = patience) =>
      web.fetch(request(`${origin}${path}`, more), timeoutMs),
  }
}

const listening = async (t: Test, server: Server | ReturnType<typeof createSocketServer>) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    if ('closeAllConnections' in server) server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const webFor = (t: Test, allow: readonly string[], options: Partial<WebOptions> = {}) => {
  const web = createWeb({ allow, readRecording: async () => null, now: Date.now, ...options })
  t.teardown(() => web.close())
  return web
}

const eventOf = (answer: FetchAnswer) => (answer.kind === 'failed' ? answer.event : 'text')
const messageOf = (answer: FetchAnswer) => (answer.kind === 'failed' ? answer.message : '')

t.test('a text comes with the name of its content', async (t) => {
  const { get } = await served(t, (_request, response) => {
    response.setHeader('content-type', 'text/xml; charset="UTF-8"')
    response.end('\uFEFF<a>ё</a>')
  })
  t.same(await get(), {
    kind: 'text',
    text: '<a>ё</a>',
    hash: (await import('node:crypto')).createHash('sha256').update('<a>ё</a>').digest('hex'),
  })
})

t.test('a server is told who asks, by name and version, and what for', async (t) => {
  const asked: (string | undefined)[] = []
  const { get } = await served(t, ({ headers }, response) => {
    asked.push(headers['user-agent'], headers.accept)
    response.end('<a/>')
  })
  await get()
  t.match(asked[0], /^hotline\/\d+\.\d+\.\d+$/)
  t.match(asked[1], 'application/xml')
})

t.test('only origins on the list are connected to', async (t) => {
  let connections = 0
  const server = createServer((_request, response) => response.end('x'))
  server.on('connection', () => {
    connections += 1
  })
  const origin = await listening(t, server)
  const { port } = new URL(origin)
  const web = webFor(t, ['http://127.0.0.1:1', 'https://a.example', 'http://a.example'])
  for (const url of [
    origin,
    `http://localhost:${port}`,
    `https://127.0.0.1:${port}`,
    `http://a.example:${port}`,
    `http://[::ffff:127.0.0.1]:${port}`,
  ]) {
    const answer = await web.fetch(request(`${url}/x`), patience)
    t.equal(eventOf(answer), 'error.badfetch', url)
    t.match(messageOf(answer), 'is not an origin that documents may fetch from', url)
  }
  t.equal(connections, 0)
})

t.test('every way to write a loopback address is the same address', async (t) => {
  const { origin } = await served(t, (_request, response) => response.end('x'))
  const web = webFor(t, [origin])
  const { port } = new URL(origin)
  for (const host of ['127.1', '0x7f.1', '2130706433', '0177.0.0.1']) {
    t.equal(
      (await web.fetch(request(new URL(`http://${host}:${port}/`).href), patience)).kind,
      'text',
    )
  }
})

t.test(
  'a name on the list is connected to only at public addresses, or at ones that are named',
  async (t) => {
    const server = createServer((_request, response) => response.end('inside'))
    const origin = await listening(t, server)
    const { port } = new URL(origin)
    const named = `http://crm.example:${port}`
    const resolve = (address: string, family: number) => async () => [{ address, family }]
    const answer = (allow: readonly string[], options: Partial<WebOptions>) =>
      webFor(t, allow, options).fetch(request(`${named}/`), patience)
    for (const [address, family] of [
      ['127.0.0.1', 4],
      ['10.1.2.3', 4],
      ['172.31.255.255', 4],
      ['192.168.1.1', 4],
      ['169.254.169.254', 4],
      ['100.64.0.1', 4],
      ['0.0.0.0', 4],
      ['224.0.0.1', 4],
      ['255.255.255.255', 4],
      ['::1', 6],
      ['::', 6],
      ['::ffff:127.0.0.1', 6],
      ['fe80::1', 6],
      ['fd00::1', 6],
      ['ff02::1', 6],
      ['64:ff9b::7f00:1', 6],
      ['2002:7f00:1::', 6],
      ['2001::1', 6],
      ['fe80::1%lo', 6],
    ] as const) {
      const refused = await answer([named], { resolve: resolve(address, family) })
      t.match(messageOf(refused), 'has no address that may be connected to', address)
    }
    const allowed = await answer([named, origin], { resolve: resolve('127.0.0.1', 4) })
    t.equal(allowed.kind, 'text', 'the address is on the list itself')
  },
)

t.test('a name that resolves otherwise a moment later gains nothing', async (t) => {
  const server = createServer((_request, response) => response.end('inside'))
  const { port } = new URL(await listening(t, server))
  const addresses = ['127.0.0.1', '127.0.0.1']
  const asked: string[] = []
  const web = webFor(t, [`http://a.example:${port}`], {
    resolve: async (hostname) => {
      asked.push(hostname)
      return [{ address: addresses.shift() ?? '127.0.0.1', family: 4 }]
    },
  })
  t.equal((await web.fetch(request(`http://a.example:${port}/`), patience)).kind, 'failed')
  t.same(asked, ['a.example'], 'resolved once: what is checked is what is connected to')
})

t.test('localhost on the list is this machine', async (t) => {
  const server = createServer((_request, response) => response.end('x'))
  const { port } = new URL(await listening(t, server))
  const answer = await webFor(t, [`http://localhost:${port}`]).fetch(
    request(`http://localhost:${port}/`),
    patience,
  )
  t.equal(answer.kind, 'text')
})

t.test(
  'an answer other than 2xx is error.badfetch with its status, a redirection too',
  async (t) => {
    let asked = 0
    const { get } = await served(t, (incoming, response) => {
      asked += 1
      const status = Number(incoming.url?.slice(1))
      response.writeHead(status, { location: '/200', connection: 'close' })
      response.end('x'.repeat(status === 304 || status === 204 ? 0 : 100_000))
    })
    for (const status of [300, 301, 302, 303, 304, 307, 308, 400, 401, 404, 410, 500, 503]) {
      t.equal(eventOf(await get(`/${status}`)), `error.badfetch.http.${status}`)
    }
    t.equal(asked, 13, 'nothing was followed')
    t.equal((await get('/203')).kind, 'text')
  },
)

t.test('a server that hangs, at whatever point, is left when the time is up', async (t) => {
  const sockets: Socket[] = []
  const act = (work: (socket: Socket) => void) => {
    const server = createSocketServer((socket) => {
      sockets.push(socket)
      socket.on('error', () => {})
      socket.once('data', () => work(socket))
    })
    return listening(t, server)
  }
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
  })
  const drip = (socket: Socket, text: string) => {
    const timer = setInterval(() => socket.write(text), 5)
    socket.on('close', () => clearInterval(timer))
  }
  const cases: Record<string, (socket: Socket) => void> = {
    'says nothing': () => {},
    'drips headers': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      drip(socket, 'x-a: b\r\n')
    },
    'drips a body': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n')
      drip(socket, 'x')
    },
    'stops in the middle': (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
    },
  }
  for (const [name, work] of Object.entries(cases)) {
    const origin = await act(work)
    const answer = await webFor(t, [origin]).fetch(request(`${origin}/`), 60)
    t.equal(eventOf(answer), 'error.badfetch', name)
    t.match(messageOf(answer), 'no answer within 60 ms', name)
  }
})

t.test('a connection that breaks is error.badfetch with its reason', async (t) => {
  const reset = createSocketServer((socket) => socket.once('data', () => socket.resetAndDestroy()))
  const cut = createSocketServer((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')),
  )
  const nonsense = createSocketServer((socket) =>
    socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9.6\r\n')),
  )
  const headers = createSocketServer((socket) =>
    socket.once('data', () => {
      socket.on('error', () => {})
      socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)
    }),
  )
  for (const server of [reset, cut, nonsense, headers]) {
    const origin = await listening(t, server)
    const answer = await webFor(t, [origin]).fetch(request(`${origin}/`), patience)
    t.equal(eventOf(answer), 'error.badfetch', messageOf(answer))
    t.notMatch(messageOf(answer), 'no answer within')
  }
  const closed = await webFor(t, ['http://127.0.0.1:9']).fetch(
    request('http://127.0.0.1:9/'),
    patience,
  )
  t.match(messageOf(closed), 'ECONNREFUSED')
})

t.test('1 MB is read and a byte more is not, however it is coded or announced', async (t) => {
  const limit = 1024 * 1024
  const codings: Record<string, (bytes: Buffer) => Buffer> = {
    identity: (bytes) => bytes,
    gzip: gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
  }
  // Compressed before anything is asked for: an answer has only seconds.
  const compressed = new Map(
    Object.entries(codings).flatMap(([coding, compress]) =>
      [limit, limit + 1, ...(coding === 'gzip' ? [200 * limit] : [])].map(
        (size): [string, Buffer] => [`/${coding}/${size}`, compress(Buffer.alloc(size, 'x'))],
      ),
    ),
  )
  const { get } = await served(t, (incoming, response) => {
    const [, coding = '', size = '', chunked] = (incoming.url ?? '').split('/')
    const bytes = compressed.get(`/${coding}/${size}`) ?? Buffer.alloc(0)
    if (coding !== 'identity') response.setHeader('content-encoding', coding)
    if (chunked === undefined) response.setHeader('content-length', bytes.length)
    response.end(bytes)
  })
  for (const coding of Object.keys(codings)) {
    for (const end of ['', '/chunked']) {
      t.equal(eventOf(await get(`/${coding}/${limit}${end}`)), 'text', `${coding}${end}`)
      const larger = await get(`/${coding}/${limit + 1}${end}`)
      t.match(messageOf(larger), /larger than|ECONN|aborted/, `${coding}${end}`)
    }
  }
  t.match(messageOf(await get(`/gzip/${200 * limit}`)), 'larger than', 'a bomb')
})

t.test('what is not UTF-8 text is refused', async (t) => {
  const answers: Record<string, [type: string, body: Buffer | string, headers?: object]> = {
    '/charset': ['text/xml; charset=windows-1251', '<a/>'],
    '/latin': ['text/xml; charset=ISO-8859-1', Buffer.from('<a>ü</a>', 'latin1')],
    '/bytes': ['text/xml', Buffer.from([0x3c, 0x61, 0xff, 0xfe])],
    '/utf16': ['text/xml', Buffer.from('\uFEFF<a/>', 'utf16le')],
    '/nul': ['text/xml', '<a>\0</a>'],
    '/image': ['image/png', 'x'],
    '/audio': ['audio/wav', 'x'],
    '/coding': ['text/xml', 'x', { 'content-encoding': 'compress' }],
    '/not-gzip': ['text/xml', 'x', { 'content-encoding': 'gzip' }],
    '/empty': ['text/xml', ''],
    '/ascii': ['text/xml; charset=ISO-8859-1', '<a/>'],
  }
  const taken = new Set(['/empty', '/ascii'])
  const { get } = await served(t, (incoming, response) => {
    const [type, body, headers = {}] = answers[incoming.url ?? ''] ?? ['text/xml', '']
    response.writeHead(200, { 'content-type': type, ...headers }).end(body)
  })
  for (const path of Object.keys(answers)) {
    t.equal(eventOf(await get(path)), taken.has(path) ? 'text' : 'error.badfetch', path)
  }
})

t.test('a grammar in a form that is not XML is error.unsupported.format', async (t) => {
  const { get } = await served(t, (_incoming, response) => {
    response.writeHead(200, { 'content-type': 'application/srgs' }).end('#ABNF 1.0;')
  })
  t.equal(eventOf(await get('/', { purpose: 'grammar' })), 'error.unsupported.format')
})

t.test('a recording is only asked for: whether it is there and audio', async (t) => {
  const methods: (string | undefined)[] = []
  const { get } = await served(t, (incoming, response) => {
    methods.push(incoming.method)
    if (incoming.url === '/gone') response.statusCode = 404
    response.setHeader('content-type', incoming.url === '/page' ? 'text/html' : 'audio/wav')
    response.setHeader('content-length', 5_000_000)
    response.setHeader('cache-control', 'max-age=60')
    response.end()
  })
  const ask = (path: string) => get(path, { purpose: 'audio', method: 'head' })
  t.match(await ask('/there'), { kind: 'text', text: '' })
  t.match(await ask('/there'), { kind: 'text', text: '' })
  t.equal(eventOf(await ask('/gone')), 'error.badfetch.http.404')
  t.equal(eventOf(await ask('/page')), 'error.badfetch')
  t.same(methods, ['HEAD', 'HEAD', 'HEAD'], 'what is fresh is not asked for again')
})

t.test('values are posted as a form', async (t) => {
  const bodies: [string | undefined, string][] = []
  const audio = { bytes: Buffer.from([1, 2, 3]), type: 'audio/wav' }
  const { get } = await served(
    t,
    (incoming, response) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk) => chunks.push(chunk))
      incoming.on('end', () => {
        bodies.push([incoming.headers['content-type'], Buffer.concat(chunks).toString('latin1')])
        response.end('<a/>')
      })
    },
    { readRecording: async ({ reference }) => (reference === 'RE1' ? audio : null) },
  )
  const post = (body: FetchRequest['body']) => get('/', { method: 'post', body })
  const entries = [{ name: 'a b', value: 'ü&' }]
  await post({ enctype: 'application/x-www-form-urlencoded', entries })
  t.same(bodies.pop(), ['application/x-www-form-urlencoded', 'a+b=%C3%BC%26'])

  const recording = (reference: string) => ({
    name: 'said"\r\n',
    recording: { reference, address: 'http://evil.example/', seconds: 1, bytes: 3 },
  })
  const multipart = { enctype: 'multipart/form-data' } as const
  t.equal((await post({ ...multipart, entries: [...entries, recording('RE1')] })).kind, 'text')
  const [type, body] = bodies.pop() ?? ['', '']
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(type ?? '')?.[1]
  t.ok(boundary)
  t.same(body.split(`--${boundary}`), [
    '',
    `\r\ncontent-disposition: form-data; name="a b"\r\ncontent-type: text/plain; charset=utf-8\r\n\r\n${Buffer.from('ü&').toString('latin1')}\r\n`,
    '\r\ncontent-disposition: form-data; name="said%22%0D%0A"; filename="said%22%0D%0A.wav"\r\ncontent-type: audio/wav\r\n\r\n\x01\x02\x03\r\n',
    '--\r\n',
  ])
  t.match(messageOf(await post({ ...multipart, entries: [recording('RE2')] })), 'a recording')
  t.equal(bodies.length, 0, 'nothing is sent without its recording')
})

t.test('messages never show what a query carries', async (t) => {
  const { get } = await served(t, (_incoming, response) => response.writeHead(500).end())
  const message = messageOf(await get('/x?code=4711'))
  t.match(message, '/x?…')
  t.notMatch(message, '4711')
})

t.test('copies are used as HTTP and the document allow', async (t) => {
  let now = Date.parse('2026-11-25T10:00:00Z')
  let asked: (string | undefined)[] = []
  let headers: Record<string, string> = {}
  let body = '1'
  const { get } = await served(
    t,
    (incoming, response) => {
      asked.push(incoming.headers['if-none-match'])
      response.sendDate = false
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      if (headers['etag'] !== undefined && incoming.headers['if-none-match'] === headers['etag']) {
        response.writeHead(304).end()
      } else response.end(body)
    },
    { now: () => now },
  )
  const texts = async (path: string, ...wishes: Partial<FetchRequest>[]) => {
    asked = []
    const found: string[] = []
    for (const wish of wishes) {
      const answer = await get(path, wish)
      found.push(answer.kind === 'text' ? answer.text : answer.event)
    }
    return [found.join(''), asked.length]
  }
  const later = (seconds: number) => {
    now += seconds * 1000
  }

  t.same(await texts('/plain', {}, {}), ['11', 2], 'nothing said, nothing kept fresh')
  headers = { 'cache-control': 'no-store' }
  t.same(await texts('/no-store', {}, { maxStaleSeconds: 99 }), ['11', 2])
  headers = { 'cache-control': 'private, max-age=60' }
  t.same(await texts('/private', {}, {}), ['11', 2], 'one caller’s answer is not another’s')
  headers = { 'cache-control': 'max-age=60', vary: 'cookie' }
  t.same(await texts('/vary', {}, {}), ['11', 2])

  headers = { 'cache-control': 'max-age=60' }
  t.same(await texts('/fresh', {}, {}), ['11', 1])
  body = '2'
  later(30)
  t.same(await texts('/fresh', {}, { maxAgeSeconds: 30 }, { maxAgeSeconds: 29 }), ['112', 1])
  later(61)
  body = '3'
  t.same(await texts('/fresh', { maxStaleSeconds: 1 }, { maxStaleSeconds: 0 }), ['23', 1])
  later(61)
  t.same(await texts('/fresh', { maxStaleSeconds: 9, maxAgeSeconds: 10 }), ['3', 1], 'too old')

  headers = { 'cache-control': 'max-age=60, must-revalidate' }
  await texts('/strict', {})
  later(61)
  t.same(await texts('/strict', { maxStaleSeconds: 99 }), ['3', 1])

  headers = { 'cache-control': 'no-cache', etag: '"v3"' }
  t.same(await texts('/tag', {}, {}), ['33', 2])
  t.same(asked, [undefined, '"v3"'], 'asked whether it has changed')
  body = '4'
  headers = { 'cache-control': 'no-cache', etag: '"v4"' }
  t.same(await texts('/tag', {}, {}), ['44', 2])

  headers = { etag: '"v5"', 'cache-control': 'max-age=10' }
  await texts('/renewed', {})
  later(11)
  t.same(await texts('/renewed', {}, {}), ['44', 1], 'renewed by 304')

  headers = {
    date: 'Wed, 25 Nov 2026 09:00:00 GMT',
    expires: 'Wed, 25 Nov 2026 09:00:30 GMT',
  }
  now = Date.parse('2026-11-25T09:00:10Z')
  t.same(await texts('/expires', {}, {}), ['44', 1])
  later(21)
  t.same(await texts('/expires', {}), ['4', 1])
  headers = { expires: '0' }
  t.same(await texts('/expired', {}, {}), ['44', 2])
  headers = { 'cache-control': 'max-age=60', age: '50' }
  await texts('/aged', {})
  later(11)
  t.same(await texts('/aged', {}), ['4', 1])
})

t.test('what is posted is never kept', async (t) => {
  let asked = 0
  const { get } = await served(t, (_incoming, response) => {
    asked += 1
    response.setHeader('cache-control', 'max-age=60')
    response.end(String(asked))
  })
  const body = { enctype: 'application/x-www-form-urlencoded', entries: [] } as const
  await get('/', { method: 'post', body })
  t.match(await get('/', { method: 'post', body }), { text: '2' })
  t.match(await get('/'), { text: '3' })
})

t.test(
  'no fetch lasts longer than a caller can wait, even where the clock of a document allows it',
  async (t) => {
    const web = webFor(t, ['http://a.example'], { resolve: () => new Promise(() => {}) })
    const answer = await web.fetch(request('http://a.example/'), 20)
    t.match(messageOf(answer), 'no answer within 20 ms', 'a resolver that hangs does not matter')
  },
)
