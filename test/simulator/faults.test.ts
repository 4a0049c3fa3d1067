import fc from 'fast-check'
import t from 'tap'
import twilio from 'twilio/lib/webhooks/webhooks.js'
import {
  everyWebhook,
  type Fault,
  type Faults,
  oddCallers,
  oddParameters,
  seededFaults,
} from '../../src/simulator/faults.ts'
import { authToken, carrierOf, line, type Page } from './wire-server.ts'

const run = async (
  faults: Faults,
  pages: Readonly<Record<string, Page>> = { '/voice': '<Say>a</Say>' },
) => {
  const { server, carrier, observations } = await carrierOf(pages, { faults })
  const call = carrier.dial({ to: line })
  await call.settled
  await server.close()
  return {
    observations,
    got: server.got,
    paths: server.got.map((one) => one.path),
    codes: call.history.flatMap((report) => (report.type === 'debugger' ? [report.code] : [])),
    said: call.history.flatMap((report) => (report.type === 'utterance' ? [report.text] : [])),
    seconds: (carrier.clock.now() - call.record().startedAt) / 1000,
    call,
  }
}
const document = (...faults: readonly Fault[]): Faults => everyWebhook(faults)

t.test(
  'duplicates have the same bytes and the same token, at once or one after another',
  async (t) => {
    for (const when of ['concurrently', 'afterwards'] as const) {
      const { got, observations } = await run(document({ kind: 'duplicate', times: 3, when }))
      const voice = got.filter((one) => one.path === '/voice')
      t.equal(voice.length, 4)
      t.equal(new Set(voice.map((one) => one.body)).size, 1)
      t.equal(new Set(voice.map((one) => one.headers['x-twilio-signature'])).size, 1)
      t.equal(new Set(voice.map((one) => one.headers['i-twilio-idempotency-token'])).size, 1)
      t.equal(observations.filter((one) => one.why === 'duplicate').length, 3)
      t.equal(new Set(observations.slice(0, 4).map((one) => one.answer.toString())).size, 1)
    }
  },
)

t.test('a late duplicate comes when the call has gone on', async (t) => {
  const { paths, got } = await run(
    (webhook) => (webhook.webhook === 0 ? [{ kind: 'duplicate', times: 1, when: 'late' }] : []),
    { '/voice': '<Redirect>/next</Redirect>', '/next': '<Pause length="9"/>' },
  )
  t.same(paths, ['/voice', '/next', '/voice', '/status'])
  t.equal(got[0]?.body, got[2]?.body)
})

t.test('a status callback can come twice, late, or never', async (t) => {
  const status = (fault: Fault): Faults => everyWebhook([fault], ['status'])
  const twice = await run(status({ kind: 'duplicate', times: 1, when: 'afterwards' }))
  t.same(twice.paths, ['/voice', '/status', '/status'])
  const late = await run(status({ kind: 'delay', milliseconds: 3_600_000 }))
  t.ok(late.seconds >= 3600)
  t.same(late.paths, ['/voice', '/status'])
  t.same((await run(status({ kind: 'drop' }))).paths, ['/voice'])
})

t.test('a stalled answer was worked for, and the fallback is asked', async (t) => {
  const { paths, codes, seconds } = await run(
    (webhook) => (webhook.url.endsWith('/voice') ? [{ kind: 'stall' }] : []),
    { '/voice': '<Say>never</Say>', '/fallback': '<Hangup/>' },
  )
  t.same(paths, ['/voice', '/fallback', '/status'])
  t.same(codes, [11200])
  t.equal(seconds, 15)
})

t.test(
  'a connection reset after the request has gone out leaves the server with its work',
  async (t) => {
    const { got, codes, paths } = await run(
      (webhook) => (webhook.url.endsWith('/voice') ? [{ kind: 'reset' }] : []),
      { '/voice': () => () => {}, '/fallback': '<Hangup/>' },
    )
    t.same(paths, ['/voice', '/fallback', '/status'])
    t.same(codes, [11206])
    t.match(got[0]?.form.get('CallSid'), /^CA/)
  },
)

