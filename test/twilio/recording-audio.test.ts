import t from 'tap'
import { recordingAudio } from '../../src/twilio/recording-audio.ts'
import { contentServer } from '../support/content-server.ts'

const sid = (digit: string) => `RE${digit.repeat(32)}`
const path = (digit: string) => `/2010-04-01/Accounts/AC1/Recordings/${sid(digit)}.wav`

const carrier = await contentServer(t, {
  [path('1')]: 'sound',
  [path('2')]: 500,
  [path('3')]: 302,
  [path('4')]: 'x'.repeat(17 * 1024 * 1024),
  [path('5')]: 'hang',
})

const read = (reference: string, signal = AbortSignal.timeout(60_000)) =>
  recordingAudio({ accountSid: 'AC1', authToken: 't', apiUrl: () => carrier.origin })(
    { reference, address: 'http://evil.example/', seconds: 1, bytes: 1 },
    signal,
  )

t.test('the audio of a recording is that of its SID in the account', async (t) => {
  const found = await read(sid('1'))
  t.equal(found?.type, 'audio/wav')
  t.equal(Buffer.from(found?.bytes ?? []).toString(), 'sound')
})

t.test('what is no SID is not asked for', async (t) => {
  carrier.received.length = 0
  for (const reference of ['', '../Calls', `${sid('1')}/../x`, 'RE1', `CA${'1'.repeat(32)}`]) {
    t.equal(await read(reference), null, reference)
  }
  t.same(carrier.received, [])
})

t.test(
  'a carrier that refuses, or sends more than a recording can be, is not waited for',
  async (t) => {
    t.equal(await read(sid('2')), null)
    await t.rejects(read(sid('3')))
    t.equal(await read(sid('4')), null)
  },
)

t.test('the signal ends the waiting for one that is not there or does not come', async (t) => {
  await t.rejects(read(sid('9'), AbortSignal.timeout(20)))
  await t.rejects(read(sid('5'), AbortSignal.timeout(20)))
})
