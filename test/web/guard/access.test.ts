import { randomBytes, randomUUID } from 'node:crypto'
import type { InjectOptions } from 'fastify'
import t from 'tap'
import { givenPerson } from '../../support/channel-scene.ts'
import { ownPage } from '../../support/console.ts'
import {
  collectRoutes,
  givenCall,
  givenPeople,
  keptLog,
  leakIn,
  nameOf,
  type Person,
  people,
} from '../../support/guard-scene.ts'
import { startStreamApi, until } from '../../support/media-stream.ts'
import { startTestServer } from '../../support/server.ts'

const dataDir = t.testdir()
const log = keptLog()
const routes = collectRoutes()
// A carrier that does whatever it is told: nothing leaves this machine.
const { url: apiUrl } = await startStreamApi(t)
const server = await startTestServer(t, {
  // Proving the flows at each activation is slow, and no matter here.
  env: { DATA_DIR: dataDir, FLOWS_CHECK: 'off', TWILIO_API_URL: apiUrl },
  logger: log.logger,
})
const served = routes.map(nameOf)
const { app } = server.server
const { pool } = server.database

const calls = [
  await givenCall(server, dataDir, '+79160000001', 'anna'),
  await givenCall(server, dataDir, '+79160000002', 'boris'),
] as const
const [one, two] = calls
const headers = await givenPeople(server, calls)

const personOf = async (phone: string, state = 'confirmed') => {
  const id = await givenPerson(server.database, 'Spare', {}, phone)
  await pool.query(
    `update trusted_persons set state = $2, code_expires_at = now() + interval '1 day',
            invited_at = now() - interval '1 hour' where id = $1`,
    [id, state],
  )
  return id
}

/**
 * What an address names: of the one call, of the other, and what there is not. Several parts stand in the
 * order of the parameters.
 */
type Things = readonly [one: string, two: string, none: string]

const things = {
  call: [one.callSid, two.callSid, `CA${'0'.repeat(32)}`],
  channel: [one.channel, two.channel, randomUUID()],
  recording: [one.recording, two.recording, randomUUID()],
  photo: [one.photo, two.photo, randomUUID()],
  seenPhoto: [
    `${one.callSid} ${one.photo}`,
    `${two.callSid} ${two.photo}`,
    `${one.callSid} ${two.photo}`,
  ],
  upload: [one.uploads.caller, two.uploads.caller, randomBytes(16).toString('hex')],
  staffUpload: [one.uploads.operator, two.uploads.operator, randomBytes(16).toString('hex')],
  person: [await personOf(one.phone), await personOf(two.phone), randomUUID()],
  invited: [
    await personOf(one.phone, 'invited'),
    await personOf(two.phone, 'invited'),
    randomUUID(),
  ],
  operator: ['anna', 'boris', 'nobody-at-all'],
  version: [...Array(2).fill(await activeVersion()), '0'.repeat(64)] as unknown as Things,
  case: ['RU-2026-000001', 'RU-2026-000001', 'RU-2026-999999'],
  notice: Array(3).fill(randomUUID()) as unknown as Things,
} as const satisfies Record<string, Things>

async function activeVersion(): Promise<string> {
  const { body } = await server.api('/flows/activations')
  return JSON.parse(body).items[0].version
}

let counted = 0
const next = () => {
  counted += 1
  return counted
}

/**
 * What becomes of who asks, in the order of `people`: `+` let in, `1` and `2` let in to what is of the one or
 * the other call, a number that status; `200/403/403` one for each of the things.
 *
 *              nobody wrong ended  anna boris vera root token  caller other  writer reader told stranger removed
 */
const who = {
  everybody: '  +   +   +     +   +   +   +   +     +   +     +   +   +   +   +',
  carrier: '  403 403 403   403 403 403 403 403   403 403   403 403 403 403 403',
  wrong: '    401 401 401   401 401 401 401 401   401 401   401 401 401 401 401',
  staff: '    401 401 401   +   +   +   +   +     401 401   401 401 401 401 401',
  reading: '  401 401 401   403 403 +   +   +     401 401   401 401 401 401 401',
  changing: ' 401 401 401   403 403 403 +   +     401 401   401 401 401 401 401',
  talker: '   401 401 401   1   2   +   +   +     401 401   401 401 401 401 401',
  presence: ' 401 401 401   200/403/403 403/200/403 + + + 401 401 401 401 401 401 401',
  console: '  401 401 401   +   +   +   +   401   401 401   401 401 401 401 401',
  operator: ' 401 401 401   1   2   404 404 401   401 401   401 401 401 401 401',
  writes: '   401 401 401   1   2   403 403 401   401 401   401 401 401 401 401',
  page: '     401 401 401   401 401 401 401 401   +   +     +   +   +   +   401',
  caller: '   401 401 401   401 401 401 401 401   +   +     401 401 401 401 401',
  own: '      401 401 401   401 401 401 401 401   1   2     401 401 401 401 401',
  reader: '   401 401 401   401 401 401 401 401   1   2     1   1   404 2   401',
  writer: '   401 401 401   401 401 401 401 401   1   2     1   403 403 2   401',
  author: '   401 401 401   401 401 401 401 401   1   2     404 404 404 404 401',
} as const

