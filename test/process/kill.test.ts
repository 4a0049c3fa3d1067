import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import t from 'tap'
import { startEmbeddedPostgres } from '../../src/db/embedded.ts'
import { startProcess } from './process.ts'

const callSid = `CA${'0123456789abcdef'.repeat(2)}`
const call = { CallSid: callSid, From: '+79161234567', To: '+78005557373' }
const adminToken = 'an-administrator-of-the-test-0123'

/** One that the database's own account can enter too, so that nothing is left elsewhere. */
const temporaryFolder = async (t: { teardown(work: () => Promise<void>): unknown }) => {
  const folder = await mkdtemp(join(tmpdir(), 'hotline-process-'))
  await chmod(folder, 0o755)
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

t.test(
  'a call goes on after the server was killed, with the same bytes for what was said',
  async (t) => {
    const dataDir = await temporaryFolder(t)
    const settings = { DATA_DIR: dataDir, ADMIN_TOKEN: adminToken }

    const first = await startProcess(settings)
    const greeting = await first.post('/voice/incoming', { ...call, CallStatus: 'ringing' })
    const services = await first.post('/voice/turn/1', { ...call, Digits: '1' })
    t.match(greeting, { status: 200, text: /<Gather/ })
    t.match(services, { status: 200, text: /<Gather/ })
    await first.stop('SIGKILL')

    // Webhooks are signed for the address; a restarted server has another port but is one public place.
    const second = await startProcess({ ...settings, PUBLIC_URL: '' })
    t.teardown(() => second.stop('SIGTERM'))
    t.same(await second.post('/voice/incoming', { ...call, CallStatus: 'ringing' }), greeting)
    t.same(await second.post('/voice/turn/1', { ...call, Digits: '1' }), services)
    const fallback = await second.post('/voice/fallback', { ...call, ErrorCode: '11200' })
    t.equal(fallback.text, services.text, 'the fallback carries on from the last committed turn')
    t.match(await second.post('/voice/turn/2', { ...call, Digits: '1' }), {
      status: 200,
      text: /<Gather/,
    })
    t.match(await second.post('/voice/status', { ...call, CallStatus: 'completed' }), {
      status: 204,
    })

    const answer = await fetch(`${second.url}/api/calls`, {
      headers: { authorization: `Bearer ${adminToken}` },
    })
    const { items } = (await answer.json()) as { items: { callSid: string; endedAt: string }[] }
    t.equal(items.length, 1)
    t.match(items[0], { callSid, endedAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+03:00$/ })
  },
)

t.test('a server told to stop ends cleanly, and its database with it', async (t) => {
  const dataDir = await temporaryFolder(t)
  const server = await startProcess({ DATA_DIR: dataDir })
  t.equal(await server.stop('SIGTERM'), 0)
})

t.test('wrong settings are all told, and the process ends with 2', async (t) => {
  const refused = startProcess({ PORT: 'x', LOG_LEVEL: 'loud' })
  await t.rejects(refused, { message: /PORT.*\n.*LOG_LEVEL/ })
})

t.test('a server that cannot listen leaves no database running', async (t) => {
  const dataDir = await temporaryFolder(t)
  const taken = createServer().listen(0, '127.0.0.1')
  t.teardown(() => taken.close())
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo
  await t.rejects(startProcess({ DATA_DIR: dataDir, PORT: String(port) }), /EADDRINUSE/)
  // PostgreSQL removes this file when it shuts down.
  t.notOk(existsSync(join(dataDir, 'postgres/cluster/postmaster.pid')))
})

t.test('a database that cannot be migrated is not left running', async (t) => {
  const dataDir = await temporaryFolder(t)
  const first = await startEmbeddedPostgres({ dataDir })
  const client = new pg.Client({ connectionString: first.url })
  await client.connect()
  await client.query('create table calls ()')
  await client.end()
  await first.stop()
  await t.rejects(startProcess({ DATA_DIR: dataDir }), /calls/)
  t.notOk(existsSync(join(dataDir, 'postgres/cluster/postmaster.pid')))
})
