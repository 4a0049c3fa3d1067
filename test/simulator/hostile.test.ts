import fc from 'fast-check'
import Fastify from 'fastify'
import t from 'tap'
import twilio from 'twilio'
import type { PhoneBehaviour } from '../../src/simulator/called-phones.ts'
import type { CarrierOptions } from '../../src/simulator/carrier.ts'
import type { everyWebhook, Faults } from '../../src/simulator/faults.ts'
import { createHostility } from '../../src/simulator/hostility.ts'
import { type ApiRequest, restApi } from '../../src/simulator/rest.ts'
import { seededTroubles } from '../../src/simulator/rest-trouble.ts'
import { accountSid, authToken, carrierOf, line, type Page } from './wire-server.ts'

const operator = '+79161112233'
const events = 'statusCallbackEvent="initiated ringing answered completed"'
const number = `<Number statusCallback="/news" ${events}>${operator}</Number>`
const dial = `<Dial action="/done">${number}</Dial>`
const talk: PhoneBehaviour = { kind: 'answers', afterSeconds: 5, talksSeconds: 30 }

const run = async (
  faults: Faults,
  pages: Readonly<Record<string, Page>> = {},
  options: Partial<CarrierOptions> = {},
) => {
  const { server, carrier } = await carrierOf(
    { '/voice': dial, '/done': '<Hangup/>', '/news': '', ...pages },
    { faults, phones: () => talk, ...options },
  )
  const call = carrier.dial({ to: line })
  await call.ended
  await carrier.close()
  await call.settled
  await server.close()
  const news = server.got
    .filter(({ path }) => path === '/news')
    .map(({ form }) => `${form.get('SequenceNumber')} ${form.get('CallStatus')}`)
  return { news, server, carrier, call }
}

const about =
  (status: string, fault: Parameters<typeof everyWebhook>[0]): Faults =>
  (webhook) =>
    webhook.parameters.some(([name, value]) => name === 'CallStatus' && value === status) &&
    webhook.url.endsWith('/news')
      ? fault
      : []

t.test('progress comes in order, unless it is held up on the way', async (t) => {
  const inOrder = ['0 initiated', '1 ringing', '2 in-progress', '3 completed']
  t.same((await run(() => [])).news, inOrder)
  const late = await run(about('initiated', [{ kind: 'delay', milliseconds: 8000 }]))
  t.same(late.news, ['1 ringing', '2 in-progress', '0 initiated', '3 completed'])
})

t.test('progress may come twice or never; the call is over all the same', async (t) => {
  const lost = await run(about('completed', [{ kind: 'drop' }]))
  t.same(lost.news, ['0 initiated', '1 ringing', '2 in-progress'])
  const child = lost.carrier.calls().find((call) => call.record().parentCallSid !== null)
  t.match(child?.record(), { status: 'completed', to: operator })
  const twice = await run(
    about('in-progress', [{ kind: 'duplicate', times: 1, when: 'afterwards' }]),
  )
  t.same(twice.news, ['0 initiated', '1 ringing', '2 in-progress', '2 in-progress', '3 completed'])
})

t.test('what happens in a conference may be told twice, late and in disorder', async (t) => {
  const hostility = createHostility()
  hostility.set({ faults: { duplicate: 1, delay: 1 }, kinds: ['conference'] })
  const room =
    '<Dial timeLimit="60"><Conference statusCallback="/news" ' +
    'statusCallbackEvent="start end join leave">talk</Conference></Dial>'
  const { server } = await run(hostility.faults, { '/voice': room })
  const got = server.got
    .filter(({ path }) => path === '/news')
    .map(({ form }) => Number(form.get('SequenceNumber')))
  t.same(new Set(got), new Set([1, 2, 3]))
  t.ok(got.length > 3)
})

t.test('an answer and a hang-up at the same moment leave nobody on the line', async (t) => {
  for (const early of [0, 1]) {
    const { server, carrier } = await carrierOf(
      { '/voice': dial, '/done': '<Hangup/>', '/news': '' },
      { phones: () => talk },
    )
    const call = carrier.dial({ to: line })
    if (early) carrier.clock.after(5000, call.hangUp)
    await call.next('transfer')
    if (!early) carrier.clock.after(5000, call.hangUp)
    await call.settled
    await carrier.close()
    t.ok(carrier.calls().every((one) => one.record().endedAt !== null))
    const action = server.got.find(({ path }) => path === '/done')?.form.get('DialCallStatus')
    t.match(action, /^(canceled|completed)$/)
    await server.close()
  }
})

