import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { CarrierOptions } from '../../src/simulator/carrier.ts'
import { readOverrides } from '../../src/simulator/overrides.ts'
import { carrierOf, line, type Page } from './wire-server.ts'

const run = async (
  pages: Readonly<Record<string, Page>>,
  options: Partial<CarrierOptions> & { readonly fragment?: string } = {},
) => {
  const { server, carrier, observations } = await carrierOf(pages, options)
  const call = carrier.dial({ to: line })
  await call.settled
  await server.close()
  return {
    end: await call.ended,
    said: call.history.flatMap((report) => (report.type === 'utterance' ? [report.text] : [])),
    codes: call.history.flatMap((report) => (report.type === 'debugger' ? [report.code] : [])),
    got: server.got.filter((one) => one.path !== '/status'),
    status: server.got.findLast((one) => one.path === '/status')?.form,
    observations,
    history: call.history,
    url: server.url,
  }
}

const apology = 'We are sorry, an application error has occurred. Goodbye.'

const answer =
  (status: number, type: string | null, body: string | Buffer, headers = {}): Page =>
  () =>
  (response: ServerResponse) => {
    response.writeHead(status, { ...(type !== null && { 'content-type': type }), ...headers })
    response.end(body)
  }

t.test('an answer is taken by its content type, and every mistake has its code', async (t) => {
  const hello = '<Response><Say>hello</Say></Response>'
  const cases: readonly [string, Page, readonly string[], readonly number[]][] = [
    ['text/xml', answer(200, 'text/xml', hello), ['hello'], []],
    ['application/xml', answer(200, 'application/xml; charset=utf-8', hello), ['hello'], []],
    ['text/html', answer(200, 'text/html', hello), ['hello'], []],
    ['plain TwiML', answer(200, 'text/plain', hello), ['hello'], []],
    ['plain text', answer(200, 'text/plain', 'just words'), ['just words'], []],
    ['another type', answer(200, 'application/json', '{}'), [apology], [12300]],
    ['no type', answer(200, null, hello), [apology], [12300]],
    [
      'no XML',
      answer(200, 'text/xml', '<Response><Say>a & b</Say></Response>'),
      [apology],
      [12100],
    ],
    ['a blank first', answer(200, 'text/xml', `\n${hello}`), [apology], [12100]],
    ['cut XML', answer(200, 'text/xml', '<Response><Say>hel'), [apology], [12100]],
    ['nothing', answer(200, 'text/xml', '', { 'content-length': 0 }), [apology], [12100]],
    ['another root', answer(200, 'text/xml', '<response/>'), [apology], [12102]],
    [
      'too much',
      answer(200, 'text/xml', `<Response>${' '.repeat(65_537)}</Response>`),
      [apology],
      [11750],
    ],
    ['404', answer(404, 'text/xml', hello), [apology], [11200]],
    ['500', answer(500, 'text/xml', hello), [apology], [11200]],
    ['chunked and empty', answer(200, 'text/xml', ''), [apology], [11770]],
  ]
  for (const [name, page, said, codes] of cases) {
    const result = await run({ '/voice': page })
    t.same(result.said, said, name)
    t.same(result.codes, codes, name)
    t.equal(result.end.reason, codes.length > 0 ? 'failed' : 'completed', name)
  }
})

t.test('a sound is played', async (t) => {
  const { history } = await run({ '/voice': answer(200, 'audio/wav', Buffer.alloc(8000)) })
  t.match(
    history.find((report) => report.type === 'utterance'),
    { audioUrl: /voice$/ },
  )
})

t.test('an answer packed with gzip is unpacked', async (t) => {
  const packed = gzipSync('<Response><Say>small</Say></Response>')
  const { said } = await run({
    '/voice': answer(200, 'text/xml', packed, { 'content-encoding': 'gzip' }),
  })
  t.same(said, ['small'])
})

t.test('a failed request goes to the fallback, with the code and the address', async (t) => {
  const { got, said, url } = await run({
    '/voice': answer(503, 'text/plain', 'down'),
    '/fallback': '<Say>still here</Say>',
  })
  t.same(said, ['still here'])
  const fallback = got.find((one) => one.path === '/fallback')?.form
  t.equal(fallback?.get('ErrorCode'), '11200')
  t.equal(fallback?.get('ErrorUrl'), `${url}/voice`)
  t.equal(fallback?.get('CallStatus'), 'ringing')
})

t.test('when the fallback fails too, the carrier apologises', async (t) => {
  const { said, status } = await run({
    '/voice': answer(503, 'text/plain', 'down'),
    '/fallback': 'oops <',
  })
  t.same(said, [apology])
  t.equal(status?.get('CallStatus'), 'completed')
})

t.test('the fallback helps more than once in a call', async (t) => {
  const { said } = await run({
    '/voice': answer(500, null, ''),
    '/fallback': (_got, count) =>
      count === 1 ? '<Say>first</Say><Redirect>/voice</Redirect>' : '<Say>second</Say>',
  })
  t.same(said, ['first', 'second'])
})

t.test(
  'nobody at the address is a connection failure, tried twice unless told otherwise',
  async (t) => {
    const closed = await run({ '/voice': '<Redirect>http://127.0.0.1:1/x</Redirect>' })
    t.same(closed.codes, [11205])
    t.equal(closed.observations.filter((one) => one.url.endsWith('/x')).length, 2)
  },
)