t.test('an answer cut anywhere is no answer', async (t) => {
  for (const bytes of [0, 1, 10, 30]) {
    const { codes, said } = await run(
      (webhook) => (webhook.webhook === 0 ? [{ kind: 'cut', bytes }] : []),
      { '/voice': '<Say>never</Say>', '/fallback': '<Say>on</Say>' },
    )
    t.same(codes, [11206])
    t.same(said, ['on'])
  }
})

t.test('an unreachable URL goes straight to the fallback', async (t) => {
  const { paths } = await run(
    (webhook) => (webhook.webhook === 0 ? [{ kind: 'unreachable' }] : []),
    {
      '/voice': '',
      '/fallback': '',
    },
  )
  t.same(paths, ['/fallback', '/status'])
})

t.test('a signature can be wrong or missing', async (t) => {
  const wrong = await run(document({ kind: 'wrong-signature' }))
  const [first] = wrong.observations
  t.ok(first)
  const { url = '', body = '', headers = {} } = first ?? {}
  const form = Object.fromEntries(new URLSearchParams(body))
  t.notOk(twilio.validateRequest(authToken, headers['X-Twilio-Signature'] ?? '', url, form))
  const none = await run(document({ kind: 'no-signature' }, { kind: 'no-idempotency-token' }))
  t.notOk('x-twilio-signature' in (none.got[0]?.headers ?? {}))
  t.notOk('i-twilio-idempotency-token' in (none.got[0]?.headers ?? {}))
})

t.test('unknown and repeated parameters are sent, and signed', async (t) => {
  const { got, observations } = await run(
    document({ kind: 'extra-parameters', parameters: oddParameters }),
  )
  t.same(got[0]?.form.getAll('Repeated'), ['b', 'a'])
  t.match(observations[0]?.headers['X-Twilio-Signature'], /=$/)
})

t.test('odd callers go out as they stand', async (t) => {
  const { server, carrier } = await carrierOf({ '/voice': '' })
  t.teardown(server.close)
  for (const from of oddCallers) await carrier.dial({ to: line, from }).settled
  const voice = server.got.filter((one) => one.path === '/voice')
  t.same(
    voice.map((one) => one.form.get('From')),
    oddCallers,
  )
})

t.test('parameters given at dialling come with every request', async (t) => {
  const { server, carrier } = await carrierOf({ '/voice': '<Redirect>/b</Redirect>', '/b': '' })
  t.teardown(server.close)
  await carrier.dial({ to: line, parameters: [['ForwardedFrom', '+74950000000']] }).settled
  t.same(
    server.got.map((one) => one.form.get('ForwardedFrom')),
    ['+74950000000', '+74950000000', '+74950000000'],
  )
})

t.test('the lots of a seed fall the same way in whatever order they are drawn', (t) => {
  const kinds: readonly Fault['kind'][] = ['duplicate', 'delay', 'drop', 'stall', 'reset', 'cut']
  fc.assert(
    fc.property(
      fc.string(),
      fc.dictionary(fc.constantFrom(...kinds), fc.double({ min: 0, max: 1, noNaN: true })),
      fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { minLength: 1, maxLength: 6 }),
      (seed, rates, places) => {
        const faults = seededFaults(seed, rates)
        const draw = ([call, webhook]: readonly [number, number]): readonly Fault[] =>
          faults({ kind: 'status', url: '', parameters: [], callSid: '', call, webhook })
        const forwards = places.map(draw)
        const backwards = places.toReversed().map(draw).toReversed()
        t.strictSame(forwards, backwards)
      },
    ),
    { numRuns: 30 },
  )
  const always = seededFaults('x', { duplicate: 1, drop: 1 })
  const at = { url: '', parameters: [], callSid: '', call: 0, webhook: 0 }
  t.same(
    always({ ...at, kind: 'document' }).map((fault) => fault.kind),
    ['duplicate'],
    'a document is never dropped by lot',
  )
  t.end()
})
