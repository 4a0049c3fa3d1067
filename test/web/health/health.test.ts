import t from 'tap'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })

const get = async (path: string) => {
  const answer = await fetch(server.url + path)
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    text: await answer.text(),
  }
}

t.test('it says that it is alive and ready, to anybody', async (t) => {
  const alive = await get('/healthz')
  t.equal(alive.status, 200)
  t.strictSame(JSON.parse(alive.text), { status: 'alive' })
  const ready = await get('/readyz')
  t.equal(ready.status, 200)
  t.match(JSON.parse(ready.text), {
    status: 'ready',
    obstacles: [],
    flows: { version: /^[0-9a-f]{64}$/, activation: 1 },
  })
})

t.test('webhooks are counted by route and status, without a word about callers', async (t) => {
  const caller = webhookCaller(server)
  await caller.dial()
  await caller.press(1, '3')
  await caller.press(2, '1')
  await server.signedPost('/voice/incoming', {}, { signature: 'x' })
  const { status, type, text } = await get('/metrics')
  t.equal(status, 200)
  t.match(type, /^text\/plain/)
  t.match(text, 'hotline_webhooks_total{route="/voice/turn/:turn",status="200"} 2')
  t.match(text, 'hotline_webhooks_total{route="/voice/incoming",status="403"} 1')
  t.notMatch(text, caller.callSid)
  t.notMatch(text, '79161234567')
})