t.test('who is led elsewhere leaves the talk to the rest of the document', async (t) => {
  for (const who of ['caller', 'operator'] as const) {
    const { server, carrier } = await carrierOf(
      { '/voice': dial, '/done': '<Hangup/>', '/news': '', '/other': '<Say>elsewhere</Say>' },
      { phones: () => ({ ...talk, talksSeconds: null }) },
    )
    const call = carrier.dial({ to: line })
    for (;;) {
      const report = await call.next('transfer')
      if (!report || report.state === 'connected') break
    }
    const child = carrier.calls().find((one) => one.record().parentCallSid === call.callSid)
    const led = who === 'caller' ? call : child
    led?.interrupt({ kind: 'redirected', url: `${server.url}/other`, method: 'POST' })
    await led?.settled
    await carrier.close()
    t.ok(led?.history.some((one) => one.type === 'utterance' && one.text === 'elsewhere'))
    const done = server.got.filter(({ path }) => path === '/done')
    if (who === 'caller') t.equal(done.length, 0)
    else {
      t.match(done[0]?.form.get('DialCallStatus'), 'completed')
      t.notOk(done[0]?.form.has('DialCallDuration'))
    }
    await server.close()
  }
})

t.test('the same seed brings the same troubles', (t) => {
  const lots = (seed: string) => {
    const troubles = seededTroubles(seed, { 'error-after': 0.2, 'too-many': 0.2 })
    return Array.from({ length: 50 }, (_, ordinal) =>
      troubles({ method: 'POST', path: '/Calls.json', form: new URLSearchParams(), ordinal }),
    )
  }
  fc.assert(
    fc.property(fc.string(), (seed) => {
      t.same(lots(seed), lots(seed))
    }),
    { numRuns: 10 },
  )
  t.not(lots('a').length, lots('a').filter(Boolean).length)
  t.ok(lots('a').some(Boolean))
  t.end()
})

t.test(
  'whatever goes wrong, each placed call rings at most once and comes to its end',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 5 }), async (seed) => {
        const hostility = createHostility()
        hostility.set({
          seed,
          faults: { duplicate: 0.2, delay: 0.3, drop: 0.1, reset: 0.1, stall: 0.1 },
          troubles: {
            'error-after': 0.2,
            'reset-after': 0.2,
            'too-many': 0.1,
            'reset-before': 0.1,
          },
          lag: { cancel: 1 },
        })
        const { server, carrier } = await carrierOf(
          { '/voice': '', '/leg': '<Say>Hello</Say><Pause length="5"/>', '/news': '' },
          { faults: hostility.faults, phones: () => talk, callsPerSecond: 2 },
        )
        const app = Fastify()
        const requests: ApiRequest[] = []
        await app.register(restApi, {
          carrier,
          trouble: hostility.troubles,
          lag: hostility.lag,
          observe: (request) => requests.push(request),
        })
        const client = twilio(accountSid, authToken)
        client.api.baseUrl = await app.listen({ port: 0, host: '127.0.0.1' })
        const wish = { from: line, url: `${server.url}/leg`, statusCallback: `${server.url}/news` }
        const placed = await Promise.allSettled(
          Array.from({ length: 8 }, (_, index) =>
            client.calls.create({ ...wish, to: `+7916000000${index}` }),
          ),
        )
        await Promise.all(carrier.calls().map((call) => call.settled))
        const done = requests.filter((request) => request.done)
        const rung = carrier.rung()
        const known = placed.filter(({ status }) => status === 'fulfilled').length
        await carrier.close()
        await app.close()
        await server.close()
        return (
          rung.length === done.length &&
          known <= rung.length &&
          new Set(rung.map(({ to }) => to)).size === rung.length &&
          new Set(rung.map(({ request }) => request)).size === rung.length &&
          carrier.calls().every((call) => call.record().status === 'completed')
        )
      }),
      { numRuns: 5 },
    )
  },
)