type Row = {
  readonly who: keyof typeof who
  /** Status of who is let in; several where that depends on the moment. Default 200. */
  readonly ok?: readonly number[]
  /** Status of who is not let in to a thing, there or not. Default 404. */
  readonly denied?: number
  readonly of?: keyof typeof things
  readonly query?: string
  readonly body?: object | string | (() => object)
  readonly headers?: Readonly<Record<string, string>>
}

const reason = 'reason=complaint'
const tus = { 'tus-resumable': '1.0.0' }
const part = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
const socket = { ok: [426] }
const signed: Row = { who: 'carrier' }

const photosOf = (which: 'caller' | 'operator'): Readonly<Record<string, Row>> => {
  const [reads, writes, author] =
    which === 'caller'
      ? (['reader', 'writer', 'author'] as const)
      : (['operator', 'writes', 'operator'] as const)
  const of = which === 'caller' ? 'upload' : 'staffUpload'
  const at = `/${which}/channel`
  return {
    [`GET ${at}/socket`]: { who: which === 'caller' ? 'page' : 'console', ...socket },
    [`GET ${at}/photos/:photo`]: { who: reads, of: 'photo' },
    [`GET ${at}/photos/:photo/thumbnail`]: { who: reads, of: 'photo' },
    [`POST ${at}/photos`]: { who: writes, of: 'channel', ok: [201], denied: 403, headers: tus },
    [`HEAD ${at}/photos/:upload`]: { who: author, of, headers: tus },
    [`PATCH ${at}/photos/:upload`]: { who: author, of, ok: [204], headers: part, body: 'x' },
    [`DELETE ${at}/photos/:upload`]: { who: author, of, ok: [204], headers: tus },
  }
}

