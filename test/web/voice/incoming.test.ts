import t from 'tap'
import { newCallSid } from '../../support/call-records.ts'
import { accountSid, sign, startTestServer } from '../../support/server.ts'
import { lineNumber, smallFlow } from '../../support/small-flow.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
const { database, signedPost } = server

const fields = (CallSid: string) => ({
  AccountSid: accountSid,
  CallSid,
  From: '+79161234567',
  To: lineNumber,
  CallStatus: 'ringing',
})

const rows = (callSid: string) =>
  database.kysely.selectFrom('calls').selectAll().where('call_sid', '=', callSid).execute()

t.test('an incoming call is answered with its first turn and logged', async (t) => {
  const callSid = newCallSid()
  const answer = await signedPost('/voice/incoming', fields(callSid))
  t.equal(answer.status, 200)
  t.equal(answer.headers.get('content-type'), 'text/xml; charset=utf-8')
  t.match(answer.body, 'Menu: one, two or three')
  t.match(answer.body, /<Gather[^>]+action="\/voice\/turn\/1"/)
  t.match(await rows(callSid), [
    {
      from_number: '+79161234567',
      line: lineNumber,
      caller_country: 'RU',
      outcome: 'in-progress',
      flow_document: 'main.vxml',
      ended_at: null,
    },
  ])
})

t.test('a request without the right signature gets 403 and has no effect', async (t) => {
  const callSid = newCallSid()
  const body = new URLSearchParams(fields(callSid)).toString()
  const forged = [
    null,
    '',
    'x',
    sign(`${server.url}/voice/incoming`, body, 'another token'),
    sign(`${server.url}/voice/fallback`, body),
    sign(`http://elsewhere.example/voice/incoming`, body),
    sign(`${server.url}/voice/incoming?x=1`, body),
    sign(`${server.url}/voice/incoming`, `${body}&Digits=1`),
  ]
  for (const path of ['/voice/incoming', '/voice/fallback', '/voice/turn/1', '/voice/status'])
    for (const signature of path === '/voice/incoming' ? forged : [null, 'x']) {
      const answer = await signedPost(path, fields(callSid), { signature })
      t.equal(answer.status, 403, `${path} ${signature}`)
      t.strictSame(JSON.parse(answer.body), {
        error: { code: 'forbidden', message: 'Invalid signature' },
      })
    }
  t.strictSame(await rows(callSid), [])
})

t.test('a forged Host header signs nothing', async (t) => {
  const callSid = newCallSid()
  const { statusCode } = await server.server.app.inject({
    method: 'POST',
    url: '/voice/incoming',
    headers: {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': sign(
        'http://evil.example/voice/incoming',
        new URLSearchParams(fields(callSid)).toString(),
      ),
    },
    payload: new URLSearchParams(fields(callSid)).toString(),
  })
  t.equal(statusCode, 403)
})

t.test('whatever a signed request holds, it is answered with 200 and TwiML', async (t) => {
  const paths = ['/voice/incoming', '/voice/fallback', '/voice/turn/1', '/voice/turn/x%00y']
  const known = newCallSid()
  await signedPost('/voice/incoming', fields(known))
  const odd: Record<string, Record<string, string | string[]>> = {
    'a withheld number': { ...fields(newCallSid()), From: 'anonymous' },
    'no caller': { ...fields(newCallSid()), From: '' },
    'a SIP address': { ...fields(newCallSid()), From: 'sip:alice@example.com;transport=tls' },
    'no called number': { CallSid: newCallSid() },
    'empty fields': { CallSid: '', From: '', To: '', Digits: '' },
    'no fields': {},
    'no call': { From: '+79161234567', To: lineNumber },
    'a malformed call': { ...fields('CA123'), Digits: '1' },
    'a call in place of a prototype': { ...fields('__proto__') },
    'repeated fields': { ...fields(known), Digits: ['1', '2'], To: [lineNumber, '+1'] },
    'unknown fields': { ...fields(newCallSid()), Brand: 'new', '__proto__[x]': '1', toString: '2' },
    'prototype names': { ...fields(newCallSid()), __proto__: '1', constructor: 'x' },
    NUL: {
      ...fields(newCallSid()),
      From: '+7916\u0000',
      To: `${lineNumber}\u0000`,
      Digits: '\u0000',
    },
    'half a surrogate pair': { ...fields(newCallSid()), From: '\ud800', FromCountry: '\udfff' },
    'characters XML does not have': { ...fields(newCallSid()), From: '\uffff\ufffe\u0008' },
    'thousands of digits': { ...fields(newCallSid()), Digits: '7'.repeat(9000) },
    'a long number': { ...fields(newCallSid()), From: '8'.repeat(20_000), To: '7'.repeat(20_000) },
    'a country that is none': { ...fields(newCallSid()), From: 'x', FromCountry: 'ZZ; drop' },
    SQL: { ...fields(newCallSid()), From: "'; drop table calls; --" },
  }
  for (const [name, input] of Object.entries(odd))
    for (const path of paths) {
      const answer = await signedPost(path, input)
      t.equal(answer.status, 200, `${name}, ${path}`)
      t.match(answer.body, /^<\?xml[^>]*>\s*<Response>.*<\/Response>$/s, `${name}, ${path}`)
      t.notMatch(answer.body, /технич/, `no apology for ${name}, ${path}`)
    }
  t.equal((await signedPost('/voice/status', {})).status, 204)
})

