import { randomBytes } from 'node:crypto'
import type { NewCall } from '../../src/calls/call.ts'
import type { TurnRecord } from '../../src/calls/ports.ts'

export const newCallSid = (): string => `CA${randomBytes(16).toString('hex')}`

/** Turn 0 of a new call. */
export const openingTurn = (call: Partial<NewCall> = {}): TurnRecord => {
  const opening: NewCall = {
    callSid: newCallSid(),
    direction: 'inbound',
    from: '+79161234567',
    to: '+78005557373',
    line: '+78005557373',
    language: 'ru-RU',
    startedAt: Temporal.Now.instant(),
    callerCountry: 'RU',
    flowDocument: 'hotline/main.vxml',
    flowVersion: 'f'.repeat(64),
    ...call,
  }
  return { ...laterTurn(opening.callSid, 0), startedAt: opening.startedAt, opening }
}

export const laterTurn = (
  callSid: string,
  turn: number,
  record: Partial<TurnRecord> = {},
): TurnRecord => {
  const at = Temporal.Now.instant()
  return {
    callSid,
    turn,
    startedAt: at,
    at,
    twiml: `<Response><Say>Ответ ${turn}</Say></Response>`,
    isShared: false,
    session: JSON.stringify({ format: 1, turn }),
    events: [{ at, type: 'dialog', data: { document: 'hotline/main.vxml', dialog: `d${turn}` } }],
    changes: {},
    ...record,
  }
}
