import { parsePhoneNumberFromString } from 'libphonenumber-js'
import type { Parameters } from './signature.ts'

export type Direction = 'inbound' | 'outbound-api' | 'outbound-dial'

export type Caller = {
  readonly accountSid: string
  readonly callSid: string
  readonly from: string
  readonly to: string
  readonly direction: Direction
  readonly parentCallSid: string | null
}

/** The country of a number, or nothing: Twilio sends geography it does not know as empty fields. */
const countryOf = (number: string): string =>
  number.startsWith('+') ? (parsePhoneNumberFromString(number)?.country ?? '') : ''

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const callToken = (callSid: string): string => {
  const token = `${part({ alg: 'ES256', typ: 'JWT' })}.${part({ callSid })}.${'A'.repeat(86)}`
  const value = { parentCallInfoToken: token, identityHeaderTokens: [] }
  return encodeURIComponent(JSON.stringify(value))
}

const stirVerstat = (from: string): string =>
  from.startsWith('+1') ? 'TN-Validation-Passed-A' : 'No-TN-Validation'

const sipFields = (from: string): Parameters => [
  ['SipCallId', `${Buffer.from(from).toString('hex').slice(0, 24)}@198.51.100.7`],
  ['SipDomain', /@([^:;>]+)/.exec(from)?.[1] ?? ''],
  ['SipSourceIp', '198.51.100.7'],
]

/**
 * The parameters that every request of a call carries, as a captured request of an inbound one had them: geography
 * also where it is empty, in alphabetical order. Source: twilio.com/docs/voice/twiml, "Request parameters".
 */
export const callParameters = (caller: Caller, callStatus: string): Parameters => {
  const { from, to, direction, parentCallSid } = caller
  const inbound = direction === 'inbound'
  const geography = (name: string, number: string): Parameters => [
    [`${name}City`, ''],
    [`${name}Country`, countryOf(number)],
    [`${name}State`, ''],
    [`${name}Zip`, ''],
  ]
  const sip = from.startsWith('sip:')
  const parameters: Parameters = [
    ['AccountSid', caller.accountSid],
    ['ApiVersion', '2010-04-01'],
    ['CallSid', caller.callSid],
    ['CallStatus', callStatus],
    ...(inbound ? ([['CallToken', callToken(caller.callSid)]] as const) : []),
    ['Called', to],
    ...geography('Called', to),
    ['Caller', from],
    ...geography('Caller', from),
    ['Direction', direction],
    ['From', from],
    ...geography('From', from),
    ...(parentCallSid === null ? [] : ([['ParentCallSid', parentCallSid]] as const)),
    ...(sip ? sipFields(from) : []),
    ...(inbound && !sip ? ([['StirVerstat', stirVerstat(from)]] as const) : []),
    ['To', to],
    ...geography('To', to),
  ]
  return parameters
}

/** RFC 2822 in GMT, as Twilio writes times. */
export const rfc2822 = (milliseconds: number): string =>
  new Date(milliseconds).toUTCString().replace('GMT', '+0000')

/**
 * What a status callback tells on top: where it stands in the row of this call's callbacks, and when.
 * Source: twilio.com/docs/voice/api/call-resource, "StatusCallback".
 */
export const progressParameters = (sequence: number, at: number): Parameters => [
  ['CallbackSource', 'call-progress-events'],
  ['SequenceNumber', String(sequence)],
  ['Timestamp', rfc2822(at)],
]

/**
 * What the last one tells of the length of the call.
 *
 * @param seconds time since the answer, 0 for a call that was not answered
 */
export const lengthParameters = (seconds: number): Parameters => [
  ['CallDuration', String(seconds)],
  ['Duration', String(Math.ceil(seconds / 60))],
]