const table: Readonly<Record<string, Row>> = {
  'GET /healthz': { who: 'everybody' },
  'GET /readyz': { who: 'everybody' },
  'GET /metrics': { who: 'everybody' },
  'GET /openapi.json': { who: 'everybody' },
  'GET /audio/:file': { who: 'everybody', ok: [404] },

  'GET /media': signed,
  'POST /voice/incoming': signed,
  'POST /voice/fallback': signed,
  'POST /voice/turn/:turn': signed,
  'POST /voice/status': signed,
  'POST /voice/stream': signed,
  'POST /voice/hold': signed,
  'POST /voice/wait/:place': signed,
  'POST /voice/wait/:place/:round': signed,
  'POST /voice/operator/:reservation': signed,
  'POST /voice/bridge/:reservation': signed,
  'POST /voice/alone/:reservation': signed,
  'POST /voice/supervise/:talk/:how/:login': signed,
  'POST /voice/leg-status/:reservation': signed,
  'POST /voice/message/:id/status': signed,
  'POST /voice/callback/:token': signed,
  'POST /voice/callback/:token/status': signed,

  'GET /api/calls': { who: 'reading' },
  'GET /api/calls/export': { who: 'reading' },
  'GET /api/calls/:callSid': { who: 'reading', of: 'call' },
  'GET /api/calls/:callSid/channel': { who: 'reading', of: 'call', query: reason },
  'GET /api/calls/:callSid/channel/photos/:photoId': {
    ...{ who: 'reading', of: 'seenPhoto', query: reason },
  },
  'GET /api/recordings': { who: 'staff', query: `call=${one.callSid}` },
  'GET /api/recordings/:id/audio': { who: 'talker', of: 'recording', query: reason },
  'PUT /api/recordings/:id/hold': {
    ...{ who: 'reading', of: 'recording', body: { reason: null } },
  },
  'POST /api/cases': {
    ...{ who: 'changing', ok: [201], body: { phone: '+79161234567', service: 'Passport' } },
  },
  'GET /api/cases/:number': { who: 'reading', of: 'case' },
  'PATCH /api/cases/:number': { who: 'changing', of: 'case', body: { status: 'approved' } },
  'GET /api/callbacks': { who: 'reading' },
  'POST /api/callbacks/:id/cancel': { who: 'changing', of: 'notice', ok: [404] },
  'GET /api/queues': { who: 'reading' },
  'GET /api/operators': { who: 'reading' },
  'GET /api/operators/:login': { who: 'reading', of: 'operator' },
  'POST /api/operators': {
    who: 'changing',
    ok: [201],
    body: () => ({
      ...{ login: `new-${next()}`, name: 'New', password: 'Жёлтый-автобус-7', role: 'operator' },
      ...{ skills: [], languages: ['ru-RU'], contact: 'client:new' },
    }),
  },
  'PATCH /api/operators/:login': { who: 'changing', of: 'operator', body: { name: 'Changed' } },
  'PUT /api/operators/:login/presence': {
    ...{ who: 'presence', of: 'operator', body: { state: 'break' } },
  },
  'POST /api/flows/activate': { who: 'changing', ok: [200, 409] },
  'GET /api/flows/activations': { who: 'reading' },
  'GET /api/flows/versions': { who: 'reading' },
  'GET /api/flows/versions/:version': { who: 'reading', of: 'version' },
  'GET /api/flows/versions/:version/file': {
    ...{ who: 'reading', of: 'version', query: 'path=lines.yaml' },
  },
  'GET /api/flows/versions/:version/diff/:other': { who: 'reading', of: 'version' },
  'POST /api/flows/versions/:version/activate': {
    ...{ who: 'changing', of: 'version', ok: [200, 409] },
  },
  'GET /api/notices': { who: 'reading' },
  'POST /api/notices': {
    ...{ who: 'changing', ok: [400], body: { kind: 'incident', texts: { 'ru-RU': 'Сбой' } } },
  },
  'PATCH /api/notices/:id': {
    ...{ who: 'changing', of: 'notice', ok: [404], body: { kind: 'planned-work' } },
  },
  'POST /api/notices/:id/end': { who: 'changing', of: 'notice', ok: [404] },

  'POST /operator/sign-in': {
    who: 'wrong',
    body: () => ({ login: `nobody-${next()}`, password: 'wrong' }),
  },
  'GET /operator/me': { who: 'console' },
  'GET /operator/map': { who: 'console' },
  'POST /operator/password': {
    ...{ who: 'console', ok: [400] },
    body: { oldPassword: 'wrong', newPassword: 'too short' },
  },
  'POST /operator/softphone': { who: 'console', ok: [409] },
  'GET /operator/socket': { who: 'console', ...socket },

  'POST /caller/code': {
    who: 'everybody',
    ok: [204],
    body: () => ({ phone: `+7916${String(1e6 + next())}`, by: 'sms' }),
  },
  'POST /caller/sign-in': {
    who: 'wrong',
    body: () => ({ phone: `+7916${String(2e6 + next())}`, code: '123456' }),
  },
  'POST /caller/guest': { who: 'wrong', body: { token: 'x'.repeat(22) } },
  'POST /caller/refuse': { who: 'wrong', body: { token: 'x'.repeat(22) } },
  'GET /caller/me': { who: 'page' },
  'PATCH /caller/me': { who: 'caller', body: { language: 'ru-RU' } },
  'GET /caller/calls': { who: 'caller' },
  'GET /caller/lines': { who: 'everybody' },
  'GET /caller/people': { who: 'caller' },
  'POST /caller/people': {
    who: 'caller',
    ok: [201],
    body: () => ({
      ...{ phone: `+7917${String(1e6 + next())}`, name: 'Invited', isToldOfCalls: true },
      ...{ isToldPlace: false, mayRead: false, mayWrite: false },
    }),
  },
  'PATCH /caller/people/:id': { who: 'own', of: 'person', body: { mayRead: false } },
  'POST /caller/people/:id/confirm': {
    ...{ who: 'own', of: 'invited', ok: [401], body: { code: '000000' } },
  },
  'POST /caller/people/:id/code': { who: 'own', of: 'invited', ok: [204] },
  'DELETE /caller/people/:id': { who: 'own', of: 'person', ok: [204] },
  'GET /caller/socket': { who: 'page', ...socket },
  ...photosOf('caller'),
  ...photosOf('operator'),

  'GET /console': { who: 'everybody' },
  'GET /app': { who: 'everybody' },
  'GET /app/worker.js': { who: 'everybody' },
  'GET /app/manifest.webmanifest': { who: 'everybody' },
  'GET /assets/*': { who: 'everybody', ok: [404] },

  'POST /operator/sign-out': { who: 'everybody', ok: [204] },
  'POST /caller/sign-out': { who: 'everybody', ok: [204] },
}

