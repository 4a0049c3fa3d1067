import Fastify from 'fastify'
import t from 'tap'
import twilio from 'twilio'
import type { CarrierOptions } from '../../src/simulator/carrier.ts'
import { type RestOptions, restApi } from '../../src/simulator/rest.ts'
import { restClientOf } from './rest-client.ts'
import { accountSid, authToken, carrierOf, line } from './wire-server.ts'

const open = async (
  voice: string,
  options: Partial<CarrierOptions> = {},
  trouble?: RestOptions['trouble'],
) => {
  const { server, carrier } = await carrierOf({ '/voice': voice, '/other': '<Hangup/>' }, options)
  const { app, url, client } = await restClientOf(carrier, { ...(trouble && { trouble }) })
  t.teardown(async () => {
    await carrier.close()
    await app.close()
    await server.close()
  })
  return { carrier, client, url, server, app }
}

const waiting = '<Gather timeout="600"/>'

t.test('Twilio’s own client finds a number and sets its URLs', async (t) => {
  const { client, carrier } = await open('')
  const [found] = await client.incomingPhoneNumbers.list({ phoneNumber: line })
  t.match(found, { phoneNumber: line, sid: /^PN[0-9a-f]{32}$/, voiceMethod: 'POST' })
  const updated = await client.incomingPhoneNumbers(found?.sid ?? '').update({
    voiceUrl: 'https://hotline.example/voice/incoming#rc=2',
    voiceMethod: 'POST',
    voiceFallbackUrl: 'https://hotline.example/voice/fallback',
    voiceFallbackMethod: 'GET',
    statusCallback: 'https://hotline.example/voice/status',
    statusCallbackMethod: 'POST',
  })
  t.match(updated, { voiceUrl: 'https://hotline.example/voice/incoming#rc=2' })
  t.match(carrier.number(line), {
    voiceFallbackMethod: 'GET',
    statusCallback: 'https://hotline.example/voice/status',
  })
  t.match(await client.incomingPhoneNumbers(found?.sid ?? '').fetch(), {
    voiceFallbackUrl: 'https://hotline.example/voice/fallback',
  })
  await t.rejects(client.incomingPhoneNumbers(found?.sid ?? '').update({ voiceUrl: 'nonsense' }), {
    code: 21402,
  })
  t.same(await client.incomingPhoneNumbers.list({ phoneNumber: '+15550000000' }), [])
})

t.test('a number made up as it is asked for can be set as well', async (t) => {
  const { client, carrier } = await open('', {
    numbers: (number) => ({ voiceUrl: `http://127.0.0.1:1/${number}` }),
  })
  const [found] = await client.incomingPhoneNumbers.list({ phoneNumber: '+79990000000' })
  await client.incomingPhoneNumbers(found?.sid ?? '').update({ voiceUrl: 'http://127.0.0.1:2/' })
  t.equal(carrier.number('+79990000000')?.voiceUrl, 'http://127.0.0.1:2/')
})

t.test('a live call can be read, listed and hung up, and only while it is live', async (t) => {
  const { client, carrier } = await open(waiting)
  const held = carrier.clock.hold()
  const call = carrier.dial({ to: line, from: '+79161234567' })
  await call.next('prompted', 'listening')
  t.match(await client.calls(call.callSid).fetch(), {
    status: 'in-progress',
    direction: 'inbound',
    from: '+79161234567',
  })
  t.equal((await client.calls.list({ to: line, status: 'in-progress' })).length, 1)
  t.equal((await client.calls.list({ from: '+70000000000' })).length, 0)
  await client.calls(call.callSid).update({ status: 'completed' })
  held()
  t.same(await call.ended, { reason: 'completed', status: 'completed' })
  t.match(await client.calls(call.callSid).fetch(), { status: 'completed', duration: /^\d+$/ })
  await t.rejects(client.calls(call.callSid).update({ status: 'completed' }), {
    status: 400,
    code: 21220,
  })
})

t.test('a live call can be led to another document', async (t) => {
  const { client, carrier, server } = await open(waiting)
  const held = carrier.clock.hold()
  const call = carrier.dial({ to: line })
  await call.next('listening')
  await client.calls(call.callSid).update({ url: `${server.url}/other`, method: 'GET' })
  held()
  await call.settled
  t.match(server.got[1], { method: 'GET', path: '/other' })
})

t.test('a live call can be given a document', async (t) => {
  const { client, carrier } = await open(waiting)
  const held = carrier.clock.hold()
  const call = carrier.dial({ to: line })
  await call.next('listening')
  await t.rejects(client.calls(call.callSid).update({ twiml: 'x'.repeat(4001) }), { code: 32018 })
  await client.calls(call.callSid).update({ twiml: '<Response><Say>taken</Say></Response>' })
  held()
  t.match(await call.next('utterance'), { text: 'taken' })
})

t.test('what does not exist is 20404, and who does not sign in gets 20003', async (t) => {
  const { client, url } = await open('')
  await t.rejects(client.calls('CA00000000000000000000000000000000').fetch(), {
    status: 404,
    code: 20404,
  })
  const stranger = await fetch(`${url}/2010-04-01/Accounts/${accountSid}/Calls.json`)
  t.equal(stranger.status, 401)
  t.match(await stranger.json(), {
    code: 20003,
    status: 401,
    more_info: 'https://www.twilio.com/docs/errors/20003',
  })
  const wrong = twilio(accountSid, 'wrong')
  wrong.api.baseUrl = url
  await t.rejects(wrong.calls.list({ limit: 1 }), { code: 20003 })
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
  const lost = await fetch(`${url}/2010-04-01/Accounts/${accountSid}/Nonsense.json`, {
    headers: { authorization },
  })
  t.match(await lost.json(), { code: 20404 })
})

t.test('lists come in pages', async (t) => {
  const { client, carrier } = await open('')
  for (let count = 0; count < 5; count += 1) await carrier.dial({ to: line }).settled
  t.equal((await client.calls.list({ pageSize: 2 })).length, 5)
  t.equal((await client.calls.list({ limit: 3, pageSize: 2 })).length, 3)
})

t.test('the API may be mounted under a path of its own', async (t) => {
  const { server, carrier } = await carrierOf({ '/voice': '' })
  const app = Fastify()
  await app.register(restApi, { prefix: '/carrier', carrier })
  const client = twilio(accountSid, authToken)
  client.api.baseUrl = `${await app.listen({ port: 0, host: '127.0.0.1' })}/carrier`
  for (let count = 0; count < 3; count += 1) await carrier.dial({ to: line }).settled
  t.equal((await client.calls.list({ pageSize: 2 })).length, 3)
  await t.rejects(client.calls('CA0').fetch(), { code: 20404 })
  await carrier.close()
  await app.close()
  await server.close()
})

t.test('the API can be in trouble on demand, with or without doing its work', async (t) => {
  const fault = { status: 429, code: 20429, message: 'Too Many Requests' }
  let done = false
  const { client, carrier } = await open(waiting, {}, ({ method }) =>
    method === 'POST' ? { ...fault, done } : undefined,
  )
  const held = carrier.clock.hold()
  const call = carrier.dial({ to: line })
  await call.next('listening')
  const hangUp = () => client.calls(call.callSid).update({ status: 'completed' })
  await t.rejects(hangUp(), { status: 429, code: 20429 })
  t.equal(call.record().endedAt, null)
  done = true
  await t.rejects(hangUp(), { code: 20429 })
  held()
  t.equal((await call.ended).reason, 'completed')
})
