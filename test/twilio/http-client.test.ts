import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createPlainServer } from 'node:net'
import t, { type Test } from 'tap'
import { httpClient } from '../../src/twilio/http-client.ts'

const serving = async (t: Test, answer: RequestListener) => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = ''
  for await (const part of request) text += part
  return text
}

const faultOf = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    () => null,
    (fault: unknown) => fault,
  )

const who = { username: 'AC1', password: 'токен' }

t.test('a form goes out as the library gives it, with the account', async (t) => {
  let seen: IncomingMessage | null = null
  let form = ''
  const url = await serving(t, async (request, response) => {
    seen = request
    form = await textOf(request)
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"sid":"CA1"}')
  })
  const answer = await httpClient(1_000, {}).request({
    ...{ ...who, method: 'post', uri: `${url}/2010-04-01/Calls.json` },
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'application/json' },
    data: { To: '+7 916', Event: ['a', 'b'], Muted: false, Timeout: 20, Body: 'да & нет' },
  })
  t.match(answer, { statusCode: 201, body: '{"sid":"CA1"}' })
  t.match(answer.headers, { 'content-type': 'application/json' })
  t.match(seen, {
    method: 'POST',
    url: '/2010-04-01/Calls.json',
    headers: {
      authorization: `Basic ${Buffer.from('AC1:токен').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(form.length),
    },
  })
  t.same(
    [...new URLSearchParams(form)],
    [
      ['To', '+7 916'],
      ['Event', 'a'],
      ['Event', 'b'],
      ['Muted', 'false'],
      ['Timeout', '20'],
      ['Body', 'да & нет'],
    ],
  )
})

t.test('what is looked for goes into the address', async (t) => {
  let address = ''
  const url = await serving(t, (request, response) => {
    address = request.url ?? ''
    response.end('{}')
  })
  await httpClient(1_000, {}).request({
    ...{ ...who, method: 'get', uri: `${url}/Calls.json` },
    params: { To: '+79161234567', PageSize: 50 },
  })
  t.equal(address, '/Calls.json?To=%2B79161234567&PageSize=50')
})

t.test('orders one after the other share a connection', async (t) => {
  const ports = new Set<number | undefined>()
  const url = await serving(t, (request, response) => {
    ports.add(request.socket.remotePort)
    response.end('{}')
  })
  const client = httpClient(1_000, {})
  for (let order = 0; order < 3; order++)
    await client.request({ ...who, method: 'post', uri: url, data: { A: 1 } })
  t.equal(ports.size, 1)
})

t.test('a letter that comes in two parts is one', async (t) => {
  const [first, second] = [Buffer.from('{"a":"д').subarray(0, 7), Buffer.from('д"}').subarray(1)]
  const url = await serving(t, (_request, response) => {
    response.write(first, () => response.end(second))
  })
  const { body } = await httpClient(1_000, {}).request({ ...who, method: 'get', uri: url })
  t.equal(body, '{"a":"д"}')
})

t.test('an answer of whatever status is an answer', async (t) => {
  for (const status of [204, 302, 404, 500]) {
    const url = await serving(t, (_request, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    const answer = await httpClient(1_000, {}).request({ ...who, method: 'delete', uri: url })
    t.match(answer, { statusCode: status, body: '' })
  }
})

t.test('who does not answer in time may have heard all the same', async (t) => {
  const url = await serving(t, () => {})
  const order = { ...who, method: 'post', uri: url, data: { A: 1 } } as const
  t.match(await faultOf(httpClient(30, {}).request(order)), {
    message: /in time/,
    neverLeft: false,
  })
  const half = await serving(t, (_request, response) => {
    response.writeHead(201, { 'content-length': '10' })
    response.write('{')
  })
  t.match(await faultOf(httpClient(30, {}).request({ ...order, uri: half })), { neverLeft: false })
})

t.test('a connection that breaks off is not an answer', async (t) => {
  const order = { ...who, method: 'post', data: { A: 1 } } as const
  const reset = await serving(t, (request) => request.socket.resetAndDestroy())
  t.match(await faultOf(httpClient(1_000, {}).request({ ...order, uri: reset })), {
    neverLeft: false,
  })
  const torn = await serving(t, (_request, response) => {
    response.writeHead(201, { 'content-length': '10' })
    response.write('{', () => response.socket?.destroy())
  })
  t.match(await faultOf(httpClient(1_000, {}).request({ ...order, uri: torn })), {
    neverLeft: false,
  })
})

t.test('where nobody listens nothing has left', async (t) => {
  const server = createPlainServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  const client = httpClient(1_000, {})
  const closed = { ...who, method: 'get', uri: `http://127.0.0.1:${port}` } as const
  t.match(await faultOf(client.request(closed)), { code: 'ECONNREFUSED', neverLeft: true })
  const unknown = { ...who, method: 'get', uri: 'http://carrier.invalid' } as const
  t.match(await faultOf(client.request(unknown)), { neverLeft: true })
})

t.test('an encrypted connection goes by the proxy', async (t) => {
  const asked: (string | undefined)[] = []
  const proxy = createServer()
  proxy.on('connect', (request, socket) => {
    asked.push(request.url)
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(() => proxy.close())
  const { port } = proxy.address() as AddressInfo
  const client = httpClient(1_000, { HTTP_PROXY: `http://127.0.0.1:${port}` })
  await t.rejects(client.request({ ...who, method: 'get', uri: 'https://api.example/Calls.json' }))
  t.same(asked, ['api.example:443'])
})
