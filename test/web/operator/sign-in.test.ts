import t from 'tap'
import { createOperatorStore } from '../../../src/db/operators.ts'
import { totpCode, totpStep } from '../../../src/operators/totp.ts'
import { givenOperators, openConsole, ownPage, password, signIn } from '../../support/console.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
const { url, database } = server

const post = (path: string, body: unknown, headers: Record<string, string> = ownPage(url)) =>
  fetch(`${url}/operator${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
const me = (cookie: string) => fetch(`${url}/operator/me`, { headers: { cookie } })
const forgetAttempts = () => database.pool.query('delete from sign_in_attempts')

await givenOperators(
  server,
  { login: 'anna', name: 'Анна' },
  { login: 'boris', contact: '+79161234567' },
  { login: 'clara' },
  { login: 'dora', isDisabled: false },
)

t.test('the right password opens a session that the cookie alone carries', async (t) => {
  const response = await post('/sign-in', { login: ' Anna ', password })
  t.equal(response.status, 200)
  t.match(await response.json(), {
    login: 'anna',
    name: 'Анна',
    role: 'operator',
    contact: 'client:anna',
  })
  const [given = ''] = response.headers.getSetCookie()
  t.match(given, /^hotline=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/)
  t.equal(response.headers.get('cache-control'), 'no-store')
  const [cookie = ''] = given.split(';')
  t.match(await (await me(cookie)).json(), { login: 'anna' })
  const { rows } = await database.pool.query(
    `select length(token_hash) as bytes from operator_sessions where login = 'anna'`,
  )
  t.strictSame(rows, [{ bytes: 32 }], 'only the hash is kept')
  t.equal((await database.pool.query(`select from journal where action = 'sign-in'`)).rowCount, 1)
})

t.test(
  'unknown login, wrong password and a disabled operator get one and the same answer',
  async (t) => {
    await createOperatorStore(database).change('dora', { isDisabled: true }, true)
    const answers = await Promise.all(
      [
        { login: 'nobody', password },
        { login: 'anna', password: `${password}x` },
        { login: 'dora', password },
        { login: "' or 1=1 --", password },
      ].map(async (body) => {
        const response = await post('/sign-in', body)
        return [response.status, await response.text(), response.headers.getSetCookie()]
      }),
    )
    for (const answer of answers) t.strictSame(answer, answers[0])
    t.equal(answers[0]?.[0], 401)
    await forgetAttempts()
  },
)

t.test('a page of another origin signs nobody in or out', async (t) => {
  const cookie = await signIn(url, 'clara')
  const { 'x-hotline': _, ...withoutProof } = ownPage(url)
  for (const headers of [
    { ...ownPage(url), origin: 'https://evil.example' },
    { ...ownPage(url), origin: 'null' },
    { ...withoutProof },
    { 'content-type': 'application/json', 'x-hotline': '1' },
    { 'content-type': 'application/json', 'x-hotline': '1', 'sec-fetch-site': 'cross-site' },
    { 'content-type': 'application/json', 'x-hotline': '1', 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    t.equal((await post('/sign-in', { login: 'anna', password }, headers)).status, 403)
    t.equal((await post('/sign-out', {}, { ...headers, cookie })).status, 403)
    t.equal((await post('/softphone', {}, { ...headers, cookie })).status, 403)
  }
  t.equal((await me(cookie)).status, 200, 'still signed in')
  const sameOrigin = {
    'content-type': 'application/json',
    'x-hotline': '1',
    'sec-fetch-site': 'same-origin',
  }
  t.equal((await post('/sign-in', { login: 'anna', password }, sameOrigin)).status, 200)
})

t.test('a forged, expired, idle or ended session is none', async (t) => {
  const cookie = await signIn(url, 'clara')
  const [, token = ''] = cookie.split('=')
  for (const forged of [
    '',
    'hotline=',
    `hotline=${token.slice(0, -1)}`,
    `hotline=${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    `hotline=${'A'.repeat(43)}`,
    `${cookie}; ${cookie}`,
    `__Host-hotline=${token}`,
    `hotline="${token}"`,
  ])
    t.equal((await me(forged)).status, 401, forged)
  for (const column of ['expires_at', 'seen_at']) {
    const fresh = await signIn(url, 'clara')
    t.equal((await me(fresh)).status, 200)
    await database.pool.query(
      `update operator_sessions set ${column} = clock_timestamp() - interval '31 minutes'`,
    )
    t.equal((await me(fresh)).status, 401, column)
    await t.rejects(openConsole(t, url, fresh), /401/)
    await database.pool.query('delete from operator_sessions')
  }
})

t.test('who knocks fifty times is kept out, others are not', async (t) => {
  await forgetAttempts()
  const attempts = await Promise.all(
    Array.from({ length: 50 }, () => post('/sign-in', { login: 'anna', password: 'guess' })),
  )
  const statuses = Map.groupBy(attempts, ({ status }) => status)
  t.equal(statuses.get(401)?.length, 5, 'five were compared')
  t.equal(statuses.get(429)?.length, 45)
  t.match(statuses.get(429)?.[0]?.headers.get('retry-after'), /^[1-9]\d*$/)
  t.equal((await post('/sign-in', { login: 'anna', password })).status, 429, 'nor the right one')
  t.equal((await post('/sign-in', { login: 'boris', password })).status, 200)
  await database.pool.query(`update sign_in_attempts set at = at - interval '16 minutes'`)
  t.equal((await post('/sign-in', { login: 'anna', password })).status, 200)
  await forgetAttempts()
})

