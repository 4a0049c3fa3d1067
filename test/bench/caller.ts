import { createHmac, randomBytes } from 'node:crypto'
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

const post = (
  connection: Connection,
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<Answer> => {
  let signed = origin + path
  for (const name of Object.keys(fields).sort()) signed += name + fields[name]
  const signature = createHmac('sha1', authToken).update(signed).digest('base64')
  return connection.post(path, signature, new URLSearchParams(fields).toString())
}

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
    const answer = await post(
      connection,
      `/voice/turn/${index + 1}`,
      fieldsOf(callSid, { Digits: digits, msg: 'Gather End' }),
    )
    walk.observe(due, answer.status === 200 && answer.body.includes('<Response>'))
  }
  const status = { CallStatus: 'completed', CallDuration: '60', SequenceNumber: '0' }
  await post(connection, '/voice/status', fieldsOf(callSid, status))
}

/** The incoming webhook alone: a call that goes on. */
export const beginCall = async (connection: Connection, walk: Walk): Promise<string> => {
  const callSid = `CA${randomBytes(16).toString('hex')}`
  const due = await walk.next()
  const fields = fieldsOf(callSid, { CallStatus: 'ringing' })
  const answer = await post(connection, '/voice/incoming', fields)
  walk.observe(due, answer.status === 200 && answer.body.includes('<Response>'))
  return callSid
}
