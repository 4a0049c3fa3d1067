import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import t from 'tap'
import { loggerOptions } from '../../../src/logging.ts'
import { testDatabase } from '../../support/database.ts'
import { startTestServer, type TestServer } from '../../support/server.ts'
import { lineNumber, smallFlow } from '../../support/small-flow.ts'
import { webhookCaller } from '../../support/webhook-caller.ts'

type Json = Readonly<Record<string, unknown>>

const flowsDir = t.testdir(smallFlow('First'))
const database = await testDatabase(t)
// Two nodes of one installation, on one machine: they share a folder.
const one = await startTestServer(t, { flowsDir, database })
const other = await startTestServer(t, { flowsDir, database })

const ask = async (server: TestServer, method: string, path: string) => {
  const { status, body } = await server.api(`/flows${path}`, {
    method,
    ...(method === 'POST' ? { headers: { 'content-type': 'application/json' } } : {}),
  })
  return { status, body: JSON.parse(body) as Json & { items: Json[]; activation: Json } }
}

const activate = (server: TestServer) => ask(server, 'POST', '/activate')

const errorsIn = ({ findings }: Json): readonly unknown[] =>
  (findings as readonly Json[]).filter(({ severity }) => severity === 'error')

const documentOf = (word: string) => smallFlow(word)['main.vxml']

const write = (document: string, folder = flowsDir) =>
  writeFileSync(join(folder, 'main.vxml'), document)

const withDeadTarget = (document: string) => document.replace('next="#one"', 'next="#none"')

/** What a new call hears. */
const heard = async (server: TestServer, line = lineNumber) =>
  (await webhookCaller(server, line).dial()).body

/** What a new call hears, once it is something else than `old`. */
const heardInstead = async (server: TestServer, old: string): Promise<string> => {
  for (;;) {
    const body = await heard(server)
    if (!body.includes(old)) return body
    await new Promise((done) => setTimeout(done, 5))
  }
}

t.test(
  'an edited prompt is heard by the next call on every node, and by no call before',
  async (t) => {
    const old = webhookCaller(one)
    t.match((await old.dial()).body, 'First: one')
    write(documentOf('Second'))
    t.match(await heard(one), 'First: one', 'not before it is told')

    const { status, body } = await activate(one)
    t.equal(status, 200)
    t.match(body, {
      result: 'activated',
      activation: { number: 2, origin: 'api', by: 'administrator', version: /^[0-9a-f]{64}$/ },
    })
    const young = webhookCaller(one)
    t.match((await young.dial()).body, 'Second: one')
    t.match(await heardInstead(other, 'First'), 'Second: one', 'the other node hears of it')

    t.match((await old.press(1, '3', other)).body, /Chosen 3.*First: one/s, 'on any node')
    t.match((await old.press(2, '1', one)).body, 'First one. Goodbye')
    t.match((await young.press(1, '1', other)).body, 'Second one. Goodbye')
    t.not((await old.row())?.flow_version, (await young.row())?.flow_version)
    t.equal((await young.row())?.flow_version, body.activation['version'])
  },
)