/** What answers told that they should not. */
const leaks: string[] = []

/** Asks as somebody from our own page, each time from another address. */
const ask = async (
  route: string,
  { query, body, headers: more, of }: Row,
  own: Readonly<Record<string, string | undefined>>,
  thing: 0 | 1 | 2,
) => {
  const [method = '', path = ''] = route.split(' ')
  const named = of === undefined ? '0' : things[of][thing]
  const parts = named.split(' ')
  const url = path.replaceAll(/:\w+|\*/g, () => (parts.length > 1 ? parts.shift() : parts[0]) ?? '')
  const metadata = `channel ${btoa(named)},id ${btoa(randomUUID())}`
  const { 'content-type': json, ...proof } = ownPage(server.url)
  const payload = typeof body === 'function' ? body() : body
  const number = next()
  const answer = await app.inject({
    method: method as NonNullable<InjectOptions['method']>,
    url: query === undefined ? url : `${url}?${query}`,
    remoteAddress: `10.1.${number >> 8}.${number & 255}`,
    headers: Object.fromEntries(
      Object.entries({
        ...proof,
        ...(typeof payload === 'object' ? { 'content-type': json } : {}),
        ...(of === 'channel' ? { 'upload-length': '10', 'upload-metadata': metadata } : {}),
        ...more,
        ...own,
      }).filter(([, value]) => value !== undefined),
    ),
    ...(payload === undefined ? {} : { payload }),
  })
  const { statusCode: status, headers: said } = answer
  const leak = leakIn(answer.body)
  if (leak !== null) leaks.push(`${route} ${answer.statusCode}: ${leak}`)
  return { status, body: answer.body, type: said['content-type'], cookies: said['set-cookie'] }
}

/** The status that the table asks for. */
const expected = (row: Row, person: Person, thing: 0 | 1 | 2): readonly number[] => {
  const cell = who[row.who].trim().split(/\s+/)[people.indexOf(person)] ?? ''
  const { ok = [200], denied = 404 } = row
  if (cell.includes('/')) return [Number(cell.split('/')[thing])]
  if (cell === '1' || cell === '2') return Number(cell) === thing + 1 ? ok : [denied]
  if (cell !== '+') return [Number(cell)]
  return thing === 2 ? [denied] : ok
}

const rows = Object.entries(table).filter(
  // Pages are there only where they were built.
  ([route]) => served.includes(route) || !/ \/(app|console|assets)/.test(route),
)
const isSignOut = (route: string) => route.endsWith('/sign-out')

await server.api('/cases', {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ phone: '+79161234567', service: 'Passport' }),
})

t.test(
  'every route is in the table of who may ask for what, and none is that there is not',
  (t) => {
    const known = new Set(rows.map(([route]) => route))
    const isKnown = (route: string) =>
      known.has(route) || known.has(route.replace(/^HEAD /, 'GET ')) || route === 'HEAD /assets/*'
    t.strictSame(
      served.filter((route) => !isKnown(route)),
      [],
      'routes that nobody has said who may use',
    )
    t.strictSame(
      [...known].filter((route) => !served.includes(route)),
      [],
      'routes that are gone',
    )
    t.end()
  },
)

t.test('what a cookie authorises is done only for a page of ours', async (t) => {
  const named: { readonly [key in keyof typeof who]?: Person } = {
    ...{ changing: 'root', presence: 'anna', reading: 'vera', console: 'anna', writes: 'anna' },
    ...{ operator: 'anna', page: 'caller', caller: 'caller', own: 'caller', writer: 'caller' },
    ...{ author: 'caller', everybody: 'anna', wrong: 'nobody' },
  }
  const forged = [
    { 'x-hotline': undefined },
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
    { origin: undefined },
    { origin: undefined, 'sec-fetch-site': 'cross-site' },
    { origin: undefined, 'x-hotline': undefined, 'sec-fetch-site': 'same-origin' },
  ]
  const taken: string[] = []
  for (const [route, row] of rows) {
    if (/^(GET|HEAD) (?!.*\/socket$)/.test(route) || row.who === 'carrier') continue
    const person = named[row.who] ?? 'nobody'
    for (const change of forged) {
      // A socket needs no more than the origin, which no page can choose.
      if (route.endsWith('/socket') && !('origin' in change)) continue
      const { status } = await ask(route, row, { ...headers[person], ...change }, 0)
      if (status !== 403)
        taken.push(`${route} as ${person} with ${JSON.stringify(change)}: ${status}`)
    }
  }
  t.strictSame(taken, [])
})

