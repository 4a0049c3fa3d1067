import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { WebSocket } from 'ws'
import { endFaultySocket } from '../../../src/web/http/socket-faults.ts'
import { forgetRequest, releaseConnection } from '../../../src/web/http/upgraded.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** An echo, and what of each upgrade may be gone; faults are told as they are logged. */
const startEcho = async (t: Test) => {
  const held: WeakRef<object>[] = []
  const logged: unknown[] = []
  const app = Fastify()
  app.log.debug = (what: unknown) => void logged.push(what)
  await app.register(websocket, { errorHandler: endFaultySocket })
  app.route({
    method: 'GET',
    url: '/echo',
    preHandler: [
      async (request, reply) => {
        held.push(...[request, request.raw, reply, reply.raw].map((each) => new WeakRef(each)))
      },
      releaseConnection,
    ],
    handler: (_request, reply) => reply.code(426).send('no upgrade'),
    wsHandler: (socket) => {
      forgetRequest(socket, app)
      socket.on('message', (data) => socket.send(data))
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  const open = async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/echo`)
    t.teardown(() => client.terminate())
    await once(client, 'open')
    return client
  }
  const echo = async (client: WebSocket) => {
    client.send('still there')
    return String((await once(client, 'message'))[0])
  }
  return { port, open, echo, held, logged }
}

t.test('an open socket holds nothing of the request that it was', async (t) => {
  const { open, echo, held } = await startEcho(t)
  const client = await open()
  t.equal(await echo(client), 'still there')
  t.equal(held.length, 4)
  // What was just looked at is kept to the end of the turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve))
  collect()
  t.strictSame(
    held.map((each) => each.deref()?.constructor.name),
    [undefined, undefined, undefined, undefined],
  )
  t.equal(await echo(client), 'still there')
})

t.test('a frame that is none still ends its socket, and is heard of', async (t) => {
  const { open, logged } = await startEcho(t)
  const client = await open()
  // Sent past the client, which would not: a frame with reserved bits.
  const { _socket: wire } = client as unknown as { readonly _socket: NodeJS.WritableStream }
  wire.write(Buffer.from([0xf1, 0x80, 0, 0, 0, 0]))
  const [code] = await once(client, 'close')
  t.equal(code, 1002)
  t.match(logged, [{ event: 'socket-broken', code: 'WS_ERR_UNEXPECTED_RSV_2_3' }])
})

t.test('who asks for no upgrade is answered as ever', async (t) => {
  const { port } = await startEcho(t)
  const answer = await fetch(`http://127.0.0.1:${port}/echo`)
  t.equal(answer.status, 426)
})
