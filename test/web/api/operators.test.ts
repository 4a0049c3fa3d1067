import t from 'tap'
import { givenOperators, ownPage, password, signIn } from '../../support/console.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
const { url, database } = server

const anna = {
  login: 'anna',
  name: 'Анна',
  password,
  role: 'operator',
  skills: ['services'],
  languages: ['ru-ru'],
  contact: 'client:anna',
}

const call = async (
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) => {
  const answer = await server.api(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: JSON.parse(answer.body || 'null') }
}

/** As somebody who is signed in, from the console's page. */
const as = (cookie: string) => ({ ...ownPage(url), cookie, authorization: '' })

t.test('an operator is made once, and the password is never told', async (t) => {
  const made = await call('POST', '/operators', anna)
  t.equal(made.status, 201)
  const { password: _, ...told } = anna
  t.match(made.body, {
    ...{ ...told, languages: ['ru-RU'], disabled: false },
    presence: { state: 'offline', reason: null, since: /^\d{4}-.*\+03:00$/ },
  })
  t.notMatch(JSON.stringify(made.body), /argon2|password/)
  t.equal((await call('POST', '/operators', anna)).status, 409)
  t.strictSame((await call('GET', '/operators/anna')).body, made.body)
  t.strictSame((await call('GET', '/operators')).body, { items: [made.body], nextCursor: null })
  t.equal((await call('GET', '/operators/nobody')).status, 404)
})

t.test('what is not of the form makes nobody', async (t) => {
  for (const wrong of [
    { login: 'Anna' },
    { login: 'a' },
    { login: '../x' },
    { password: 'short' },
    { password: 'anna anna anna' },
    { role: 'root' },
    { contact: 'anna' },
    { contact: 'client:' },
    { contact: 'sip:' },
    { contact: '+7' },
    { languages: [] },
    { languages: ['no language'] },
    { skills: ['Two words'] },
    { name: ' ' },
    { is_disabled: true },
    { passwordHash: 'x' },
  ]) {
    const { status, body } = await call('POST', '/operators', { ...anna, login: 'other', ...wrong })
    t.equal(status, 400, JSON.stringify(wrong))
    t.match(body, { error: { code: 'bad-request', message: /./ } })
  }
  t.equal((await call('GET', '/operators')).body.items.length, 1)
})

t.test('an operator is changed field by field', async (t) => {
  const { status, body } = await call('PATCH', '/operators/anna', {
    name: 'Анна Соколова',
    languages: ['en', 'ru-RU'],
  })
  t.equal(status, 200)
  t.match(body, { name: 'Анна Соколова', languages: ['en', 'ru-RU'], skills: ['services'] })
  t.equal((await call('PATCH', '/operators/anna', {})).status, 200)
  t.equal((await call('PATCH', '/operators/anna', { login: 'x' })).status, 400)
  t.equal((await call('PATCH', '/operators/anna', { password: 'short' })).status, 400)
  t.equal((await call('PATCH', '/operators/nobody', { name: 'x' })).status, 404)
  const factor = await call('PATCH', '/operators/anna', { secondFactor: true })
  t.match(factor.body.secondFactorAddress, /^otpauth:\/\/totp\/hotline:anna\?secret=[A-Z2-7]{32}&/)
  t.equal(
    (await call('PATCH', '/operators/anna', { secondFactor: false })).body.secondFactorAddress,
    undefined,
  )
})

t.test('presence is set; somebody busy is refused, and the wish kept', async (t) => {
  const put = (state: string, login = 'anna') =>
    call('PUT', `/operators/${login}/presence`, { state })
  t.match(await put('available'), {
    status: 200,
    body: { state: 'available', reason: 'supervisor' },
  })
  t.equal((await put('talking')).status, 400, 'busy states are the system’s')
  t.equal((await put('available', 'nobody')).status, 404)
  for (const state of ['reserved', 'talking', 'wrap-up']) {
    await database.pool.query(
      `update presence set state = $1,
              wrap_up_until = case when $1 = 'wrap-up' then now() + interval '1 hour' end`,
      [state],
    )
    const busy = await put('break')
    t.equal(busy.status, 409)
    t.match(busy.body, { error: { code: 'conflict', message: /^busy: / } })
    const { rows } = await database.pool.query('select state, next_state from presence')
    t.strictSame(rows, [{ state, next_state: 'break' }])
  }
  await database.pool.query(
    `update presence set state = 'available', wrap_up_until = null, next_state = null`,
  )
  t.match(await put('offline'), { status: 200, body: { state: 'offline' } })
})

t.test('a session may what its role may, and only from a page of the server', async (t) => {
  await givenOperators(
    server,
    { login: 'boris' },
    { login: 'vera', role: 'supervisor' },
    { login: 'root', role: 'administrator' },
  )
  const [boris, vera, root] = await Promise.all(
    ['boris', 'vera', 'root'].map((who) => signIn(url, who)),
  )
  const status = async (cookie: string | undefined, method: string, path: string, body?: unknown) =>
    (await call(method, path, body, as(cookie ?? ''))).status
  const presence = { state: 'break' }
  t.strictSame(
    await Promise.all(
      [boris, vera, root].map(async (who) => [
        await status(who, 'GET', '/operators'),
        await status(who, 'GET', '/calls'),
        await status(who, 'PATCH', '/operators/anna', { name: 'Аня' }),
        await status(who, 'PUT', '/operators/anna/presence', presence),
        await status(who, 'PUT', '/operators/boris/presence', presence),
      ]),
    ),
    [
      [403, 403, 403, 403, 200],
      [200, 200, 403, 200, 200],
      [200, 200, 200, 200, 200],
    ],
  )
  for (const origin of ['https://evil.example', 'null']) {
    const forged = { ...as(root ?? ''), origin }
    t.equal((await call('PATCH', '/operators/anna', { name: 'x' }, forged)).status, 403)
  }
  const wrongToken = { ...as(root ?? ''), authorization: 'Bearer x' }
  t.equal((await call('GET', '/operators', undefined, wrongToken)).status, 401)
  const { rows } = await database.pool.query(
    `select count(*)::int as count from journal where login = 'vera' and action = 'GET /api/calls'`,
  )
  t.strictSame(rows, [{ count: 1 }], 'what a session reads is noted')
})

t.test('who is disabled while talking goes offline when the call is over', async (t) => {
  await database.pool.query(`update presence set state = 'talking' where login = 'boris'`)
  t.match((await call('PATCH', '/operators/boris', { disabled: true })).body, {
    disabled: true,
    presence: { state: 'talking' },
  })
  const { rows } = await database.pool.query(
    `select next_state from presence where login = 'boris'`,
  )
  t.strictSame(rows, [{ next_state: 'offline' }])
  t.equal((await call('PUT', '/operators/anna/presence', { state: 'available' })).status, 200)
  t.match((await call('PATCH', '/operators/anna', { disabled: true })).body, {
    presence: { state: 'offline', reason: 'disabled' },
  })
  t.equal((await call('PUT', '/operators/anna/presence', { state: 'available' })).status, 404)
})