/** Asks everybody for everything; what came otherwise than the table says. */
const differences = async (wanted: (route: string) => boolean): Promise<readonly string[]> => {
  const found: string[] = []
  for (const [route, row] of rows) {
    if (!wanted(route)) continue
    const asked = row.of === undefined ? ([0] as const) : ([0, 1, 2] as const)
    await Promise.all(
      people.map(async (person) => {
        const answers = []
        for (const thing of asked) answers.push(await ask(route, row, headers[person], thing))
        const right = asked.map((thing) => expected(row, person, thing))
        if (!answers.every(({ status }, thing) => right[thing]?.includes(status)))
          found.push(
            `${route} as ${person}: ${answers.map(({ status }) => status)}, to be ${right.join('/')}`,
          )
        const none = JSON.stringify(answers[2])
        for (const answer of answers)
          if (answer.status >= 400 && answer.status === answers[2]?.status)
            if (JSON.stringify(answer) !== none)
              found.push(`${route} as ${person}: ${JSON.stringify(answer)} is told from ${none}`)
      }),
    )
  }
  return found
}

t.test('who asks for what gets what the table says, and no more', async (t) => {
  t.strictSame(await differences((route) => !isSignOut(route)), [])
})

t.test('an upload that was called off takes no place of others', async (t) => {
  const both = Object.values(one.uploads)
  const left = await until(async () => {
    const { rows } = await pool.query<{ state: string }>(
      `select state from photos where upload_id = any ($1) and state = 'given-up'`,
      [both],
    )
    return rows.length === both.length ? rows : null
  })
  t.equal(left.length, 2)
})

t.test('what the API tells stays in no browser', async (t) => {
  for (const [path, status] of [
    ['/calls', 200],
    [`/calls/${one.callSid}`, 200],
    ['/calls/export', 200],
    ['/cases/0', 404],
  ] as const) {
    const answer = await server.api(path)
    t.equal(answer.status, status)
    t.equal(answer.headers.get('cache-control'), 'no-store', path)
    t.equal(answer.headers.get('x-content-type-options'), 'nosniff', path)
  }
})

t.test('to ask for the head alone is to ask', async (t) => {
  for (const route of served) {
    const [method, path] = route.split(' ')
    const row = table[`GET ${path}`]
    if (method !== 'HEAD' || row === undefined) continue
    for (const person of ['nobody', 'anna', 'other'] as const) {
      const { status, body } = await ask(route, row, headers[person], 0)
      const whole = await ask(`GET ${path}`, row, headers[person], 0)
      t.equal(status, whole.status, `${route} as ${person}`)
      t.equal(body, '')
    }
  }
})

t.test('who hands the call on sees no photo of it any more', async (t) => {
  const row: Row = { who: 'operator', of: 'photo' }
  const see = async (login: 'anna' | 'boris') =>
    (await ask('GET /operator/channel/photos/:photo', row, headers[login], 0)).status
  t.equal(await see('anna'), 200)
  await pool.query('update talks set ended_at = clock_timestamp() where call_sid = $1', [
    one.callSid,
  ])
  t.equal(await see('anna'), 404, 'at once')
  t.equal(await see('boris'), 404)
})

t.test('whoever signs out is signed out, and nobody is told who was in', async (t) => {
  t.strictSame(await differences(isSignOut), [])
  t.equal((await ask('GET /operator/me', { who: 'console' }, headers.anna, 0)).status, 401)
  t.equal((await ask('GET /caller/me', { who: 'page' }, headers.writer, 0)).status, 401)
})

t.test('no answer of all these tells of what is behind it', (t) => {
  t.strictSame(leaks, [])
  t.end()
})

t.test('nothing of all that stands in the log with a name, a number or a token', (t) => {
  const text = log.text()
  const secrets = [
    ...Object.values(headers).flatMap((each) =>
      Object.values(each).flatMap((value) => value.split(/[= ;]+/).filter((x) => x.length > 20)),
    ),
    ...['9160000001', '9160000002', '9161', '9171', 'Ольга', 'Passport', 'Жёлтый', '000000'],
    ...['Invited', 'complaint'],
  ]
  t.strictSame(
    secrets.filter((secret) => text.includes(secret)),
    [],
  )
  t.end()
})