t.test('a server that hangs up in the middle breaks the protocol', async (t) => {
  const rude = createServer((socket) => socket.once('data', () => socket.destroy()))
  await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve))
  const { port } = rude.address() as { port: number }
  const { codes } = await run({ '/voice': `<Redirect>http://127.0.0.1:${port}/</Redirect>` })
  t.same(codes, [11206])
  rude.close()
})

t.test('an answer slower than the URL allows is not waited for', async (t) => {
  const { codes, got } = await run({ '/voice': () => () => {} }, { fragment: '#rt=100&rc=1&rp=rt' })
  t.same(codes, [11200])
  t.equal(got.length, 2)
  t.equal(
    got[0]?.headers['i-twilio-idempotency-token'],
    got[1]?.headers['i-twilio-idempotency-token'],
    'a retry has the token of the first try',
  )
  t.equal(got[0]?.body, got[1]?.body)
})

t.test('server errors are retried where the URL asks for it', async (t) => {
  const flaky: Page = (_got, count) =>
    count < 3 ? (response) => response.writeHead(500).end() : '<Say>up</Say>'
  const { said, got } = await run({ '/voice': flaky }, { fragment: '#rc=2&rp=5xx' })
  t.same(said, ['up'])
  t.equal(got.length, 3)
  t.same((await run({ '/voice': flaky }, { fragment: '#rc=1&rp=5xx' })).codes, [11200])
  t.same((await run({ '/voice': flaky })).got.length, 1)
})

t.test('two webhooks have two idempotency tokens', async (t) => {
  const { got } = await run({ '/voice': '<Redirect>/next</Redirect>', '/next': '' })
  t.not(
    got[0]?.headers['i-twilio-idempotency-token'],
    got[1]?.headers['i-twilio-idempotency-token'],
  )
})

t.test(
  'redirects are followed, ten at most, and relative addresses start where they led',
  async (t) => {
    const { said, got } = await run({
      '/voice': answer(307, null, '', { location: '/deep/er/page' }),
      '/deep/er/page': '<Redirect>side</Redirect>',
      '/deep/er/side': '<Say>here</Say>',
    })
    t.same(said, ['here'])
    t.equal(got[1]?.method, 'POST')
    const circle = await run({ '/voice': answer(302, null, '', { location: '/voice' }) })
    t.same(circle.codes, [11215])
    t.equal(circle.got.length, 11)
    t.equal(circle.got[1]?.method, 'GET')
  },
)

t.test('cookies are kept for the call', async (t) => {
  const { got } = await run({
    '/voice': answer(200, 'text/xml', '<Response><Redirect>/next</Redirect></Response>', {
      'set-cookie': ['a=1; Path=/; HttpOnly', 'b=2'],
    }),
    '/next': '',
  })
  t.equal(got[0]?.headers.cookie, undefined)
  t.equal(got[1]?.headers.cookie, 'a=1; b=2')
})

t.test('a user in the URL logs in when the server asks', async (t) => {
  const { carrier, server } = await carrierOf({
    '/voice': (one) =>
      one.headers.authorization === undefined
        ? (response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
        : '<Say>in</Say>',
  })
  t.teardown(server.close)
  const settings = carrier.number(line)
  carrier.setNumber(line, {
    ...settings,
    voiceUrl: `${server.url.replace('//', '//user:secret@')}/voice`,
  })
  const call = carrier.dial({ to: line })
  t.match(await call.next('utterance'), { text: 'in' })
  t.equal(
    server.got[1]?.headers.authorization,
    `Basic ${Buffer.from('user:secret').toString('base64')}`,
  )
  await call.settled
})

t.test('a public origin may be reached at another one', async (t) => {
  const inner = await carrierOf({ '/voice': '<Redirect>b</Redirect>', '/b': '' })
  t.teardown(inner.server.close)
  const routed = await carrierOf(
    {},
    {
      numbers: { [line]: { voiceUrl: 'https://hotline.example/voice' } },
      origins: { 'https://hotline.example': inner.server.url },
    },
  )
  t.teardown(routed.server.close)
  await routed.carrier.dial({ to: line }).settled
  t.same(
    routed.observations.map((one) => one.url),
    ['https://hotline.example/voice', 'https://hotline.example/b'],
  )
  t.equal(inner.server.got[0]?.headers.host, 'hotline.example')
})

t.test('the flow’s position travels from the answer’s header to the report', async (t) => {
  const { history } = await run({
    '/voice': answer(200, 'text/xml', '<Response/>', {
      'x-flow-position': 'main.vxml#menu/choice',
    }),
  })
  t.match(
    history.find((report) => report.type === 'webhook'),
    { status: 200, position: 'main.vxml#menu/choice', answer: '<Response/>' },
  )
})

t.test('a failing status callback is a warning', async (t) => {
  const { codes } = await run({ '/voice': '', '/status': answer(500, null, '') })
  t.same(codes, [15003])
})

t.test('overrides keep to their ranges and report what they do not know', (t) => {
  t.match(readOverrides('http://h/p?q#ct=50&rt=99999&tt=3000&rc=9&rp=4xx,5xx&e=dublin,tokyo'), {
    url: 'http://h/p?q',
    overrides: {
      connectMilliseconds: 100,
      readMilliseconds: 15_000,
      totalMilliseconds: 3000,
      retries: 5,
      retryOn: new Set(['4xx', '5xx']),
      faults: [],
    },
  })
  t.same(
    readOverrides('http://h/#rp=never&e=moscow').overrides.faults.map((fault) => fault.code),
    [11243, 11240],
  )
  t.match(readOverrides('http://h/').overrides, { retries: 1, retryOn: new Set(['ct']) })
  t.end()
})
