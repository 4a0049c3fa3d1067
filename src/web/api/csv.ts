import type { CallJson } from './call-json.ts'

const columns: readonly (readonly [string, (call: CallJson) => string | number | null])[] = [
  ['callSid', (call) => call.callSid],
  ['direction', (call) => call.direction],
  ['from', (call) => call.from],
  ['to', (call) => call.to],
  ['line', (call) => call.line],
  ['language', (call) => call.language],
  ['startedAt', (call) => call.startedAt],
  ['answeredAt', (call) => call.answeredAt],
  ['endedAt', (call) => call.endedAt],
  ['durationSeconds', (call) => call.durationSeconds],
  ['outcome', (call) => call.outcome],
  ['topic', (call) => call.topic],
  ['queue', (call) => call.queue],
  ['operator', (call) => call.operator],
  ['caseNumber', (call) => call.caseNumber],
  ['callbackTicket', (call) => call.callbackTicket],
  ['callerCountry', (call) => call.callerCountry],
  ['flowDocument', (call) => call.flow.document],
  ['flowVersion', (call) => call.flow.version],
]

export const csvHeader = `${columns.map(([name]) => name).join(',')}\r\n`

/** One call as a line of RFC 4180. */
export const csvRow = (call: CallJson): string =>
  `${columns.map(([, value]) => csvField(value(call))).join(',')}\r\n`

/**
 * A text that a spreadsheet would run as a formula gets an apostrophe before it; telephone numbers,
 * which also begin with a plus, are left as they are.
 *
 * @see OWASP ASVS 5.0 1.2.10
 */
const csvField = (value: string | number | null): string => {
  if (value === null) return ''
  const text = String(value)
  const safe = /^[=+\-@\t\r]/.test(text) && !/^\+\d{1,15}$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
