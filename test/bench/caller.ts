import { randomBytes } from 'node:crypto'
import { hmacUnder } from '../../src/twilio/hmac.ts'
import type { Answer, Connection } from './connection.ts'

export const origin = 'https://hotline.example'
export const authToken = 'bench-token-0123456789'
const line = '+78005557373'

/**
 * Keys of one call: services, three pieces of information, back, the cabinet, back, silence once. Every
 * one is a turn of the shipped hotline; the call hangs up after the last.
 */
export const keys = ['1', '1', '1', '*', '9', '2', '*', '9', '', '1', '2', '1'] as const

/** The fields of a real inbound call, geography and all, with the values that change filled in. */
const fieldsOf = (callSid: string, extra: Readonly<Record<string, string>>) => ({
  AccountSid: `AC${'0'.repeat(32)}`,
  ApiVersion: '2010-04-01',
  CallSid: callSid,
  CallStatus: 'in-progress',
  Called: line,
  CalledCity: '',
  CalledCountry: 'RU',
  CalledState: '',
  CalledZip: '',
  Caller: '+79161234567',
  CallerCity: '',
  CallerCountry: 'RU',
  CallerState: '',
  CallerZip: '',
  Direction: 'inbound',
  From: '+79161234567',
  FromCity: '',
  FromCountry: 'RU',
  FromState: '',
  FromZip: '',
  StirVerstat: 'No-TN-Validation',
  To: line,
  ToCity: '',
  ToCountry: 'RU',
  ToState: '',
  ToZip: '',
  ...extra,
})

const sign = hmacUnder(authToken)
if (sign === null) throw new Error('The token of the benchmark fits into no block')

/**
 * A webhook whose text was put together once: only the call and the keys are filled in, so that the
 * generator spends its time on signatures alone.
 */
const webhook = (extra: Readonly<Record<string, string>>) => {
  const fields = fieldsOf('<call>', extra)
  const names = Object.keys(fields).sort() as (keyof typeof fields)[]
  const signed = names
    .map((name) => name + fields[name])
    .join('')
    .split(/<call>|<keys>/)
  const body = new URLSearchParams(fields).toString().split(/%3Ccall%3E|%3Ckeys%3E/)
  const fill = (
    [before = '', between = '', after = '']: readonly string[],
    callSid: string,
    sent: string,
  ) => before + callSid + between + sent + after
  return (connection: Connection, path: string, callSid: string, digits = ''): Promise<Answer> => {
    const signature = sign(origin + path + fill(signed, callSid, digits))
    // The one key that a form writes otherwise than it is.
    return connection.post(path, signature, fill(body, callSid, digits === '#' ? '%23' : digits))
  }
}

const incoming = webhook({ CallStatus: 'ringing' })
const keyed = webhook({ Digits: '<keys>', msg: 'Gather End' })
const completed = webhook({ CallStatus: 'completed', CallDuration: '60', SequenceNumber: '0' })

export type Walk = {
  /** Told of every webhook: when it was due and whether its answer was TwiML. */
  readonly observe: (startedAt: number, ok: boolean) => void
  /** Resolves when the next webhook is due; at once in a closed loop. */
  readonly next: () => Promise<number>
}

/** One call from its beginning to its end on one connection. */
export const walkCall = async (connection: Connection, walk: Walk): Promise<void> => {
  const callSid = await beginCall(connection, walk)
  for (const [index, digits] of keys.entries()) {
    const due = await walk.next()
    const answer = await keyed(connection, `/voice/turn/${index + 1}`, callSid, digits)
    walk.observe(due, answer.status === 200 && answer.body.includes('<Response>'))
  }
  await completed(connection, '/voice/status', callSid)
}

/** The incoming webhook alone: a call that goes on. */
export const beginCall = async (connection: Connection, walk: Walk): Promise<string> => {
  const callSid = `CA${randomBytes(16).toString('hex')}`
  const due = await walk.next()
  const answer = await incoming(connection, '/voice/incoming', callSid)
  walk.observe(due, answer.status === 200 && answer.body.includes('<Response>'))
  return callSid
}
