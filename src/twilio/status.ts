import type { CarrierStatus } from '../calls/ports.ts'
import { callSidOf, type Form, fieldOf } from './form.ts'

const statuses = new Set([
  'queued',
  'initiated',
  'ringing',
  'in-progress',
  'completed',
  'busy',
  'failed',
  'no-answer',
  'canceled',
])

/**
 * Reads a status callback; null when it names no call or no status that we know.
 *
 * @see https://www.twilio.com/docs/voice/api/call-resource#statuscallback
 */
export const statusOf = (form: Form, receivedAt: Temporal.Instant): CarrierStatus | null => {
  const callSid = callSidOf(form)
  const status = fieldOf(form, 'CallStatus')
  if (callSid === null || !statuses.has(status)) return null
  return {
    callSid,
    status,
    sequence: wholeNumber(fieldOf(form, 'SequenceNumber')),
    happenedAt: happenedAt(fieldOf(form, 'Timestamp'), receivedAt),
    receivedAt,
    durationSeconds: wholeNumber(fieldOf(form, 'CallDuration')),
  }
}

const wholeNumber = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null)

/** Twilio tells the time in whole seconds: of a prompt callback our own clock knows better. */
const promptSeconds = 2

const happenedAt = (text: string, receivedAt: Temporal.Instant): Temporal.Instant | null => {
  const told = instantOf(text)
  const prompt = told !== null && Math.abs(receivedAt.since(told).total('seconds')) < promptSeconds
  return prompt ? receivedAt : told
}

/** RFC 2822, as `Fri, 20 Aug 2010 01:13:42 +0000`; null outside the years 1970 to 9999. */
const instantOf = (text: string): Temporal.Instant | null => {
  const milliseconds = Date.parse(text)
  return milliseconds >= 0 && milliseconds < endOfYears
    ? Temporal.Instant.fromEpochMilliseconds(milliseconds)
    : null
}

const endOfYears = Date.UTC(10_000, 0)
