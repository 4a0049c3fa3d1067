import Fastify from 'fastify'
import t from 'tap'
import twilio from 'twilio'
import { restApi } from '../../src/simulator/rest.ts'
import { accountSid, authToken, carrierOf, line } from './wire-server.ts'

const record = '<Record action="/done" timeout="3"/>'

t.test('silence is recorded like speech', async (t) => {
  const { server, carrier } = await carrierOf({
    '/voice':
      '<Record action="/done" timeout="3" recordingStatusCallback="/recorded" recordingStatusCallbackEvent="in-progress completed absent"/>',
    '/done': '<Hangup/>',
    '/recorded': '',
  })
  const call = carrier.dial({ to: line })
  await call.settled
  await server.close()
  const done = server.got.find(({ path }) => path === '/done')?.form
  t.same([done?.get('RecordingDuration'), done?.get('Digits')], ['3', ''])
  t.same(
    server.got
      .filter(({ path }) => path === '/recorded')
      .map(({ form }) => `${form.get('RecordingStatus')} ${form.get('RecordingDuration')}`),
    ['in-progress -1', 'absent 0'],
    'once trimmed nothing is left of it',
  )
})

t.test('a phone is told that its recording began and how it ended', async (t) => {
  const { server, carrier } = await carrierOf({ '/voice': record, '/done': '<Hangup/>' })
  const call = carrier.dial({ to: line })
  t.match(await call.next('recording'), { maxSeconds: 3600, finishOnKey: '1234567890*#' })
  call.press('5')
  t.match(await call.next('recorded'), { seconds: 0, digits: '5' })
  await call.settled
  await server.close()
})

t.test('a recording can be played, fetched and found by the API', async (t) => {
  const { server, carrier } = await carrierOf({
    '/voice': record,
    '/done': ({ form }) => `<Play>${form.get('RecordingUrl')}</Play>`,
  })
  const app = Fastify()
  await app.register(restApi, { carrier })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  t.teardown(() => app.close())
  const call = carrier.dial({ to: line })
  await call.next('recording')
  call.speak(4000)
  const played = await call.next('utterance')
  t.match(played, { audioUrl: /\/Recordings\/RE/, milliseconds: 7000 })
  await call.settled
  await server.close()

  const path = new URL(played?.audioUrl ?? '').pathname
  for (const address of [path, `${path}.wav`]) {
    const media = await fetch(url + address)
    t.equal(media.headers.get('content-type'), 'audio/x-wav')
    const file = Buffer.from(await media.arrayBuffer())
    t.equal(file.length, 44 + 7 * 16_000)
    t.not(file.readInt16LE(44 + 2 * 3001), 0, 'speech')
    t.equal(file.readInt16LE(44 + 2 * 5 * 8000 + 2), 0, 'then silence')
  }
  t.equal((await fetch(`${url}${path}.json`)).status, 401)
  t.equal((await fetch(`${url}${path.slice(0, -1)}`)).status, 404)
  const client = twilio(accountSid, authToken)
  client.api.baseUrl = url
  const [found] = await client.recordings.list({ callSid: call.callSid })
  t.match(found, { duration: '7', source: 'RecordVerb', callSid: call.callSid })
  t.match(await client.recordings(found?.sid ?? '').fetch(), { sid: found?.sid, channels: 1 })
})
