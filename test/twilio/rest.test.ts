import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { restCarrier } from '../../src/twilio/rest.ts'

const accountSid = `AC${'a'.repeat(32)}`
const order = {
  to: 'client:anna',
  from: '+78005557373',
  path: '/voice/operator/1',
  statusPath: '/voice/leg-status/1',
  ringSeconds: 20,
  detectMachine: false,
}

const carrierAt = (apiUrl: string) =>
  restCarrier({
    accountSid,
    authToken: 'token',
    apiUrl: () => apiUrl,
    publicUrl: () => 'https://hotline.example',
  })

const answering = async (t: Test, answer: RequestListener) => {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return carrierAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const fault =
  (status: number, code: number): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ code, message: 'no', status }))
  }

t.test('a leg is ordered with its addresses, retries and all of its news', async (t) => {
  let body = ''
  const carrier = await answering(t, (request, response) => {
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      response.writeHead(201, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ sid: `CA${'1'.repeat(32)}` }))
    })
  })
  t.same(await carrier.dial(order), { kind: 'placed', legSid: `CA${'1'.repeat(32)}` })
  const form = new URLSearchParams(body)
  t.equal(form.get('To'), 'client:anna')
  t.equal(form.get('From'), '+78005557373')
  t.match(form.get('Url'), /^https:\/\/hotline\.example\/voice\/operator\/1#.*rc=2/)
  t.match(form.get('StatusCallback'), /\/voice\/leg-status\/1#/)
  t.same(form.getAll('StatusCallbackEvent'), ['initiated', 'ringing', 'answered', 'completed'])
  t.equal(form.get('Timeout'), '20')
  t.equal(form.get('MachineDetection'), null)
})

t.test('what was certainly not placed is refused', async (t) => {
  for (const [status, code, isTemporary] of [
    [400, 21211, false],
    [403, 21216, false],
    [429, 20429, true],
    [401, 20003, true],
    [404, 20404, true],
    [400, 21210, true],
  ] as const) {
    const carrier = await answering(t, fault(status, code))
    t.match(await carrier.dial(order), { kind: 'refused', code: String(code), isTemporary })
  }
  const nobody = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => nobody.once('listening', done))
  const { port } = nobody.address() as AddressInfo
  await new Promise((done) => nobody.close(done))
  t.match(await carrierAt(`http://127.0.0.1:${port}`).dial(order), {
    kind: 'refused',
    code: 'ECONNREFUSED',
    isTemporary: true,
  })
  t.match(await carrierAt('http://carrier.invalid').dial(order), {
    kind: 'refused',
    isTemporary: true,
  })
})

t.test('what may have been placed is uncertain', async (t) => {
  for (const status of [500, 502, 503]) {
    const carrier = await answering(t, fault(status, 20500))
    t.match(await carrier.dial(order), { kind: 'uncertain' })
  }
  const reset = await answering(t, (request) => request.socket.destroy())
  t.match(await reset.dial(order), { kind: 'uncertain' })
  const torn = await answering(t, (_request, response) => {
    response.writeHead(201, { 'content-length': '100' })
    response.write('{')
    response.socket?.destroy()
  })
  t.match(await torn.dial(order), { kind: 'uncertain' })
})

t.test('a call that is over is no fault', async (t) => {
  const over = await answering(t, fault(400, 21220))
  t.equal(await over.hangUp('CA1'), false)
  t.equal(await over.redirect('CA1', '/voice/bridge/1'), false)
  const gone = await answering(t, fault(404, 20404))
  t.equal(await gone.isLive('CA1'), false)
  const broken = await answering(t, fault(500, 20500))
  await t.rejects(broken.hangUp('CA1'), /did not carry out/)
  await t.rejects(broken.isLive('CA1'))
})

t.test('whether the carrier is there is asked without changing anything', async (t) => {
  const methods: (string | undefined)[] = []
  const there = await answering(t, (request, response) => {
    methods.push(request.method)
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ calls: [], page: 0, page_size: 1 }))
  })
  t.equal(await there.isThere(), true)
  t.same(methods, ['GET'])
  t.equal(await (await answering(t, fault(503, 20503))).isThere(), false)
  t.equal(await carrierAt('http://carrier.invalid').isThere(), false)
})

t.test('a room that nobody is in any more changes nothing', async (t) => {
  const empty = await answering(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ conferences: [], page: 0, page_size: 1 }))
  })
  const participant = { conference: 'place-1', callSid: `CA${'1'.repeat(32)}` }
  t.equal(await empty.hold(participant, true), false)
  t.equal(await empty.mute(participant, true), false)
  t.equal(await empty.coach(participant, null), false)
  t.equal(await empty.remove(participant), false)
})
