import { once } from 'node:events'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import websocket from '@fastify/websocket'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { closeSockets } from '../../../src/web/http/close-sockets.ts'
import { endAnswers } from '../../../src/web/http/end-answers.ts'

/** A server with a download without end, an answer that the test gives, and a socket; its graces are short. */
const start = async () => {
  const app = Fastify()
  let reading = 0
  let answer = (_text: string) => {}
  endAnswers(app, { downloadsMs: 20, requestsMs: 60 })
  await app.register(websocket, { preClose: closeSockets(app, 20) })
  app.get('/endless', (_request, reply) => {
    reading += 1
    return reply.send(
      new Readable({
        read() {
          this.push('sound')
        },
        destroy(_fault, done) {
          reading -= 1
          done(null)
        },
      }),
    )
  })
  app.get('/awaited', () => new Promise<string>((resolve) => (answer = resolve)))
  app.get('/socket', { websocket: true }, () => {})
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, url, reading: () => reading, answer: (text: string) => answer(text) }
}

/** Sends a request line and reads nothing of what comes. */
const ask = async (t: Test, url: string, path: string, headers = '') => {
  const { port } = new URL(url)
  const wire = connect(Number(port), '127.0.0.1')
  t.teardown(() => wire.destroy())
  wire.on('error', () => {})
  wire.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`)
  await once(wire, 'readable')
  return wire
}

t.test('a download is cut after its grace, and what it reads is let go', async (t) => {
  const { app, url, reading } = await start()
  const response = await fetch(`${url}/endless`)
  const reader = response.body?.getReader()
  await reader?.read()
  const unread = await ask(t, url, '/endless')
  const gone = once(unread, 'close')
  t.equal(reading(), 2)
  await app.close()
  unread.resume()
  await gone
  await t.rejects(async () => {
    while ((await reader?.read())?.done === false);
  })
  t.equal(reading(), 0)
})

t.test('what is answered in time is answered whole', async (t) => {
  const { app, url, answer } = await start()
  const asked = fetch(`${url}/awaited`)
  await once(app.server, 'request')
  const closed = app.close()
  answer('in time')
  t.equal(await (await asked).text(), 'in time')
  await closed
})

t.test('what is never answered ends with the server', async (t) => {
  const { app, url } = await start()
  const asked = fetch(`${url}/awaited`)
  const refused = t.rejects(asked)
  await once(app.server, 'request')
  await app.close()
  await refused
})

t.test('a socket that does not answer the closing is not waited for', async (t) => {
  const { app, url } = await start()
  const mute = await ask(
    t,
    url,
    '/socket',
    [
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
      '',
    ].join('\r\n'),
  )
  const gone = once(mute, 'close')
  await app.close()
  mute.resume()
  await gone
})
