import t from 'tap'
import { deliveredOf } from '../../src/twilio/delivered.ts'
import { parseForm } from '../../src/twilio/form.ts'

const read = (fields: Readonly<Record<string, string>>) =>
  deliveredOf(parseForm(new URLSearchParams(fields).toString()))

const sid = `RE${'0a'.repeat(16)}`
const url = `https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/${sid}`

t.test('the keys of a Gather are all that it delivers', async (t) => {
  t.same(read({ Digits: '12', CallStatus: 'in-progress' }), {
    digits: '12',
    recording: null,
    transfer: null,
    queue: null,
    isOver: false,
  })
})

t.test('a recording is known by its SID, sent by itself or in its address', async (t) => {
  const recording = { reference: sid, address: url, seconds: 7, bytes: 44 + 7 * 16_000 }
  t.same(
    read({ RecordingUrl: url, RecordingSid: sid, RecordingDuration: '7' }).recording,
    recording,
  )
  t.same(read({ RecordingUrl: url, RecordingDuration: '7' }).recording, recording)
})

t.test('what names no recording is none', async (t) => {
  t.equal(read({ RecordingUrl: 'https://api.twilio.com/nothing' }).recording, null)
  t.equal(read({ RecordingUrl: '', RecordingSid: sid }).recording, null)
  t.equal(read({ RecordingUrl: `javascript:${sid}`, RecordingSid: sid }).recording, null)
  t.match(read({ RecordingUrl: url, RecordingDuration: '-1' }).recording, { seconds: 0 })
})

t.test('how a dialled call ended is told in the words of VoiceXML', async (t) => {
  const result = (fields: Readonly<Record<string, string>>) => read(fields).transfer?.result
  t.equal(result({ DialCallStatus: 'completed' }), 'far_end_disconnect')
  t.equal(result({ DialCallStatus: 'completed', DialBridged: 'true' }), 'far_end_disconnect')
  t.equal(result({ DialCallStatus: 'completed', DialBridged: 'false' }), 'noanswer')
  t.equal(result({ DialCallStatus: 'answered' }), 'far_end_disconnect')
  t.equal(result({ DialCallStatus: 'busy' }), 'busy')
  t.equal(result({ DialCallStatus: 'no-answer' }), 'noanswer')
  t.equal(result({ DialCallStatus: 'failed', DialSipResponseCode: '503' }), 'network_busy')
  t.equal(result({ DialCallStatus: 'failed', DialSipResponseCode: '404' }), 'unknown')
  t.equal(result({ DialCallStatus: 'failed' }), 'unknown')
  t.equal(result({ DialCallStatus: 'canceled' }), 'unknown')
  t.equal(result({ DialCallStatus: 'something new' }), 'unknown')
  t.equal(read({ DialCallStatus: 'completed', DialCallDuration: '42' }).transfer?.seconds, 42)
})

t.test('the end of the call itself is told by its status', async (t) => {
  t.ok(read({ CallStatus: 'completed', Digits: 'hangup' }).isOver)
})
