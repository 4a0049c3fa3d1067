import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { Step } from '../calls/ports.ts'
import type { RecordWait, TransferWait } from '../voicexml/turn.ts'

/**
 * Records the caller. Nothing is cut off the recording: its length tells whether there was more than the
 * silence that ended it. Twilio keeps silent recordings, and may also go on to the next verb.
 *
 * @see https://www.twilio.com/docs/voice/twiml/record
 */
export const record = (response: VoiceResponse, wait: RecordWait, action: string): void => {
  response.record({
    action,
    method: 'POST',
    timeout: wait.silenceSeconds,
    maxLength: within(2, wait.maxSeconds, 14_400),
    playBeep: wait.beep,
    finishOnKey: wait.keys,
    trim: 'do-not-trim',
  })
  response.redirect({ method: 'POST' }, action)
}

/**
 * Connects the caller with someone else. A blind transfer is the end of the call here: when the two have talked
 * Twilio goes on to hang up, and tells nobody.
 *
 * @see https://www.twilio.com/docs/voice/twiml/dial
 */
export const dial = (
  response: VoiceResponse,
  { wait, callerId }: Extract<Step['next'], { kind: 'transfer' }>,
  action: string,
): void => {
  const comesBack = wait.manner !== 'blind'
  const verb = response.dial({
    ...(comesBack ? { action, method: 'POST' } : {}),
    timeout: within(5, wait.connectSeconds, 600),
    ...(wait.maxSeconds === null ? {} : { timeLimit: wait.maxSeconds }),
    ...(wait.endsOnStar ? { hangupOnStar: true } : {}),
    ...(callerId === null ? {} : { callerId }),
  })
  const { destination } = wait
  if (destination.kind === 'sip') verb.sip(sipAddress(destination.address, wait.aai))
  else {
    const { keys, number } = destination
    verb.number(keys === '' ? {} : { sendDigits: keys }, number)
  }
  if (comesBack) response.redirect({ method: 'POST' }, action)
  else response.hangup()
}

/** What the other side is to know goes as the header `User-to-User` (RFC 7433), in hexadecimal. */
const sipAddress = (address: string, aai: TransferWait['aai']): string =>
  aai === ''
    ? address
    : `${address}?User-to-User=${Buffer.from(aai).toString('hex')}${encodeURIComponent(';encoding=hex')}`

/**
 * Lets the caller wait. The queue that counts is ours; the carrier's is a place to listen to `waitUrl`, which
 * it asks for again and again.
 *
 * @see https://www.twilio.com/docs/voice/twiml/enqueue
 */
export const enqueue = (
  response: VoiceResponse,
  queue: string,
  action: string,
  waitUrl: string,
): void => {
  response.enqueue({ action, method: 'POST', waitUrl, waitUrlMethod: 'POST' }, queue)
  response.redirect({ method: 'POST' }, action)
}

const within = (low: number, value: number, high: number): number =>
  Math.min(high, Math.max(low, value))
