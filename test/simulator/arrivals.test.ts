import t from 'tap'
import { makeArrive } from '../../src/simulator/arrivals.ts'
import { carrierOf, line } from './wire-server.ts'

const menu = '<Gather numDigits="1" action="/menu" timeout="5"><Say>Choose</Say></Gather>'
const order = { to: line, count: 20, seconds: 60, keys: ['2'], patienceSeconds: 90, seed: 'a' }

t.test('callers arrive over the time, press their keys and lose patience', async (t) => {
  const { server, carrier } = await carrierOf({
    '/voice': menu,
    '/menu': '<Enqueue waitUrl="/wait">general</Enqueue>',
    '/wait': '<Pause length="30"/>',
  })
  const startedAt = carrier.clock.now()
  const arrivals = makeArrive(carrier, order)
  await arrivals.arrived
  const calls = arrivals.calls()
  t.equal(calls.length, 20)
  await Promise.all(calls.map((call) => call.settled))
  const times = calls.map((call) => (call.record().startedAt - startedAt) / 1000)
  t.ok(times.every((time, index) => time >= index * 3 && time <= index * 3 + 3))
  t.equal(new Set(calls.map(({ from }) => from)).size, 20)
  for (const call of calls) {
    t.match(call.from, /^\+79\d{9}$/)
    const { startedAt: from, endedAt, status } = call.record()
    t.same([status, ((endedAt ?? 0) - from) / 1000], ['completed', 90])
  }
  t.equal(server.got.filter(({ path }) => path === '/menu').length, 20)
  t.equal(server.got.find(({ path }) => path === '/menu')?.form.get('Digits'), '2')
  await carrier.close()
  await server.close()
})

t.test('who reaches a person has all the patience, and says what there is to say', async (t) => {
  const { server, carrier } = await carrierOf({
    '/voice': `${menu}`,
    '/menu': '<Dial><Conference>one</Conference></Dial>',
    '/person': '<Dial><Conference>one</Conference></Dial>',
  })
  carrier.setNumber('+78000000000', { voiceUrl: `${server.url}/person` })
  carrier.dial({ to: '+78000000000' })
  const { arrived, calls } = makeArrive(carrier, { ...order, count: 1, talkSeconds: 200 })
  await arrived
  const [call] = calls()
  await call?.settled
  const { startedAt = 0, endedAt } = call?.record() ?? {}
  t.ok((endedAt ?? 0) - startedAt > 200_000)
  await carrier.close()
  await server.close()
})

t.test('the rest can be called off', async (t) => {
  const { server, carrier } = await carrierOf({ '/voice': '<Hangup/>' })
  const { stop, calls, arrived } = makeArrive(carrier, order)
  stop()
  await arrived
  t.same(calls(), [])
  t.throws(() => makeArrive(carrier, { ...order, to: '+70000000000' }), /no number/)
  await server.close()
})
