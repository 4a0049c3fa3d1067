import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import t from 'tap'
import { testDatabase } from '../../support/database.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

const administrator = async (url: string, text: string): Promise<void> => {
  const target = new URL(url)
  target.pathname = '/postgres'
  const client = new pg.Client({ connectionString: target.href })
  await client.connect()
  await client.query(text).finally(() => client.end())
}

const nameOf = ({ database }: TestServer) => new URL(database.url).pathname.slice(1)

const throwOut = (server: TestServer) =>
  administrator(
    server.database.url,
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${nameOf(server)}'`,
  )

/** The database lets nobody in any more, and then throws out those who are: in one go some would come in between. */
const takeAway = async (server: TestServer) => {
  await administrator(
    server.database.url,
    `alter database ${nameOf(server)} allow_connections false`,
  )
  await throwOut(server)
}

const bringBack = (server: TestServer) =>
  administrator(server.database.url, `alter database ${nameOf(server)} allow_connections true`)

t.test('a call goes on after the server was started anew', async (t) => {
  const flowsDir = t.testdir(smallFlow())
  const database = await testDatabase(t)
  const before = await startTestServer(t, { flowsDir, database })
  const caller = webhookCaller(before)
  const dialled = await caller.dial()
  await caller.press(1, '3')
  await before.close()
  const after = await startTestServer(t, { flowsDir, database })
  t.equal((await caller.dial(after)).body, dialled.body)
  t.match((await caller.press(2, '4', after)).body, 'Chosen 4')
  t.match((await caller.press(3, '1', after)).body, 'Goodbye')
  await caller.status('completed', {}, after)
  t.match(await caller.row(), { outcome: 'closed-hours', topic: 'one' })
})

t.test('a call finishes on the texts it began with, a new one has the new', async (t) => {
  const flowsDir = t.testdir(smallFlow('Old'))
  const database = await testDatabase(t)
  const before = await startTestServer(t, { flowsDir, database })
  const old = webhookCaller(before)
  t.match((await old.dial()).body, 'Old: one')
  await before.close()
  writeFileSync(join(flowsDir, 'main.vxml'), smallFlow('New')['main.vxml'])
  const after = await startTestServer(t, { flowsDir, database })
  const young = webhookCaller(after)
  t.match((await young.dial()).body, 'New: one')
  t.match((await old.press(1, '3', after)).body, /Chosen 3.*Old: one/s)
  t.match((await old.press(2, '1', after)).body, 'Old one. Goodbye')
  t.match((await young.press(1, '1', after)).body, 'New one. Goodbye')
  t.not((await old.row())?.flow_version, (await young.row())?.flow_version)
})

t.test('connections that break between two turns are not noticed', async (t) => {
  const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
  const caller = webhookCaller(server)
  await caller.dial()
  await throwOut(server)
  const answer = await caller.press(1, '3')
  t.match(answer.body, 'Chosen 3')
  t.match((await caller.press(2, '1')).body, 'Goodbye')
})

t.test('without the database the caller hears an apology, and later goes on', async (t) => {
  const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
  const caller = webhookCaller(server)
  const late = webhookCaller(server)
  const gone = webhookCaller(server)
  await caller.dial()
  await gone.dial()
  await takeAway(server)
  const [pressed, dialled, left] = await Promise.all([
    caller.press(1, '3'),
    late.dial(),
    gone.status('completed'),
  ])
  for (const answer of [pressed, dialled]) {
    t.equal(answer.status, 200)
    t.match(answer.body, /<Redirect method="POST">\/voice\/fallback\?again=1<\/Redirect>/)
  }
  t.equal(left.status, 204)
  const ready = await fetch(`${server.url}/readyz`)
  t.equal(ready.status, 503)
  t.match(await ready.json(), { status: 'not-ready', obstacles: ['database'] })
  t.equal((await fetch(`${server.url}/healthz`)).status, 200)
  const refused = await server.api('/calls')
  t.equal(refused.status, 500)
  t.strictSame(JSON.parse(refused.body).error.code, 'internal')
  t.notMatch(refused.body, /node_modules|\bat |select|permit/)

  await bringBack(server)
  t.match((await caller.fallback()).body, 'Menu: one', 'the last committed turn')
  t.match((await caller.press(1, '3')).body, 'Chosen 3')
  t.match((await late.fallback()).body, 'Menu: one', 'the first turn')
  t.equal((await fetch(`${server.url}/readyz`)).status, 200)
  // The carrier has its 204 and does not come again: the server itself does.
  while ((await gone.row())?.outcome === 'in-progress') await delay(5)
  const row = await gone.row()
  t.match(row, { outcome: 'abandoned-in-menu', carrier_status: 'completed' })
  t.ok(row?.ended_at)
})

t.test('a fault of ours is spoken a few times, then the call is given up', async (t) => {
  const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
  const caller = webhookCaller(server)
  await caller.dial()
  // Not the ledger alone: nothing at all can be read or written.
  await server.database.pool.query('alter table sessions rename to away')
  const said = [(await caller.press(1, '3')).body]
  for (;;) {
    const next = /\/voice\/fallback\?again=\d+/.exec(said.at(-1) ?? '')?.[0]
    if (next === undefined) break
    const answer = await server.signedPost(next, { CallSid: caller.callSid })
    t.equal(answer.status, 200)
    said.push(answer.body)
  }
  t.equal(said.length, 6)
  t.match(said.at(-1), '<Hangup/>')
  await server.database.pool.query('alter table away rename to sessions')
  t.match((await caller.press(1, '3')).body, 'Chosen 3')
})
