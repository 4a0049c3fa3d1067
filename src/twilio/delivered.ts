import type { Delivered } from '../calls/take-turn.ts'
import type { WaitNews } from '../queues/wait-end.ts'
import type { Recording } from '../voicexml/recording.ts'
import type { TransferResult } from '../voicexml/turn.ts'
import { digitsOf, type Form, fieldOf, hasField } from './form.ts'

/**
 * Reads the action request of a `<Gather>`, a `<Record>`, a `<Dial>` or an `<Enqueue>`.
 *
 * @param after what the address itself says that the request comes after: `talk` in a room
 * @see https://www.twilio.com/docs/voice/twiml/record
 * @see https://www.twilio.com/docs/voice/twiml/dial
 */
export const deliveredOf = (form: Form, after = ''): Delivered => ({
  digits: digitsOf(form),
  recording: hasField(form, 'RecordingUrl') ? recordingIn(form) : null,
  transfer: hasField(form, 'DialCallStatus') ? transferIn(form) : null,
  queue: after === 'talk' ? 'talk-over' : newsIn(fieldOf(form, 'QueueResult')),
  isOver: fieldOf(form, 'CallStatus') === 'completed',
})

/**
 * What a `<Enqueue>` says at its end. Callers are connected in conferences, never from the carrier's queue.
 *
 * @see https://www.twilio.com/docs/voice/twiml/enqueue
 */
const newsIn = (result: string): WaitNews | null => {
  switch (result) {
    case '':
      return null
    case 'leave':
      return 'left'
    case 'hangup':
      return 'hung-up'
    case 'queue-full':
      return 'full'
    case 'redirected':
    case 'redirected-from-bridged':
      return 'moved'
    default:
      return 'fault'
  }
}

/** Twilio stores mono WAV files of 8,000 16-bit samples a second behind a header of 44 bytes. */
const bytesASecond = 16_000
const headerBytes = 44

/** The documented parameter is the URL; its last part is the SID, which is sent by itself too. */
const recordingIn = (form: Form): Recording | null => {
  const address = fieldOf(form, 'RecordingUrl')
  const reference =
    sidIn(fieldOf(form, 'RecordingSid')) ?? sidIn(/([^/]*)\/?$/.exec(address)?.[1] ?? '')
  if (reference === null || !/^https?:\/\//i.test(address)) return null
  const seconds = secondsIn(form, 'RecordingDuration')
  return { reference, address, seconds, bytes: headerBytes + seconds * bytesASecond }
}

const sidIn = (text: string): string | null => /^RE[0-9a-f]{32}$/i.exec(text)?.[0] ?? null

const transferIn = (form: Form): Delivered['transfer'] => ({
  result: resultIn(form),
  seconds: secondsIn(form, 'DialCallDuration'),
})

const resultIn = (form: Form): TransferResult => {
  switch (fieldOf(form, 'DialCallStatus')) {
    case 'completed':
    case 'answered':
      // Answered, but never put through: to the caller nobody was there.
      return fieldOf(form, 'DialBridged') === 'false' ? 'noanswer' : 'far_end_disconnect'
    case 'busy':
      return 'busy'
    case 'no-answer':
      return 'noanswer'
    case 'failed':
      return /^5\d\d$|^480$/.test(fieldOf(form, 'DialSipResponseCode')) ? 'network_busy' : 'unknown'
    default:
      return 'unknown'
  }
}

const secondsIn = (form: Form, name: string): number => {
  const text = fieldOf(form, name)
  return /^\d{1,6}$/.test(text) ? Number(text) : 0
}
