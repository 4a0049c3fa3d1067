import t from 'tap'
import { readConfig } from '../../src/config.ts'
import { createLogger } from '../../src/logging.ts'
import { startServer } from '../../src/server.ts'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { restCarrier } from '../../src/twilio/rest.ts'
import { testDatabase } from '../support/database.ts'
import { line, queueFlow } from '../support/exchange.ts'

t.test('in the demo the simulated carrier takes orders over HTTP', async (t) => {
  const database = await testDatabase(t)
  const read = readConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    FLOWS_DIR: t.testdir(queueFlow()),
    FLOWS_CHECK: 'off',
    ADMIN_TOKEN: 'administrator-of-the-demo-carrier-test',
    LOG_LEVEL: 'silent',
  })
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  let account = { accountSid: '', authToken: '' }
  const started = await startServer(read.config, createLogger('silent'), {
    carrier: (given) => {
      account = given
      return createCarrier({ ...given, phones: () => ({ kind: 'by-hand' }) })
    },
  })
  if (started.kind === 'refused') throw new Error(started.reasons.join('\n'))
  const { server } = started
  t.teardown(server.close)
  const orders = restCarrier({
    ...account,
    apiUrl: () => `${server.url}/carrier`,
    publicUrl: () => server.url,
  })
  const since = Temporal.Now.instant().subtract({ seconds: 5 })
  const dialled = await orders.dial({
    to: 'client:anna',
    from: line,
    path: '/voice/operator/00000000-0000-7000-8000-000000000000',
    statusPath: '/voice/leg-status/00000000-0000-7000-8000-000000000000',
    ringSeconds: 20,
    detectMachine: false,
  })
  if (dialled.kind !== 'placed') throw new Error(dialled.message)
  t.equal(await orders.isLive(dialled.legSid), true)
  t.match(await orders.findCalls({ to: 'client:anna', from: line, since }), [
    { callSid: dialled.legSid, to: 'client:anna' },
  ])
  t.equal(await orders.hangUp(dialled.legSid), true)
  t.equal(await orders.isLive(dialled.legSid), false)
  t.equal(await orders.hangUp(dialled.legSid), false)
})
