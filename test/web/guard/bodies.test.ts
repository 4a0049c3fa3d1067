import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { hashPassword } from '../../../src/operators/password.ts'
import { ownPage } from '../../support/console.ts'
import {
  collectRoutes,
  givenCall,
  givenPeople,
  keptLog,
  leakIn,
  nameOf,
  type Route,
} from '../../support/guard-scene.ts'
import { nearlyOf, validOf } from '../../support/json-arbitrary.ts'
import { startStreamApi } from '../../support/media-stream.ts'
import { startTestServer } from '../../support/server.ts'

const dataDir = t.testdir()
const log = keptLog()
const routes = collectRoutes()
// A carrier that does whatever it is told: nothing leaves this machine.
const { url: apiUrl } = await startStreamApi(t)
const server = await startTestServer(t, {
  env: { DATA_DIR: dataDir, FLOWS_CHECK: 'off', TWILIO_API_URL: apiUrl },
  logger: log.logger,
})
const { app } = server.server
const { pool } = server.database

const calls = [
  await givenCall(server, dataDir, '+79160000001', 'anna'),
  await givenCall(server, dataDir, '+79160000002', 'boris'),
] as const
const [call] = calls
const people = await givenPeople(server, calls)
await pool.query(
  `with made as (
     insert into operators (login, name, password_hash, role, skills, languages, contact)
     values ('target', 'Target', '', 'operator', '{}', '{ru-RU}', 'client:target') returning login)
   insert into presence (login) select login from made`,
)

// One that nobody knows: those made in the database have none, which no operator has.
await pool.query('update operators set password_hash = $1', [await hashPassword(randomUUID())])

/** What addresses name that fuzz has something to change with. */
const named: Readonly<Record<string, readonly string[]>> = {
  callSid: [call.callSid, calls[1].callSid],
  login: ['target'],
  number: ['RU-2026-000001', '2026000001'],
  id: [call.recording, call.channel],
  photo: [call.photo],
  photoId: [call.photo],
}

const junk = [
  '%00',
  '%2e%2e%2f',
  '0',
  '%F0%9F%91%A9',
  'x'.repeat(90),
  '%22',
  '-1',
  '1e9',
  '*',
  '%25',
]

/** Who may do most with a route. */
const mostMighty = (url: string) => {
  if (url.startsWith('/api')) return people.token
  return url.startsWith('/caller') ? people.caller : people.anna
}

const leaks: string[] = []
let asked = 0

const ask = async (
  { method, url }: Route,
  payload: string | undefined,
  { type = 'application/json', parts = {}, query = '' } = {} as {
    readonly type?: string | null
    readonly parts?: Readonly<Record<string, string>>
    readonly query?: string
  },
) => {
  const { 'content-type': _, ...proof } = ownPage(server.url)
  asked += 1
  const path = url.replaceAll(/:(\w+)/g, (_whole, name) => parts[name] ?? named[name]?.[0] ?? '0')
  const { statusCode, body, headers } = await app.inject({
    method: method as NonNullable<InjectOptions['method']>,
    url: `${path}${query}`,
    remoteAddress: `10.${2 + (asked >> 16)}.${(asked >> 8) & 255}.${asked & 255}`,
    headers: {
      ...proof,
      ...mostMighty(url),
      ...(payload === undefined || type === null ? {} : { 'content-type': type }),
    },
    ...(payload === undefined ? {} : { payload }),
  })
  const leak = leakIn(body)
  if (leak !== null) leaks.push(`${method} ${path} ${statusCode}: ${leak}`)
  return { status: statusCode, body, type: String(headers['content-type'] ?? '') }
}

const withBody = routes.filter(
  ({ method, schema }) => schema.body !== undefined && method !== 'GET',
)
const find = (name: string): Route => {
  const route = routes.find((each) => nameOf(each) === name)
  if (route === undefined) throw new Error(`No route ${name}`)
  return route
}

/** Places in a schema where an object takes members that nobody has named. */
const openPlaces = (schema: unknown, at: string): readonly string[] => {
  if (typeof schema !== 'object' || schema === null) return []
  const { type, additionalProperties } = schema as {
    type?: unknown
    additionalProperties?: unknown
  }
  const own = type === 'object' && additionalProperties !== false ? [at] : []
  return [
    ...own,
    ...Object.entries(schema).flatMap(([name, each]) => openPlaces(each, `${at}.${name}`)),
  ]
}

t.test('no body takes a member that it does not name', async (t) => {
  t.ok(withBody.length > 15)
  t.strictSame(
    withBody.flatMap((route) => openPlaces(route.schema.body, nameOf(route))),
    [],
  )
  const privileged = [
    ...[
      'id',
      'role',
      'state',
      'login',
      'phone',
      'isDisabled',
      'is_disabled',
      'disabled',
      'operator',
    ],
    ...['password_hash', 'totpSecret', 'callerPhone', 'createdBy', 'sessionId', 'accessCode', 'at'],
  ]
  const taken: string[] = []
  for (const route of withBody) {
    const [body] = fc.sample(validOf(route.schema.body as never, true), 1) as [object]
    const known = Object.keys((route.schema.body as { properties?: object }).properties ?? {})
    for (const name of privileged.filter((each) => !known.includes(each))) {
      const answer = await ask(route, JSON.stringify({ ...body, [name]: 'administrator' }))
      if (answer.status !== 400 || !answer.body.includes('must NOT have additional'))
        taken.push(`${nameOf(route)} ${name}: ${answer.status} ${answer.body}`)
    }
  }
  t.strictSame(taken, [])
})