t.test('what a node was not told of it finds by looking', async (t) => {
  await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'hotline changes'`,
  )
  write(documentOf('Third'))
  t.equal((await activate(one)).status, 200)
  t.match(await heardInstead(other, 'Second'), 'Third: one')
})

t.test('flows with errors are refused with their findings, and the old ones stay', async (t) => {
  write(withDeadTarget(documentOf('Broken')))
  const refused = await activate(one)
  t.equal(refused.status, 422)
  t.match(refused.body, { error: { code: 'flows-refused', message: String } })
  t.match(errorsIn(refused.body), [
    { file: 'main.vxml', line: Number, column: Number, code: 'dead-target', message: String },
  ])
  rmSync(join(flowsDir, 'main.vxml'))
  t.equal((await activate(one)).status, 422)
  t.match(await heard(one), 'Third: one')
  t.match((await ask(one, 'GET', '/activations')).body.items[0], { number: 3 })
})

t.test('of activations at once one does it, the others are told that it is done', async (t) => {
  write(documentOf('Fourth'))
  const answers = await Promise.all([one, other, one].map(activate))
  t.strictSame(answers.map(({ status, body }) => [status, body['result']]).sort(), [
    [200, 'activated'],
    [200, 'unchanged'],
    [200, 'unchanged'],
  ])
  const { body } = await ask(one, 'GET', '/activations?limit=2')
  t.strictSame(
    body.items.map(({ number, origin }) => [number, origin]),
    [
      [4, 'api'],
      [3, 'api'],
    ],
  )
  const next = await ask(one, 'GET', `/activations?cursor=${String(body['nextCursor'])}`)
  t.strictSame(
    next.body.items.map(({ number, origin }) => [number, origin]),
    [
      [2, 'api'],
      [1, 'start'],
    ],
  )
})

t.test('a version of the past is listed, compared and rolled back to', async (t) => {
  const caller = webhookCaller(one)
  t.match((await caller.dial()).body, 'Fourth: one')
  write(documentOf('Fifth'))
  writeFileSync(join(flowsDir, 'more.yaml'), 'a: 1\n')
  await activate(one)

  const listed = await ask(one, 'GET', '/versions?limit=2')
  t.equal(listed.status, 200)
  const [fifth, fourth] = listed.body.items
  t.match(fifth, { active: true, documents: 1, files: 3, lines: 1, liveCalls: 0 })
  t.match(fourth, {
    active: false,
    documents: 1,
    files: 2,
    lines: 1,
    liveCalls: 1,
    storedAt: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+03:00$/,
    activation: { number: 4, origin: 'api' },
  })
  const cursor = String(listed.body['nextCursor'])
  const next = await ask(one, 'GET', `/versions?cursor=${cursor}`)
  t.equal(next.body.items.length, 3)
  t.equal(next.body['nextCursor'], null)

  const path = `/versions/${String(fourth?.['version'])}`
  t.match((await ask(one, 'GET', path)).body, {
    liveCalls: 1,
    manifest: [{ path: 'lines.yaml' }, { path: 'main.vxml', bytes: Number, hash: String }],
  })
  t.match((await ask(one, 'GET', `${path}/diff/${String(fifth?.['version'])}`)).body, {
    from: fourth?.['version'],
    to: fifth?.['version'],
    changes: [
      { path: 'main.vxml', change: 'changed', diff: /^-.*Fourth: one.*\n\+.*Fifth: one/m },
      { path: 'more.yaml', change: 'added', diff: null },
    ],
  })
  const file = await one.api(`/flows${path}/file?path=main.vxml`)
  t.equal(file.body, documentOf('Fourth'))
  t.equal(file.headers.get('content-type'), 'text/plain; charset=utf-8')
  t.equal((await one.api(`/flows${path}/file?path=none.vxml`)).status, 404)

  const rolled = await ask(other, 'POST', `${path}/activate`)
  t.match(rolled.body, { result: 'activated', activation: { number: 6, origin: 'rollback' } })
  t.match(await heard(other), 'Fourth: one')
  t.match(await heardInstead(one, 'Fifth'), 'Fourth: one')
  t.match((await ask(other, 'POST', `${path}/activate`)).body, { result: 'unchanged' })
})

t.test('a restart keeps what is active, another folder is a deployment', async (t) => {
  const restarted = await startTestServer(t, { flowsDir, database })
  t.match(await heard(restarted), 'Fourth: one', 'the folder holds the fifth as before')
  write(documentOf('Sixth'))
  const deployed = await startTestServer(t, { flowsDir, database })
  t.match(await heard(deployed), 'Sixth: one')
  t.match(await heardInstead(one, 'Fourth'), 'Sixth: one')
})

t.test('versions that do not exist are not found', async (t) => {
  const none = 'f'.repeat(64)
  for (const [method, path] of [
    ['GET', `/versions/${none}`],
    ['GET', '/versions/x'],
    ['GET', `/versions/${none}/diff/${none}`],
    ['GET', `/versions/${none}/file?path=a`],
    ['POST', `/versions/${none}/activate`],
  ] as const)
    t.match(await ask(one, method, path), { status: 404, body: { error: { code: 'not-found' } } })
  t.equal((await ask(one, 'GET', '/versions?cursor=x')).status, 400)
  const { status } = await fetch(`${one.url}/api/flows/activate`, { method: 'POST' })
  t.equal(status, 401)
})

t.test('a line that comes with a version is answered from then on', async (t) => {
  const added = '+74957770000'
  t.match(await heard(one, added), '<Hangup/>')
  const line = (number: string) => `  - { number: "${number}", flow: main.vxml }\n`
  writeFileSync(join(flowsDir, 'lines.yaml'), `lines:\n${line(lineNumber)}${line(added)}`)
  const { number, version } = (await activate(one)).body.activation
  t.match(await heard(one, added), 'Sixth: one')
  const ready = (await (await fetch(`${one.url}/readyz`)).json()) as Json
  t.match(ready, { flows: { activation: number, version } })
  const metrics = await (await fetch(`${one.url}/metrics`)).text()
  t.match(metrics, `hotline_flows_info{version="${String(version)}"} 1`)
  t.match(metrics, `hotline_flows_activation ${String(number)}`)
})

/** Pino's number of the level. */
const warning = 40

t.test('where the settings say so, flows with errors are activated', async (t) => {
  const folder = t.testdir(smallFlow('First'))
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(...String(chunk).trim().split('\n'))
      done()
    },
  })
  const server = await startTestServer(t, {
    flowsDir: folder,
    env: { FLOWS_CHECK: 'warn' },
    logger: pino(loggerOptions('info'), stream),
  })
  write(withDeadTarget(documentOf('Second')), folder)
  const { status, body } = await activate(server)
  t.match({ status, body }, { status: 200, body: { result: 'activated' } })
  t.match(errorsIn(body), [{ code: 'dead-target' }])
  t.match(await heard(server), 'Second: one')
  const entries = lines.map((line) => JSON.parse(line) as { event: string; level: number })
  t.match(
    entries.filter(({ event, level }) => /^flow/.test(event) && level !== warning),
    [
      { event: 'flows-activated', number: 1, origin: 'start' },
      { event: 'flow-finding', file: 'main.vxml', code: 'dead-target' },
      { event: 'flows-activated', number: 2, origin: 'api', by: 'administrator' },
    ],
  )
})
