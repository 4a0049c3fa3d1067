import t from 'tap'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

const flowsDir = t.testdir(smallFlow())
const server = await startTestServer(t, { flowsDir })
const { api } = server

const paths = [
  ['GET', '/calls'],
  ['GET', '/calls/export'],
  ['GET', '/calls/CA0'],
  ['POST', '/cases'],
  ['GET', '/cases/1'],
  ['PATCH', '/cases/1'],
  ['GET', '/callbacks'],
] as const

t.test('without the right token nothing is told, whatever else is wrong', async (t) => {
  const wrong = [
    '',
    'Bearer',
    'Bearer ',
    'Bearer x',
    `Bearer ${server.adminToken}x`,
    `Bearer ${server.adminToken.slice(0, -1)}`,
    `Bearer ${server.adminToken} ${server.adminToken}`,
    `Basic ${server.adminToken}`,
    server.adminToken,
  ]
  for (const [method, path] of paths)
    for (const authorization of wrong) {
      const answer = await api(path, {
        method,
        headers: { authorization, 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { body: '{' }),
      })
      t.equal(answer.status, 401, `${method} ${path} ${authorization}`)
      t.equal(answer.headers.get('www-authenticate'), 'Bearer')
      t.strictSame(JSON.parse(answer.body), {
        error: { code: 'unauthorized', message: 'The bearer token is missing or wrong' },
      })
    }
})

t.test('what there is not is not found, also with another method', async (t) => {
  for (const [method, path] of [
    ['GET', '/nowhere'],
    ['GET', '/cases'],
    ['DELETE', '/cases/RU-2026-000001'],
    ['PUT', '/cases/RU-2026-000001'],
    ['POST', '/callbacks'],
    ['POST', '/calls'],
    ['GET', '/../openapi.json/x'],
    ['GET', '/__proto__'],
  ] as const) {
    const answer = await api(path, { method })
    t.equal(answer.status, 404, `${method} ${path}`)
    t.strictSame(JSON.parse(answer.body), {
      error: { code: 'not-found', message: 'There is no such thing' },
    })
  }
  const broken = await fetch(`${server.url}/%E0%A4%A`)
  t.equal(broken.status, 400)
  t.match(await broken.json(), { error: { code: 'bad-request' } })
})

t.test('a server without a token lets nobody in', async (t) => {
  const closed = await startTestServer(t, { flowsDir, env: { ADMIN_TOKEN: '' } })
  for (const authorization of ['', 'Bearer ', 'Bearer null', `Bearer ${server.adminToken}`])
    t.equal((await closed.api('/calls', { headers: { authorization } })).status, 401)
})

t.test('who asks too much is told when to come again', async (t) => {
  const { app } = (await startTestServer(t, { flowsDir, database: server.database })).server
  const ask = () => app.inject({ url: '/api/calls', headers: { authorization: 'Bearer x' } })
  const statuses = new Set<number>()
  for (let asked = 0; asked < 600; asked++) statuses.add((await ask()).statusCode)
  t.strictSame([...statuses], [401])
  const refused = await ask()
  t.equal(refused.statusCode, 429)
  t.match(refused.headers['retry-after'], /^[1-9]\d?$/)
  t.match(refused.json(), { error: { code: 'too-many-requests', message: String } })
  t.strictSame(Object.keys(refused.json()), ['error'])
  t.equal((await app.inject('/healthz')).statusCode, 200, 'only the API is limited')
})