t.test('strangers at an address do not keep out who is known there', async (t) => {
  await database.pool.query(
    `insert into sign_in_attempts (login, address)
     select 'guess-' || n, '127.0.0.1' from generate_series(1, 50) as n`,
  )
  t.equal((await post('/sign-in', { login: 'anna', password })).status, 200)
  t.equal((await post('/sign-in', { login: 'newcomer', password })).status, 429)
  await database.pool.query(`update journal set details = '{}' where login = 'anna'`)
  t.equal((await post('/sign-in', { login: 'anna', password })).status, 429)
  await forgetAttempts()
})

t.test('with a second factor a code is asked for, and taken once', async (t) => {
  const secret = Buffer.from('12345678901234567890')
  await createOperatorStore(database).change('clara', { totpSecret: secret }, true)
  const code = () => totpCode(secret, totpStep(Temporal.Now.instant()))
  const answer = async (body: object) => {
    const response = await post('/sign-in', { login: 'clara', password, ...body })
    const { error } = (await response.json()) as { error?: { code: string } }
    return `${response.status} ${error?.code ?? 'signed in'}`
  }
  t.equal(await answer({}), '401 code-required')
  t.equal(await answer({ password: 'wrong' }), '401 unauthorized', 'not told before the password')
  t.equal(await answer({ code: '000000' }), '401 unauthorized')
  const right = code()
  t.equal(await answer({ code: right }), '200 signed in')
  t.equal(await answer({ code: right }), '401 unauthorized', 'no code twice')
  await forgetAttempts()
})

t.test('a new password, another role and disabling end every session and socket', async (t) => {
  for (const change of [
    { password: 'Новый-пароль-77' },
    { role: 'supervisor' },
    { disabled: true },
  ]) {
    await givenOperators(server, { login: 'eva' })
    await database.pool.query(`update operators set is_disabled = false`)
    const patch = (body: object) =>
      server.api('/operators/eva', {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    t.equal((await patch({ password, role: 'operator' })).status, 200)
    const cookies = [await signIn(url, 'eva'), await signIn(url, 'eva')]
    const [first, second] = await Promise.all(cookies.map((each) => openConsole(t, url, each)))
    await first?.until(() => true)
    t.equal((await patch({ name: 'Ева' })).status, 200)
    for (const cookie of cookies) t.equal((await me(cookie)).status, 200, 'a name ends none')
    t.equal((await patch(change)).status, 200)
    t.equal((await first?.closed)?.code, 4401)
    t.equal((await second?.closed)?.code, 4401)
    for (const cookie of cookies) t.equal((await me(cookie)).status, 401)
  }
})

t.test(
  'who signs out while a call rings gives it back, and the caller keeps the place',
  async (t) => {
    await givenOperators(server, { login: 'olga' })
    const cookies = [await signIn(url, 'olga'), await signIn(url, 'olga')]
    await database.pool.query(
      `with p as (
       insert into places (call_sid, phone, queue, language, skills, priority, since, rank_at, mode,
                           state)
       values ('CA9', '+79161112233', 'general', 'ru-RU', '{}', 0, now(), now(), 'hold', 'reserved')
       returning id
     ), r as (
       insert into reservations (place_id, login, lease_until)
       select id, 'olga', now() + interval '25 s' from p
     )
     update presence set state = 'reserved' where login = 'olga'`,
    )
    const rows = async () =>
      (
        await database.pool.query(
          `select p.state as place, r.state as reservation, r.outcome, o.state as presence
           from places p join reservations r on r.place_id = p.id join presence o using (login)
          where login = 'olga'`,
        )
      ).rows
    const [first = '', second = ''] = cookies
    const signOut = (cookie: string) =>
      fetch(`${url}/operator/sign-out`, {
        method: 'POST',
        headers: { origin: url, 'x-hotline': '1', cookie },
      })
    t.equal((await signOut(first)).status, 204)
    const ringing = {
      place: 'reserved',
      reservation: 'ringing',
      outcome: null,
      presence: 'reserved',
    }
    t.strictSame(await rows(), [ringing], 'still signed in elsewhere')
    t.equal((await signOut(second)).status, 204)
    t.strictSame(await rows(), [
      { place: 'waiting', reservation: 'ended', outcome: 'signed-out', presence: 'offline' },
    ])
    t.equal((await signOut(second)).status, 204, 'once more does no harm')
  },
)

t.test('the softphone has a token only for whom it rings', async (t) => {
  const cookie = await signIn(url, 'boris')
  t.equal((await post('/softphone', {}, ownPage(url))).status, 401)
  t.equal((await post('/softphone', {}, { ...ownPage(url), cookie })).status, 409)
})

t.test('what is not of the form is refused', async (t) => {
  for (const body of [
    {},
    { login: 'anna' },
    { login: 1, password },
    { login: 'anna\u0000', password },
    { login: '\ud800', password },
    { login: 'anna', password, role: 'x' },
    [],
  ])
    t.equal((await post('/sign-in', body)).status, 400)
})
