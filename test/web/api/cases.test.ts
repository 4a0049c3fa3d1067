import fc from 'fast-check'
import t from 'tap'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

// Friday evening in Moscow, while it is still Friday afternoon in UTC.
const now = Temporal.Instant.from('2026-11-20T18:03:07.123456Z')
const flow = smallFlow()
const schedule = `
timezone: Europe/Moscow
schedules:
  hotline:
    weekly: { mon-fri: ["08:00-20:00"] }
    holidays: { dates: ["2026-11-25"], hours: [] }
`
const server = await startTestServer(t, {
  clock: { now: () => now },
  flowsDir: t.testdir({
    ...flow,
    'lines.yaml': schedule + flow['lines.yaml'].replace(' }', ', schedule: hotline }'),
  }),
})
const { api } = server

const send = (method: string, path: string, body: unknown) =>
  api(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

const made = { phone: '+7 (916) 123-45-67', service: 'загранпаспорт' }

t.test('a case is registered, found by both forms of its number, and changed', async (t) => {
  const created = await send('POST', '/cases', { ...made, applicantName: 'Анна Ли' })
  t.equal(created.status, 201)
  t.equal(created.headers.get('content-type'), 'application/json; charset=utf-8')
  t.equal(created.headers.get('cache-control'), 'no-store')
  t.equal(created.headers.get('location'), '/api/cases/RU-2026-000001')
  const { accessCode, ...rest } = JSON.parse(created.body)
  t.match(accessCode, /^\d{4}$/)
  t.strictSame(rest, {
    number: 'RU-2026-000001',
    status: 'registered',
    createdAt: '2026-11-20T21:03:07.123+03:00',
  })

  const stands = {
    number: 'RU-2026-000001',
    phone: '+79161234567',
    service: 'загранпаспорт',
    applicantName: 'Анна Ли',
    status: 'registered',
    note: null,
    createdAt: '2026-11-20T21:03:07.123+03:00',
    changedAt: '2026-11-20T21:03:07.123+03:00',
    // Five working days after Friday, with a holiday on Wednesday.
    expectedOn: '2026-11-30',
  }
  for (const number of ['RU-2026-000001', 'ru-2026-000001', '2026000001']) {
    const found = await api(`/cases/${number}`)
    t.equal(found.status, 200)
    t.strictSame(JSON.parse(found.body), stands, number)
  }

  const note = 'Нет фотографии.\nПринесите её.'
  const changed = await send('PATCH', '/cases/2026000001', { status: 'refused', note })
  t.equal(changed.status, 200)
  t.strictSame(JSON.parse(changed.body), { ...stands, status: 'refused', note })
  t.strictSame(JSON.parse((await api('/cases/2026000001')).body).status, 'refused')
})

t.test('a case may begin in any status', async (t) => {
  const created = await send('POST', '/cases', { ...made, status: 'awaiting-clarification' })
  t.equal(JSON.parse(created.body).status, 'awaiting-clarification')
})

t.test('cases registered at the same time have numbers without gaps', async (t) => {
  const answers = await Promise.all(Array.from({ length: 4 }, () => send('POST', '/cases', made)))
  const numbers = answers.map(({ body }) => JSON.parse(body).number as string).sort()
  const first = Number(numbers[0]?.slice(-6))
  t.strictSame(
    numbers.map((number) => Number(number.slice(-6))),
    [0, 1, 2, 3].map((at) => first + at),
  )
})

t.test('there is no such case', async (t) => {
  for (const number of ['RU-2026-999999', 'nonsense', '1', '..%2f..', "' or 1=1", '__proto__']) {
    for (const answer of [
      await api(`/cases/${encodeURIComponent(number)}`),
      await send('PATCH', `/cases/${encodeURIComponent(number)}`, { status: 'closed' }),
    ]) {
      t.equal(answer.status, 404, number)
      t.strictSame(JSON.parse(answer.body), {
        error: { code: 'not-found', message: 'There is no such case' },
      })
    }
  }
})

const count = async () => {
  const { rows } = await server.database.pool.query('select count(*) as cases from cases')
  return rows[0].cases as number
}

t.test('bad bodies are refused with a code and a reason, and change nothing', async (t) => {
  const before = await count()
  const bad: unknown[] = [
    {},
    [],
    'null',
    '7',
    '"text"',
    { phone: '+79161234567' },
    { service: 'x' },
    { ...made, phone: '' },
    { ...made, phone: '123' },
    { ...made, phone: 'anonymous' },
    { ...made, phone: 79161234567 },
    { ...made, phone: '+7916\u0000' },
    { ...made, service: '' },
    { ...made, service: ' \t ' },
    { ...made, service: 'a\u0000b' },
    { ...made, service: 'a\nb' },
    { ...made, service: 'x'.repeat(201) },
    { ...made, service: ' '.repeat(60_000) },
    { ...made, service: ['x'] },
    { ...made, service: null },
    { ...made, applicantName: '' },
    { ...made, applicantName: '\ud800' },
    { ...made, status: 'done' },
    { ...made, status: 'Registered' },
    { ...made, status: 'toString' },
    { ...made, number: 'RU-2026-000777' },
    { ...made, accessCode: '0000' },
    { ...made, access_code_hash: 'x' },
    { ...made, region: 'XX' },
    { ...made, createdAt: '2020-01-01' },
    '{"phone":"+79161234567","service":"x","__proto__":{"a":1}}',
    '{"phone":"+79161234567","service":"x","constructor":{"prototype":{"a":1}}}',
    '{"phone":"+79161234567","service":1e400}',
    '{"phone":"+79161234567",',
    '',
    '\u0000',
    `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  ]
  for (const body of bad) {
    const answer = await send('POST', '/cases', body)
    const name = JSON.stringify(body).slice(0, 60)
    t.equal(answer.status, 400, name)
    const { error } = JSON.parse(answer.body)
    t.strictSame(Object.keys(JSON.parse(answer.body)), ['error'], name)
    t.strictSame(Object.keys(error), ['code', 'message'], name)
    t.equal(error.code, 'bad-request', name)
    t.notMatch(error.message, /node_modules|\n|\bat /, name)
  }
  t.equal(await count(), before)
})

t.test('bad changes are refused and change nothing', async (t) => {
  const { number } = JSON.parse((await send('POST', '/cases', made)).body)
  const before = (await api(`/cases/${number}`)).body
  const bad = [
    {},
    { note: 'x' },
    { status: null },
    { status: 'nowhere' },
    { status: 'closed', note: 7 },
    { status: 'closed', note: 'a\u0000' },
    { status: 'closed', note: '\uffff' },
    { status: 'closed', note: 'x'.repeat(1001) },
    { status: 'closed', phone: '+79160000000' },
    { status: 'closed', number: 'RU-2026-000001' },
    { status: 'closed', expectedOn: '2020-01-01' },
  ]
  for (const body of bad)
    t.equal((await send('PATCH', `/cases/${number}`, body)).status, 400, JSON.stringify(body))
  t.equal((await api(`/cases/${number}`)).body, before)
})

t.test('a NUL or half a character in the path is refused', async (t) => {
  t.equal((await api('/cases/RU%00')).status, 400)
  const broken = await api('/cases/%E0%A4%A')
  t.equal(broken.status, 400)
  t.match(JSON.parse(broken.body), { error: { code: 'bad-request' } })
  const long = await api(`/cases/${'9'.repeat(500)}`)
  t.equal(long.status, 400)
  t.match(JSON.parse(long.body), { error: { code: 'bad-request' } })
})

t.test('a body that is too large or no JSON is refused as such', async (t) => {
  const large = await send('POST', '/cases', { ...made, service: 'x'.repeat(70_000) })
  t.equal(large.status, 413)
  t.match(JSON.parse(large.body), { error: { code: 'too-large' } })
  const types = ['text/plain', 'application/xml', 'application/json\ta', 'garbage', 'a/b']
  for (const type of types) {
    const other = await api('/cases', {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(made),
    })
    t.equal(other.status, 415, type)
    t.match(JSON.parse(other.body), { error: { code: 'unsupported-media-type' } }, type)
  }
})

t.test('whatever JSON comes, it is 201 or a refusal with a code', async () => {
  const anything = fc.oneof(
    fc.json(),
    fc.jsonValue().map((value) => JSON.stringify({ ...made, applicantName: value })),
    fc.string({ unit: 'binary' }).map((service) => JSON.stringify({ ...made, service })),
    fc.string({ unit: 'binary' }).map((phone) => JSON.stringify({ ...made, phone })),
  )
  await fc.assert(
    fc.asyncProperty(anything, async (body) => {
      const { statusCode, json } = await server.server.app.inject({
        method: 'POST',
        url: '/api/cases',
        headers: {
          authorization: `Bearer ${server.adminToken}`,
          'content-type': 'application/json',
        },
        payload: body,
      })
      if (statusCode === 201) return
      if (statusCode !== 400) throw new Error(String(statusCode))
      if (json().error.code !== 'bad-request') throw new Error('Another code')
    }),
    { numRuns: 40 },
  )
})
