import t from 'tap'
import { queueMessage } from '../../../src/db/text-messages.ts'
import { noCarrier } from '../../support/app-page.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

const { signedPost, database } = await startTestServer(t, {
  flowsDir: t.testdir(smallFlow()),
  env: noCarrier,
})

const sid = `SM${'a'.repeat(32)}`

t.test('what the carrier tells of a message is kept, from the carrier alone', async (t) => {
  await queueMessage(database.kysely, {
    purpose: 'one',
    by: 'sms',
    to: '+79161234567',
    line: null,
    language: 'ru-RU',
    content: { kind: 'sign-in', codeId: 'x' },
    worthSeconds: -1,
  })
  const { rows } = await database.pool.query<{ id: string }>('select id from text_messages')
  const path = `/voice/message/${rows[0]?.id}/status`
  const fields = { MessageSid: sid, MessageStatus: 'undelivered', ErrorCode: '30006' }
  const kept = async () =>
    (await database.pool.query('select delivery, error_code, message_sid from text_messages')).rows
  t.equal((await signedPost(path, fields, { signature: 'forged' })).status, 403)
  t.match(await kept(), [{ delivery: null }])
  t.equal((await signedPost(path, fields)).status, 204)
  t.equal((await signedPost(path, { ...fields, MessageStatus: 'sent' })).status, 204)
  t.strictSame(await kept(), [{ delivery: 'undelivered', error_code: '30006', message_sid: sid }])
})

t.test('of nothing, and of anything that is no news, nothing is kept', async (t) => {
  for (const [id, fields] of [
    ['00000000-0000-4000-8000-000000000000', { MessageSid: sid, MessageStatus: 'sent' }],
    ["' or 1=1 --", { MessageSid: sid, MessageStatus: 'sent' }],
    ['x', {}],
  ] as const) {
    const path = `/voice/message/${encodeURIComponent(id)}/status`
    t.equal((await signedPost(path, fields)).status, 204, id)
  }
})
