import { pino } from 'pino'
import t from 'tap'
import { loggerOptions } from '../src/logging.ts'
import { accountSid, authToken, startTestServer } from './support/server.ts'
import { smallFlow } from './support/small-flow.ts'
import { webhookCaller } from './support/webhook-caller.ts'

t.test('nothing personal or secret is in the log, whatever fails', async (t) => {
  const written: string[] = []
  const server = await startTestServer(t, {
    flowsDir: t.testdir(smallFlow()),
    logger: pino({ ...loggerOptions('trace') }, { write: (line) => written.push(line) }),
  })
  const caller = webhookCaller(server)
  await caller.dial()
  await caller.press(1, '2')
  await caller.press(2, '2026765432')
  await caller.press(3, '8642')
  await server.signedPost('/voice/incoming', { From: '+79161234567' }, { signature: 'x' })
  await server.api('/calls?caller=%2B79161234567')
  await server.api('/cases', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: '+79161234567', service: 'x', applicantName: 'Анна Ли' }),
  })
  // PostgreSQL shows the whole row in the detail of such a fault.
  const { pool } = server.database
  await pool.query("alter table calls add check (from_number <> '+79161234567') not valid")
  await pool.query("alter table cases add check (applicant_name <> 'Анна Ли') not valid")
  await webhookCaller(server).dial()
  await server.api('/cases', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ phone: '+79161234567', service: 'x', applicantName: 'Анна Ли' }),
  })
  const log = written.join('')
  t.match(log, 'turn-failed')
  t.match(log, 'request-failed')
  t.match(log, caller.callSid.slice(0, 2))
  for (const secret of ['9161234567', '2026765432', '8642', 'Анна', authToken, server.adminToken])
    t.notOk(log.includes(secret), secret)
  t.notOk(log.includes(accountSid))
})
