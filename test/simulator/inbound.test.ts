import t from 'tap'
import twilio from 'twilio/lib/webhooks/webhooks.js'
import { callParameters } from '../../src/simulator/inbound.ts'
import { formOf, signature, signedUrl, signedWebhook } from '../../src/simulator/signature.ts'
import { authToken, carrierOf, line } from './wire-server.ts'

t.test('the first request carries exactly what a captured one had', async (t) => {
  const { server, carrier } = await carrierOf({ '/voice': '' })
  t.teardown(server.close)
  await carrier.dial({ to: line, from: '+79161234567' }).settled
  const form = server.got[0]?.form ?? new URLSearchParams()
  const places = ['Called', 'Caller', 'From', 'To'].flatMap((name) =>
    ['City', 'Country', 'State', 'Zip'].map((part) => name + part),
  )
  t.same(
    [...form.keys()].sort(),
    [
      ...['AccountSid', 'ApiVersion', 'CallSid', 'CallStatus', 'CallToken', 'Called', 'Caller'],
      ...['Direction', 'From', 'StirVerstat', 'To'],
      ...places,
    ].sort(),
  )
  t.equal(form.get('CallStatus'), 'ringing')
  t.equal(form.get('Direction'), 'inbound')
  t.equal(form.get('Caller'), '+79161234567')
  t.equal(form.get('FromCountry'), 'RU')
  t.equal(form.get('FromCity'), '')
  t.match(form.get('CallSid'), /^CA[0-9a-f]{32}$/)
  const token = JSON.parse(decodeURIComponent(form.get('CallToken') ?? ''))
  t.match(token, { parentCallInfoToken: /^[\w-]+\.[\w-]+\.[\w-]+$/, identityHeaderTokens: [] })
})

t.test('the end is told once, with durations, the sequence number and a date', async (t) => {
  const { server, carrier } = await carrierOf({
    '/voice': '<Pause/><Say>a</Say><Pause length="60"/>',
  })
  t.teardown(server.close)
  await carrier.dial({ to: line }).settled
  const form = server.got.at(-1)?.form
  t.match(Object.fromEntries(form ?? []), {
    CallStatus: 'completed',
    CallDuration: '60',
    Duration: '1',
    SequenceNumber: '0',
    CallbackSource: 'call-progress-events',
    Timestamp: /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/,
  })
})

t.test('every request is signed as Twilio’s own library checks it', async (t) => {
  const { server, carrier, observations } = await carrierOf(
    { '/voice': '<Redirect method="GET">/by-get?a=%20b</Redirect>', '/by-get': '' },
    { fragment: '?x=1#rc=2&rp=all' },
  )
  t.teardown(server.close)
  await carrier.dial({ to: line, from: 'anonymous' }).settled
  t.equal(observations.length, 3)
  for (const { url, method, body, headers } of observations) {
    const parameters = Object.fromEntries(new URLSearchParams(method === 'GET' ? '' : body))
    const given = headers['X-Twilio-Signature'] ?? ''
    t.ok(twilio.validateRequest(authToken, given, url, parameters), url)
    t.notMatch(url, '#')
  }
})

t.test('the documented signatures come out', (t) => {
  t.equal(
    signature('12345', 'https://example.com/myapp.php?foo=1&bar=2', [
      ['CallSid', 'CA1234567890ABCDE'],
      ['Caller', '+14158675310'],
      ['Digits', '1234'],
      ['From', '+14158675310'],
      ['To', '+18005551212'],
    ]),
    'L/OH5YylLD5NRKLltdqwSvS0BnU=',
  )
  t.end()
})

t.test('what is signed has no fragment, no user, and over https no port', (t) => {
  t.equal(signedUrl('https://u:p@h.example:8443/p?q=1#rc=1'), 'https://h.example/p?q=1')
  t.equal(signedUrl('http://u:p@h.example:8080/p'), 'http://h.example:8080/p')
  t.equal(signedUrl('https://h.example:8443'), 'https://h.example')
  t.equal(signedUrl('https://h.example/p@x:1?a=b:2'), 'https://h.example/p@x:1?a=b:2')
  t.end()
})

t.test('a webhook can be signed by hand, repeated names included', (t) => {
  const parameters = [
    ['A', '2'],
    ['A', '1'],
    ['Б', 'ё & +'],
  ] as const
  const { headers, body } = signedWebhook({ authToken, url: 'http://h/p#x', parameters })
  t.equal(body, formOf(parameters))
  t.ok(
    twilio.validateRequest(authToken, headers['X-Twilio-Signature'] ?? '', 'http://h/p', {
      A: ['2', '1'],
      Б: 'ё & +',
    }),
  )
  t.end()
})

t.test('a caller by SIP brings the fields of SIP', (t) => {
  const fields = Object.fromEntries(
    callParameters(
      {
        accountSid: 'AC',
        callSid: 'CA',
        from: 'sip:a@example.org:5060',
        to: line,
        direction: 'inbound',
        parentCallSid: null,
      },
      'ringing',
    ),
  )
  t.match(fields, { SipDomain: 'example.org', SipCallId: /@/, FromCountry: '' })
  t.notOk('StirVerstat' in fields)
  t.end()
})