const signIn = find('POST /operator/sign-in')
const settings = find('PATCH /caller/me')
const cases = find('POST /api/cases')

t.test('what is no plain JSON of the right form is refused, whoever sends it', async (t) => {
  const deep = (levels: number, inner: string) => '['.repeat(levels) + inner + ']'.repeat(levels)
  const refused = [
    ...['', ' ', 'null', '[]', '1', '"x"', '{', '{}}', '{"name":}', 'undefined', "{'name':'x'}"],
    '{"__proto__":{"name":"x"}}',
    '{"name":"x","__proto__":null}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    deep(30_000, '1'),
    `{"name":${deep(30_000, '')}}`,
    `${'{"name":'.repeat(6000)}1${'}'.repeat(6000)}`,
    '{"name":1e400}',
    '{"name":9007199254740993}',
    String.raw`{"name":"\u0000"}`,
    String.raw`{"name":"\ud800"}`,
    String.raw`{"name":"\u202eevil"}`,
    '{"name":["a"]}',
    '{"isChatShared":"true"}',
    '{"isChatShared":1}',
  ]
  for (const body of refused)
    for (const route of [signIn, settings, cases]) {
      const { status, body: said } = await ask(route, body)
      t.equal(status, 400, `${nameOf(route)} ${body.slice(0, 40)}`)
      t.match(JSON.parse(said), { error: { code: 'bad-request', message: String } })
    }
  // The last counts, and is the one that is checked.
  t.equal((await ask(settings, '{"language":1,"language":"ru-RU"}')).status, 200)
  t.equal((await ask(settings, '{"language":"ru-RU","language":1}')).status, 400)
})

t.test('a body is JSON by its type, not by a type that looks like it', async (t) => {
  for (const type of [
    ...['application/json\ta', 'application/json garbage', 'application/jsonp', 'text/plain'],
    ...['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/json', 'x'],
    ...['application/json, text/html'],
  ])
    for (const route of [signIn, settings, cases])
      t.equal(
        (await ask(route, '{"language":"ru-RU"}', { type })).status,
        415,
        `${nameOf(route)} ${type}`,
      )
  for (const type of ['application/json', 'application/json; charset=utf-8', 'Application/JSON'])
    t.equal((await ask(settings, '{"language":"ru-RU"}', { type })).status, 200)
})

/** Bytes over a connection of one's own; the first line of the answer, or of the end. */
const raw = (...parts: readonly (string | Buffer)[]): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    let heard = ''
    socket.on('data', (data) => {
      heard += data
      if (heard.includes('\r\n')) socket.destroy()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard.split('\r\n', 1)[0] ?? ''))
    const write = async () => {
      for (const part of parts) {
        if (socket.destroyed) return
        if (!socket.write(part)) await new Promise((go) => setTimeout(go, 1))
      }
    }
    void write()
  })

t.test('too much of anything is refused before it is taken in', async (t) => {
  for (const route of [signIn, settings, cases])
    t.equal((await ask(route, JSON.stringify({ name: 'x'.repeat(70_000) }))).status, 413)
  const from = (request: string, ...headers: readonly string[]) =>
    `${[`${request} HTTP/1.1`, 'host: x', ...headers].join('\r\n')}\r\n\r\n`
  const json = 'content-type: application/json'
  const endless = Array<string>(3000).fill(`400\r\n${'x'.repeat(1024)}\r\n`)
  for (const path of ['/operator/sign-in', '/caller/sign-in', '/voice/incoming']) {
    const page = [json, 'x-hotline: 1', `origin: ${server.url}`]
    const head = from(`POST ${path}`, ...page, 'transfer-encoding: chunked')
    // Who goes on sending may find the connection closed before the answer is read.
    t.match(await raw(head, ...endless), /^(HTTP\/1\.1 413 .*)?$/, path)
  }
  t.match(await raw(from('GET /healthz', `x-long: ${'x'.repeat(20_000)}`)), / 431 /)
  t.match(await raw(from(`GET /${'x'.repeat(20_000)}`)), / 431 /)
  t.match(await raw(from('GET /healthz', ...Array(5000).fill('a: b'))), / 431 /)
  t.match(await raw(from('TRACE /healthz')), / (404|405|400) /)
  t.match(await raw(from('GET /healthz', 'bad header: x')), / 400 /)
  t.match(await raw(from('GET /healthz', 'x: a\rb')), / 400 /)
  const both = ['content-length: 4', 'transfer-encoding: chunked']
  t.match(await raw(from('POST /caller/sign-in', json, ...both), '0\r\n\r\n'), / 400 /)
  const twice = ['content-length: 4', 'content-length: 5']
  t.match(await raw(from('POST /caller/sign-in', json, ...twice)), / 400 /)
  t.match(await raw(from('GET /caller/me', 'transfer-encoding: xchunked')), / 400 /)
  t.equal((await ask(find('GET /healthz'), undefined)).status, 200)
})

