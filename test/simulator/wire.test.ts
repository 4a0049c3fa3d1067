import { createServer } from 'node:http'
import t from 'tap'
import { httpSender, type WireRequest } from '../../src/simulator/wire.ts'

/** Milliseconds that nothing takes here, on the slowest machine. */
const patience = 60_000

const request = (url: string): WireRequest => ({
  url: new URL(url),
  method: 'POST',
  headers: {},
  body: 'a=1',
  connectMilliseconds: patience,
  readMilliseconds: patience,
  totalMilliseconds: patience,
  limit: 100,
})

const listen = async (serve: Parameters<typeof createServer>[1]) => {
  const server = createServer(serve)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
}

t.test('connections are used again only where asked', async (t) => {
  const ports: (number | undefined)[] = []
  const url = await listen((incoming, response) => {
    ports.push(incoming.socket.remotePort)
    incoming.resume().on('end', () => response.end('x'))
  })
  const kept = httpSender({ keepAlive: true })
  for (let count = 0; count < 2; count += 1) await kept(request(url))
  t.equal(ports[0], ports[1])
  const fresh = httpSender({ keepAlive: false })
  for (let count = 0; count < 2; count += 1) await fresh(request(url))
  t.not(ports[2], ports[3])
})

t.test('a kept connection that the server has closed is no failure', async (t) => {
  let count = 0
  const url = await listen((incoming, response) => {
    count += 1
    if (count === 2) incoming.socket.destroy()
    else incoming.resume().on('end', () => response.end('x'))
  })
  const send = httpSender({ keepAlive: true })
  await send(request(url))
  t.match(await send(request(url)), { kind: 'answer', status: 200 })
})

t.test('an answer that drips for longer than the whole time allowed is given up', async (t) => {
  const drips = new Set<NodeJS.Timeout>()
  const url = await listen((_incoming, response) => {
    drips.add(setInterval(() => response.write('.'), 10))
  })
  const answer = await httpSender({ keepAlive: false })({
    ...request(url),
    totalMilliseconds: 60,
    limit: 10_000,
  })
  for (const drip of drips) clearInterval(drip)
  t.match(answer, { kind: 'failed', how: 'timeout' })
})

t.test('a host without an address is told from one that does not answer', async (t) => {
  const send = httpSender({ keepAlive: false })
  t.match(await send(request('http://no-such-host.invalid/')), { kind: 'failed', how: 'dns' })
  t.match(await send(request('http://127.0.0.1:1/')), { kind: 'failed', how: 'connect' })
  const plain = await listen((_incoming, response) => response.end())
  t.match(await send(request(plain.replace('http:', 'https:'))), { kind: 'failed', how: 'tls' })
})
