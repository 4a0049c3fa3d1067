import Fastify from 'fastify'
import t from 'tap'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { restApi } from '../../src/simulator/rest.ts'
import type { TextMessage } from '../../src/simulator/text-messages.ts'
import { ownPage } from '../support/console.ts'
import { testDatabase } from '../support/database.ts'
import { lineNumber, smallFlow } from '../support/small-flow.ts'
import { accountSid, authToken, type Process, startProcess } from './process.ts'

const phone = '+79161234567'

const ask = (server: Process, path: string, body: object) =>
  fetch(`${server.url}/caller${path}`, {
    method: 'POST',
    headers: ownPage(server.url),
    body: JSON.stringify(body),
  })

for (const [point, accepted] of [
  ['message.claimed', 0],
  ['message.ordered', 1],
] as const)
  t.test(`a server that is killed at ${point} sends nothing twice`, async (t) => {
    const database = await testDatabase(t)
    const carrier = createCarrier({
      accountSid,
      authToken,
      numbers: { [lineNumber]: { voiceUrl: 'http://127.0.0.1:9/voice' } },
    })
    const inbox: TextMessage[] = []
    const arrived = new Promise<TextMessage>((resolve) => {
      carrier.messages.mailbox(phone, (message) => {
        if (inbox.push(message) === accepted + 1) resolve(message)
      })
    })
    const app = Fastify({ forceCloseConnections: true })
    await app.register(restApi, { carrier })
    const settings = {
      DATABASE_URL: database.url,
      FLOWS_DIR: t.testdir(smallFlow()),
      TWILIO_API_URL: await app.listen({ port: 0, host: '127.0.0.1' }),
    }
    t.teardown(async () => {
      await carrier.close()
      await app.close()
    })

    const first = await startProcess({ ...settings, FAILPOINT: `${point}:1:kill9` })
    const died = new Promise((resolve) => first.child.once('exit', resolve))
    t.equal((await ask(first, '/code', { phone, by: 'sms' })).status, 204)
    await died
    t.equal(carrier.messages.list().length, accepted)

    const second = await startProcess(settings)
    t.teardown(() => second.stop('SIGKILL'))
    await database.pool.query(
      `update text_messages set lease_until = clock_timestamp(), sending_at = sending_at - interval '2 s'`,
    )
    t.equal((await ask(second, '/code', { phone, by: 'sms' })).status, 204)
    const { body } = await arrived
    const code = /\d{6}/.exec(body)?.[0]
    t.equal((await ask(second, '/sign-in', { phone, code })).status, 200)
    t.equal(await second.stop('SIGTERM'), 0)
    t.equal(carrier.messages.list().length, accepted + 1, 'one for each request at most')
    const { rows } = await database.pool.query('select state from text_messages order by id')
    t.same(rows, [{ state: 'uncertain' }, { state: 'sent' }])
  })
