import t from 'tap'
import { readConfig } from '../src/config.ts'
import { createLogger } from '../src/logging.ts'
import { startServer } from '../src/server.ts'
import { testDatabase } from './support/database.ts'
import { accountSid, authToken } from './support/server.ts'
import { smallFlow } from './support/small-flow.ts'

/** Starts a server on a free port; it is closed when the test ends. */
const start = async (
  t: { teardown(work: () => Promise<void>): unknown },
  settings: Readonly<Record<string, string>>,
) => {
  const read = readConfig({
    PORT: '0',
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    ...settings,
  })
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  const started = await startServer(read.config, createLogger('silent'))
  if (started.kind === 'started') t.teardown(started.server.close)
  return started
}

const deadTarget = () => {
  const flow = smallFlow()
  return { ...flow, 'main.vxml': flow['main.vxml'].replace('next="#one"', 'next="#none"') }
}

t.test('flows with errors keep the server from starting, and it says where they are', async (t) => {
  const FLOWS_DIR = t.testdir(deadTarget())
  // Nothing listens there: the flows are looked at first.
  const DATABASE_URL = 'postgres://nobody@127.0.0.1:1/nothing'
  const started = await start(t, { DATABASE_URL, FLOWS_DIR })
  if (started.kind !== 'refused') return t.fail('it has started')
  t.match(started.reasons, [/^main\.vxml:\d+:\d+ error dead-target /])
})

t.test('flows with errors are served where the settings say so', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t)
  const FLOWS_DIR = t.testdir(deadTarget())
  for (const FLOWS_CHECK of ['warn', 'off'])
    t.equal((await start(t, { DATABASE_URL, FLOWS_DIR, FLOWS_CHECK })).kind, 'started')
})

t.test('a database that lacks migrations is refused until it is migrated', async (t) => {
  const { url: DATABASE_URL } = await testDatabase(t, { empty: true })
  const settings = { DATABASE_URL, FLOWS_DIR: t.testdir(smallFlow()) }
  t.match(await start(t, settings), {
    kind: 'refused',
    reasons: [/0001_create_calls\.sql.*npm run migrate/],
  })
  t.equal((await start(t, { ...settings, MIGRATE: '1' })).kind, 'started')
  t.equal((await start(t, settings)).kind, 'started')
})
