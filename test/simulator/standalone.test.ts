import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import twilio from 'twilio'
import { orderArrivals, readOrders } from '../../src/simulator/arrive.ts'
import { type StandaloneOptions, standAlone } from '../../src/simulator/serve.ts'
import { accountSid, authToken, line, type Page, serve } from './wire-server.ts'

const operator = '+79161112233'

const open = async (
  pages: Readonly<Record<string, Page>>,
  options: Partial<StandaloneOptions> = {},
) => {
  const server = await serve({ '/voice/status': '', '/news': '', ...pages })
  const standalone = await standAlone({
    port: 0,
    accountSid,
    authToken,
    numbers: [line],
    server: server.url,
    publicUrl: 'https://hotline.example',
    callsPerSecond: 1000,
    ...options,
  })
  const client = twilio(accountSid, authToken)
  client.api.baseUrl = standalone.url
  t.teardown(async () => {
    await standalone.close()
    await server.close()
  })
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${standalone.url}/simulated/${path}`, {
      method,
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    const text = await response.text()
    return { status: response.status, body: text === '' ? null : JSON.parse(text) }
  }
  return { ...standalone, server, client, ask }
}

t.test('a call is placed, pressed through and hung up by order', async (t) => {
  const { ask, carrier, server } = await open({
    '/voice/incoming': '<Gather numDigits="1" action="/key" timeout="60"/>',
    '/key': '<Pause length="60"/>',
  })
  const placed = await ask('POST', 'calls', { to: line, from: '+79160000001' })
  t.match(placed, { status: 201, body: { from: '+79160000001', direction: 'inbound' } })
  const { callSid } = placed.body
  const call = carrier.call(callSid)
  await call?.next('prompted')
  t.equal((await ask('POST', `calls/${callSid}/keys`, { keys: '4' })).status, 200)
  await call?.next('heard')
  await ask('POST', `calls/${callSid}/hang-up`)
  await call?.settled
  t.match(await ask('GET', `calls/${callSid}`), { body: { status: 'completed' } })
  t.equal(server.got.find(({ path }) => path === '/key')?.form.get('Digits'), '4')
  t.match(server.got[0]?.headers.host, 'hotline.example')
})

t.test('orders set telephones, troubles and read the ledger', async (t) => {
  const { ask, client, carrier } = await open({ '/leg': '<Pause length="60"/>' })
  const behaviour = { kind: 'by-hand' }
  t.equal((await ask('PUT', 'phones', { address: operator, behaviour })).status, 204)
  t.equal((await ask('PUT', 'hostility', { next: ['reset-after', 'none'] })).status, 204)
  const wish = { to: operator, from: line, url: 'https://hotline.example/leg' }
  await t.rejects(client.calls.create(wish), { message: /ECONNRESET|socket hang up/ })
  const { sid } = await client.calls.create(wish)
  while (carrier.rung().length < 2) await new Promise(setImmediate)
  const ledger = await ask('GET', 'ledger')
  const requests = await ask('GET', 'requests')
  t.match(requests.body, [
    { method: 'POST', status: null, done: true },
    { method: 'POST', status: 201, done: true },
  ])
  t.same(
    ledger.body.map(({ request, to }: { request: string; to: string }) => [request, to]),
    requests.body.map(({ request }: { request: string }) => [request, operator]),
  )
  t.equal((await ask('POST', `calls/${sid}/refuse`, { how: 'busy' })).status, 200)
  t.match(await carrier.call(sid)?.ended, { status: 'busy' })
})

t.test('an order that makes no sense is refused', async (t) => {
  const { ask } = await open({})
  const cases: readonly (readonly [string, string, object, number])[] = [
    ['POST', 'calls', { to: '+70000000000' }, 404],
    ['POST', 'calls', {}, 400],
    ['POST', 'calls/CA0/hang-up', {}, 404],
    ['PUT', 'phones', { address: 'x', behaviour: { kind: 'sings' } }, 400],
    ['PUT', 'hostility', { next: ['unheard-of'] }, 400],
    ['POST', 'arrivals', { to: line, count: 0, seconds: 1, keys: [], patienceSeconds: 1 }, 400],
  ]
  for (const [method, path, body, status] of cases) {
    t.equal((await ask(method, path, body)).status, status, `${method} ${path}`)
  }
})

t.test('pages of other origins may give no orders', async (t) => {
  const { url } = await open({})
  const answer = await fetch(`${url}/simulated/ledger`, {
    headers: { origin: 'https://elsewhere.example' },
  })
  t.equal(answer.status, 403)
})

t.test('it runs in a process of its own', async (t) => {
  const server = await serve({ '/voice/incoming': '<Hangup/>', '/voice/status': '' })
  const child = spawn(
    process.execPath,
    [
      'src/simulator/serve.ts',
      ...['--account', accountSid, '--token', authToken],
      ...['--server', server.url, '--number', line],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [started] = await once(createInterface({ input: child.stdout }), 'line')
  const { url } = JSON.parse(String(started))
  const placed = await fetch(`${url}/simulated/calls`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: line }),
  })
  t.equal(placed.status, 201)
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
  t.ok(server.got.some(({ path }) => path === '/voice/incoming'))
  await server.close()
})

t.test('callers are ordered from the command line', async (t) => {
  const { url, carrier, server } = await open({ '/voice/incoming': '<Hangup/>' })
  const orders = readOrders([
    ...['--count', '3', '--seconds', '0', '--keys', '1,,2', '--talk', '9', line],
  ])
  t.match(orders, {
    to: line,
    count: 3,
    keys: ['1', '', '2'],
    patienceSeconds: 300,
    talkSeconds: 9,
  })
  if (orders === null || orders === 'help') return
  const written: string[] = []
  const output = { write: (text: string) => written.push(text) > 0 }
  t.equal(await orderArrivals(url, orders, output), 0)
  t.same(written, [`${line}: 3 callers in 0 s\n`])
  while (carrier.calls().length < 3) await new Promise(setImmediate)
  await Promise.all(carrier.calls().map((call) => call.settled))
  t.equal(server.got.filter(({ path }) => path === '/voice/incoming').length, 3)
  t.equal(await orderArrivals(url, { ...orders, to: '+70000000000' }, output), 1)
  t.equal(await orderArrivals('http://127.0.0.1:1', orders, output), 1)
  t.equal(readOrders(['--help']), 'help')
  for (const wrong of [
    ['--count', '0'],
    ['--count', 'x'],
    ['--keys', 'a'],
    ['--what'],
    ['1', '2'],
  ]) {
    t.equal(readOrders(wrong), null)
  }
})
