import t from 'tap'
import type { PhoneBehaviour } from '../../src/simulator/called-phones.ts'
import type { CarrierOptions } from '../../src/simulator/carrier.ts'
import type { ApiRequest, RestOptions } from '../../src/simulator/rest.ts'
import { troublesByName } from '../../src/simulator/rest-trouble.ts'
import { restClientOf } from './rest-client.ts'
import { carrierOf, line, type Page } from './wire-server.ts'

const operator = '+79161112233'

const open = async (
  pages: Readonly<Record<string, Page>> = {},
  phones: Readonly<Record<string, PhoneBehaviour>> = {},
  options: Partial<CarrierOptions> = {},
  rest: Partial<RestOptions> = {},
) => {
  const { server, carrier } = await carrierOf(
    { '/voice': '<Gather timeout="600"/>', '/leg': '<Pause length="60"/>', ...pages },
    { phones: (address) => phones[address], ...options },
  )
  const requests: ApiRequest[] = []
  const { app, url, client } = await restClientOf(carrier, {
    observe: (request) => requests.push(request),
    ...rest,
  })
  t.teardown(async () => {
    await carrier.close()
    await app.close()
    await server.close()
  })
  const news = () =>
    server.got
      .filter(({ path }) => path === '/news')
      .map(({ form }) => `${form.get('SequenceNumber')} ${form.get('CallStatus')}`)
  const place = (more: object = {}) =>
    client.calls.create({
      to: operator,
      from: line,
      url: `${server.url}/leg`,
      statusCallback: `${server.url}/news`,
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      ...more,
    })
  const settled = async (sid: string) => {
    const call = carrier.call(sid)
    await call?.settled
    return call?.record()
  }
  return { carrier, client, server, requests, news, place, settled, url }
}

t.test('the API calls a telephone, tells its progress and runs its document', async (t) => {
  const { place, news, server, settled, carrier, requests, client } = await open(
    { '/news': '' },
    { [operator]: { kind: 'answers', afterSeconds: 4, talksSeconds: 10 } },
  )
  const held = carrier.clock.hold()
  const made = await place()
  t.match(made, { sid: /^CA[0-9a-f]{32}$/, status: 'queued', direction: 'outbound-api' })
  held()
  t.match(await settled(made.sid), { status: 'completed' })
  t.same(news(), ['0 initiated', '1 ringing', '2 in-progress', '3 completed'])
  t.match(Object.fromEntries(server.got.find(({ path }) => path === '/leg')?.form ?? []), {
    CallStatus: 'in-progress',
    Direction: 'outbound-api',
    From: line,
    To: operator,
  })
  t.match(carrier.rung(), [
    { to: operator, from: line, direction: 'outbound-api', request: requests[0]?.request },
  ])
  t.match(await client.calls(made.sid).fetch(), { duration: '10', status: 'completed' })
})

t.test('what keeps a call from being answered is its status, and no document is run', async (t) => {
  const cases: readonly (readonly [PhoneBehaviour, string, string])[] = [
    [{ kind: 'busy' }, 'busy', '486'],
    [{ kind: 'no-answer' }, 'no-answer', '487'],
    [{ kind: 'failed', sipCode: 404 }, 'failed', '404'],
    [{ kind: 'declines', afterSeconds: 5 }, 'busy', '486'],
  ]
  for (const [phone, status, sipCode] of cases) {
    const { place, server, settled } = await open({ '/news': '' }, { [operator]: phone })
    const made = await place({ timeout: 20 })
    t.match(await settled(made.sid), { status })
    const last = server.got.at(-1)
    t.match(Object.fromEntries(last?.form ?? []), {
      CallStatus: status,
      SipResponseCode: sipCode,
      CallDuration: '0',
    })
    t.equal(server.got.filter(({ path }) => path === '/leg').length, 0)
  }
})

t.test('calls above the rate wait queued, are listed, and can be called off', async (t) => {
  const { place, client, carrier, news, settled } = await open({ '/news': '' })
  const held = carrier.clock.hold()
  const first = await place()
  const second = await place()
  const third = await place()
  t.same([first.status, second.status, third.status], ['queued', 'queued', 'queued'])
  const after = new Date(carrier.clock.now() - 1000)
  const listed = await client.calls.list({ to: operator, from: line, startTimeAfter: after })
  t.equal(listed.length, 3)
  t.equal(
    (await client.calls.list({ startTimeAfter: new Date(carrier.clock.now() + 5000) })).length,
    0,
  )
  t.equal((await client.calls.list({ status: 'queued' })).length, 2)
  await t.rejects(client.calls(second.sid).update({ url: 'http://127.0.0.1/' }), { code: 21220 })
  await client.calls(second.sid).update({ status: 'canceled' })
  held()
  t.match(await settled(second.sid), { status: 'canceled', dialledAt: null })
  await settled(first.sid)
  await settled(third.sid)
  t.equal(carrier.rung().length, 2)
  const [one, other] = carrier.rung()
  t.equal((other?.at ?? 0) - (one?.at ?? 0), 1000)
  t.ok(news().includes('0 canceled'))
})