t.test('bytes that are no UTF-8 and broken escapes are taken as they can be', async (t) => {
  const call = new URLSearchParams(fields(newCallSid())).toString()
  for (const tail of [
    '&Digits=%ZZ',
    '&Digits=%',
    '&Digits=%ff%fe',
    '&&==&a',
    '&Digits[]=1',
    '\u0000',
  ])
    t.equal((await signedPost('/voice/incoming', {}, { body: call + tail })).status, 200, tail)
})

t.test('a signed body is a form, whatever type it says it is', async (t) => {
  const types = [
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded; charset=koi8-r',
    'application/octet-stream',
    'a/b; garbage',
    'garbage',
    '',
    null,
  ]
  for (const contentType of types) {
    const callSid = newCallSid()
    const answer = await signedPost('/voice/incoming', fields(callSid), { contentType })
    t.equal(answer.status, 200, String(contentType))
    t.match(answer.body, 'Menu', String(contentType))
  }
})

t.test('a signed request to no address of ours is spoken to, another one refused', async (t) => {
  for (const [method, path] of [
    ['POST', '/voice'],
    ['POST', '/voice/nowhere'],
    ['GET', '/voice/incoming?CallSid=x'],
    ['PUT', '/voice/incoming'],
    ['DELETE', '/voice/turn/1'],
  ] as const) {
    const answer = await signedPost(path, fields(newCallSid()), {
      method,
      ...(method === 'GET' ? { body: '' } : {}),
    })
    t.equal(answer.status, 200, `${method} ${path}`)
    t.match(answer.body, '<Hangup/>', `${method} ${path}`)
    const forged = await signedPost(path, {}, { method, signature: 'x' })
    t.equal(forged.status, 403, `${method} ${path}`)
  }
})

t.test('a body that no carrier sends is refused before it is read', async (t) => {
  const answer = await signedPost('/voice/incoming', { Digits: '7'.repeat(70_000) })
  t.equal(answer.status, 413)
  t.match(JSON.parse(answer.body), { error: { code: 'too-large' } })
})

t.test('a number that no line has is told so, refused in the log, and never opened', async (t) => {
  const callSid = newCallSid()
  const call = { ...fields(callSid), To: '+74951112233' }
  const answer = await signedPost('/voice/incoming', call)
  t.equal(answer.status, 200)
  t.match(answer.body, /не обслуживается.*<Hangup\/>/s)
  t.equal((await signedPost('/voice/incoming', call)).body, answer.body)
  t.match(await rows(callSid), [{ outcome: 'refused', line: null, to_number: '+74951112233' }])
  t.match((await signedPost('/voice/turn/1', { ...call, Digits: '1' })).body, '<Hangup/>')
})

t.test('a withheld number is logged as the carrier gave it', async (t) => {
  const callSid = newCallSid()
  await signedPost('/voice/incoming', { ...fields(callSid), From: 'anonymous', FromCountry: '' })
  t.match(await rows(callSid), [{ from_number: 'anonymous', caller_country: null }])
})