/** Statuses that a route may answer with; 5xx never, as nothing is broken. */
const documented = ({ schema }: Route): readonly number[] => [
  ...Object.keys(schema.response ?? {})
    .map(Number)
    .filter((status) => status < 500),
  ...(schema.response === undefined ? [200, 201, 204, 400, 401, 403, 404, 409, 415, 429] : []),
]

/** What is wrong with an answer; null when it is as the route says. */
const faultOf = (route: Route, { status, body, type }: Awaited<ReturnType<typeof ask>>) => {
  if (!documented(route).includes(status)) return `${status} ${body}`
  const schema = route.schema.response?.[status]
  if (schema === undefined || !type.startsWith('application/json')) return null
  const isRight = Value.Check(schema as TSchema, JSON.parse(body))
  return isRight || 'content' in schema ? null : `${status} is not of its schema: ${body}`
}

/** Signing in hashes a password each time, which is slow on purpose. */
const runsOf = ({ url }: Route): number => (/sign-in$|operators/.test(url) ? 8 : 25)

const partsOf = fc.record(
  Object.fromEntries(
    ['callSid', 'login', 'number', 'id', 'photo', 'photoId', 'version', 'other'].map((name) => [
      name,
      fc.constantFrom(...(named[name] ?? []), ...(named[name] ?? []), ...junk),
    ]),
  ),
)

t.test('valid and nearly valid bodies: answered as is written, and nothing breaks', async (t) => {
  for (const route of withBody) {
    const body = fc.oneof(validOf(route.schema.body as never), nearlyOf(route.schema.body as never))
    await fc.assert(
      fc.asyncProperty(body, partsOf, async (value, parts) => {
        const answer = await ask(route, JSON.stringify(value), { parts })
        const fault = faultOf(route, answer)
        if (fault !== null) throw new Error(`${nameOf(route)}: ${fault}`)
      }),
      { numRuns: runsOf(route) },
    )
    t.pass(nameOf(route))
  }
})

t.test('addresses and their parameters: answered as is written, whatever they are', async (t) => {
  const readers = routes.filter(
    ({ method, url, schema }) =>
      method === 'GET' &&
      /^\/(api|caller)\//.test(url) &&
      (schema.querystring !== undefined || /:/.test(url)),
  )
  t.ok(readers.length > 15)
  const values = [...junk, '2026-11-21', '%2B79161234567', call.callSid, 'complaint', 'registered']
  for (const route of readers) {
    const { properties = {} } = (route.schema.querystring ?? {}) as { properties?: object }
    const names = [...Object.keys(properties), 'x', '__proto__', 'limit[]', 'cursor']
    const query = fc
      .uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...values)), {
        maxLength: 4,
      })
      .map((pairs) =>
        pairs.length === 0 ? '' : `?${pairs.map((pair) => pair.join('=')).join('&')}`,
      )
    await fc.assert(
      fc.asyncProperty(query, partsOf, async (asks, parts) => {
        const fault = faultOf(route, await ask(route, undefined, { parts, query: asks }))
        if (fault !== null) throw new Error(`${nameOf(route)}${asks}: ${fault}`)
      }),
      { numRuns: 20 },
    )
    t.pass(nameOf(route))
  }
})

t.test('after all that everything is as it was for everybody else', async (t) => {
  const { rows } = await pool.query(
    `select login, role, is_disabled from operators where login in ('anna', 'boris', 'vera', 'root')
      order by login`,
  )
  t.strictSame(rows, [
    { login: 'anna', role: 'operator', is_disabled: false },
    { login: 'boris', role: 'operator', is_disabled: false },
    { login: 'root', role: 'administrator', is_disabled: false },
    { login: 'vera', role: 'supervisor', is_disabled: false },
  ])
  t.equal((await ask(find('GET /caller/me'), undefined)).status, 200)
  t.equal((await ask(find('GET /operator/me'), undefined)).status, 200)
  t.equal((await ask(find('GET /readyz'), undefined)).status, 200)
  t.equal(({} as { isAdmin?: boolean }).isAdmin, undefined)
})

t.test('no answer tells of what is behind it, and no line of the log of people', (t) => {
  t.strictSame(leaks, [])
  const lines = log.text().trim().split('\n')
  const entries = lines.map((line) => JSON.parse(line) as { level: number; event?: string })
  t.strictSame(
    entries.filter(({ level }) => level >= 50),
    [],
    'no fault of ours',
  )
  t.notMatch(log.text(), /[^\P{Cc}\n]/u, 'no control characters')
  t.notMatch(log.text(), /7916\d{7}|Жёлтый|Паспорт|drop table|<script/)
  t.end()
})