t.test('machine detection goes with the document, or comes apart', async (t) => {
  const machine: PhoneBehaviour = {
    kind: 'answers',
    afterSeconds: 1,
    talksSeconds: 30,
    answeredBy: 'machine',
  }
  const { place, server, settled, client } = await open(
    { '/news': '', '/amd': '' },
    { [operator]: machine },
    { callsPerSecond: Number.POSITIVE_INFINITY },
  )
  const made = await place({ machineDetection: 'DetectMessageEnd' })
  await settled(made.sid)
  const leg = () => server.got.filter(({ path }) => path === '/leg').at(-1)
  t.equal(leg()?.form.get('AnsweredBy'), 'machine_end_beep')
  t.match(await client.calls(made.sid).fetch(), { answeredBy: 'machine_end_beep' })
  const apart = await place({
    machineDetection: 'Enable',
    asyncAmd: 'true',
    asyncAmdStatusCallback: `${server.url}/amd`,
  })
  await settled(apart.sid)
  t.notOk(leg()?.form.has('AnsweredBy'))
  t.match(Object.fromEntries(server.got.find(({ path }) => path === '/amd')?.form ?? []), {
    AnsweredBy: 'machine_start',
    MachineDetectionDuration: '4000',
    CallSid: apart.sid,
  })
})

t.test('who hangs up before it is known who answered gets no document', async (t) => {
  const { place, server, settled } = await open(
    { '/news': '' },
    { [operator]: { kind: 'answers', afterSeconds: 1, talksSeconds: 1, answeredBy: 'machine' } },
  )
  const made = await place({ machineDetection: 'Enable' })
  t.match(await settled(made.sid), { status: 'completed', endedAt: Number })
  t.equal(server.got.filter(({ path }) => path === '/leg').length, 0)
})

t.test('a call that cannot be placed is refused with its code', async (t) => {
  const { client, server, carrier } = await open()
  const url = `${server.url}/leg`
  await t.rejects(client.calls.create({ to: '8916', from: line, url }), {
    code: 21211,
    status: 400,
  })
  await t.rejects(client.calls.create({ to: operator, from: '+15005550006', url }), { code: 21210 })
  await t.rejects(client.calls.create({ to: operator, from: line, url: 'nonsense' }), {
    code: 21205,
  })
  await t.rejects(client.calls.create({ to: operator, from: line, twiml: '<Say/>' }), {
    code: 12102,
  })
  t.same(carrier.rung(), [])
})

t.test(
  'a call that rings is called off by its end, and one redirected runs the document',
  async (t) => {
    const { place, client, carrier, settled, server } = await open(
      { '/news': '', '/other': '<Hangup/>' },
      { [operator]: { kind: 'by-hand' } },
      { callsPerSecond: Number.POSITIVE_INFINITY },
    )
    const held = carrier.clock.hold()
    const called = await place()
    await client.calls(called.sid).update({ status: 'completed' })
    t.match(await settled(called.sid), { status: 'canceled' })
    const led = await place({ url: `${server.url}/leg` })
    const call = carrier.call(led.sid)
    call?.answer()
    for (;;) {
      const report = await call?.next('webhook')
      if (!report || report.url.endsWith('/leg')) break
    }
    await client.calls(led.sid).update({ url: `${server.url}/other` })
    held()
    t.match(await settled(led.sid), { status: 'completed' })
    t.ok(server.got.some(({ path }) => path === '/other'))
  },
)

t.test(
  'trouble after the call was accepted does not keep the telephone from ringing',
  async (t) => {
    let trouble: keyof typeof troublesByName = 'error-after'
    const { place, carrier, requests } = await open(
      { '/news': '' },
      {},
      { callsPerSecond: Number.POSITIVE_INFINITY },
      { trouble: ({ method }) => (method === 'POST' ? troublesByName[trouble] : undefined) },
    )
    await t.rejects(place(), { code: 20500 })
    t.equal(carrier.rung().length, 1)
    trouble = 'reset-after'
    await t.rejects(place(), { message: /ECONNRESET|socket hang up/ })
    t.equal(carrier.rung().length, 2)
    trouble = 'too-many'
    await t.rejects(place(), { status: 429, code: 20429 })
    trouble = 'reset-before'
    await t.rejects(place(), { message: /ECONNRESET|socket hang up/ })
    t.equal(carrier.rung().length, 2)
    t.same(
      requests.map(({ done, status }) => [done, status]),
      [
        [true, 500],
        [true, null],
        [false, 429],
        [false, null],
      ],
    )
  },
)

t.test('who picks up while the ring is called off has picked up, and is hung up on', async (t) => {
  const { place, client, carrier, news, settled } = await open(
    { '/news': '' },
    { [operator]: { kind: 'answers', afterSeconds: 3, talksSeconds: null } },
    {},
    { lag: () => ({ list: 0, cancel: 2 }) },
  )
  const held = carrier.clock.hold()
  const made = await place()
  const meanwhile = new Promise<void>((resolve) => {
    carrier.clock.after(2000, resolve)
  })
  held()
  await meanwhile
  const again = carrier.clock.hold()
  await client.calls(made.sid).update({ status: 'canceled' })
  again()
  t.match(await settled(made.sid), { status: 'completed' })
  t.same(news(), ['0 initiated', '1 ringing', '2 in-progress', '3 completed'])
})

t.test('new calls may be missing from lists for a while', async (t) => {
  const { place, client, carrier } = await open(
    { '/news': '' },
    { [operator]: { kind: 'answers', afterSeconds: 20, talksSeconds: 20 } },
    {},
    { lag: () => ({ list: 10, cancel: 0 }) },
  )
  const held = carrier.clock.hold()
  const made = await place()
  t.equal((await client.calls.list({ to: operator })).length, 0)
  t.match(await client.calls(made.sid).fetch(), { status: 'ringing' })
  held()
  await carrier.call(made.sid)?.ended
  t.equal((await client.calls.list({ to: operator })).length, 1)
})
