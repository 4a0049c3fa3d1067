import { createCallLog } from '../../src/db/call-log.ts'
import { newCallSid } from './call-records.ts'
import { type Answer, accountSid, type TestServer } from './server.ts'
import { lineNumber } from './small-flow.ts'

/** One caller as the carrier's webhooks tell of him; any node takes any of them. */
export const webhookCaller = (home: TestServer, to = lineNumber) => {
  const callSid = newCallSid()
  const fields = {
    AccountSid: accountSid,
    CallSid: callSid,
    From: '+79161234567',
    To: to,
    CallStatus: 'in-progress',
  }
  const post = (path: string, more: Readonly<Record<string, string>> = {}, node = home) =>
    node.signedPost(path, { ...fields, ...more })
  return {
    callSid,
    dial: (node?: TestServer): Promise<Answer> => post('/voice/incoming', {}, node),
    press: (turn: number, digits: string, node?: TestServer): Promise<Answer> =>
      post(`/voice/turn/${turn}`, { Digits: digits, msg: 'Gather End' }, node),
    fallback: (node?: TestServer, more: Readonly<Record<string, string>> = {}): Promise<Answer> =>
      post('/voice/fallback', { ErrorCode: '11200', ...more }, node),
    status: (
      status: string,
      more: Readonly<Record<string, string>> = {},
      node?: TestServer,
    ): Promise<Answer> => post('/voice/status', { CallStatus: status, ...more }, node),
    /** The row of the call log, which there is once at most. */
    row: async () => {
      const rows = await home.database.kysely
        .selectFrom('calls')
        .selectAll()
        .where('call_sid', '=', callSid)
        .execute()
      if (rows.length > 1) throw new Error('A call has two rows')
      return rows[0] ?? null
    },
    events: async () => (await createCallLog(home.database.kysely).find(callSid))?.events ?? [],
    turns: () =>
      home.database.kysely
        .selectFrom('turns')
        .leftJoin('answers', 'answers.hash', 'turns.answer')
        .select((row) => ['turn', row.fn.coalesce('turns.twiml', 'answers.twiml').as('twiml')])
        .where('call_sid', '=', callSid)
        .orderBy('turn')
        .execute(),
  }
}
