import t from 'tap'
import { givenOperators, openConsole, ownPage, password, signIn } from '../../support/console.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

const server = await startTestServer(t, { flowsDir: t.testdir(smallFlow()) })
const { url, database } = server
const next = 'Красный-автобус-7'

const change = (cookie: string, body: object, headers: Record<string, string> = ownPage(url)) =>
  fetch(`${url}/operator/password`, {
    method: 'POST',
    headers: { ...headers, cookie },
    body: JSON.stringify(body),
  })
const answered = async (response: Response) => {
  const { error } = (await response.json()) as { error: { code: string } }
  return `${response.status} ${error.code}`
}
const me = (cookie: string) => fetch(`${url}/operator/me`, { headers: { cookie } })
const signedIn = (login: string, word: string) =>
  fetch(`${url}/operator/sign-in`, {
    method: 'POST',
    headers: ownPage(url),
    body: JSON.stringify({ login, password: word }),
  })

await givenOperators(server, { login: 'anna' }, { login: 'boris' }, { login: 'clara' })

t.test('whoever knows the old password changes it, and stays signed in here alone', async (t) => {
  const here = await signIn(url, 'anna')
  const elsewhere = await signIn(url, 'anna')
  const stranger = await signIn(url, 'boris')
  const own = await openConsole(t, url, here)
  const other = await openConsole(t, url, elsewhere)
  await own.until(() => true)
  await other.until(() => true)
  await own.command({ type: 'presence', state: 'available' })
  const response = await change(here, { oldPassword: password, newPassword: next })
  t.equal(response.status, 204)
  t.equal(response.headers.get('cache-control'), 'no-store')
  t.equal((await other.closed).code, 4401)
  t.equal((await me(elsewhere)).status, 401)
  t.equal((await me(here)).status, 200)
  t.equal((await me(stranger)).status, 200)
  t.match(await own.command({ type: 'presence', state: 'available' }), { outcome: 'done' })
  t.equal(own.snapshot().me.presence, 'available', 'nobody is sent offline for it')
  t.equal((await signedIn('anna', password)).status, 401)
  t.equal((await signedIn('anna', next)).status, 200)
  const { rows } = await database.pool.query(
    `select login, subject, details from journal where action = 'change-password'`,
  )
  t.strictSame(rows, [
    { login: 'anna', subject: 'anna', details: { address: '127.0.0.1', endedSessions: 1 } },
  ])
})

t.test('a new password keeps the rules of all passwords, and is a new one', async (t) => {
  const cookie = await signIn(url, 'boris')
  for (const [newPassword, rule] of [
    ['short', 'too-short'],
    ['x'.repeat(129), 'too-long'],
    ['abababababababab', 'too-plain'],
    ['my name is Boris!', 'has-login'],
    [password, 'unchanged'],
  ] as const)
    t.equal(
      await answered(await change(cookie, { oldPassword: password, newPassword })),
      `400 ${rule}`,
    )
  const { rowCount } = await database.pool.query(
    `select from sign_in_attempts where login = 'boris'`,
  )
  t.equal(rowCount, 0, 'what is refused before anything is compared is no attempt')
})

t.test('the old password is guessed no more often than at the door', async (t) => {
  const cookie = await signIn(url, 'clara')
  const guess = () => change(cookie, { oldPassword: 'guess', newPassword: next })
  for (let attempt = 0; attempt < 5; attempt++)
    t.equal(await answered(await guess()), '403 wrong-password')
  const refused = await guess()
  t.match(refused.headers.get('retry-after'), /^[1-9]\d*$/)
  t.equal(await answered(refused), '429 too-many-requests')
  const right = await change(cookie, { oldPassword: password, newPassword: next })
  t.equal(right.status, 429, 'nor is the right one compared')
  t.equal((await signedIn('clara', password)).status, 429, 'the door counts the same attempts')
  await database.pool.query('delete from sign_in_attempts')
  t.equal((await signedIn('clara', password)).status, 200, 'nothing has changed')
})

t.test('only the own page of somebody signed in is listened to', async (t) => {
  const cookie = await signIn(url, 'clara')
  const body = { oldPassword: password, newPassword: next }
  t.equal((await change('', body)).status, 401)
  t.equal((await change('hotline=none', body)).status, 401)
  t.equal(
    (await change(cookie, body, { ...ownPage(url), origin: 'https://evil.example' })).status,
    403,
  )
  for (const wrong of [{}, { newPassword: next }, { ...body, login: 'anna' }])
    t.equal((await change(cookie, wrong)).status, 400)
  t.equal((await signedIn('clara', password)).status, 200, 'nothing has changed')
})

t.test('of two changes at once one is done', async (t) => {
  const cookie = await signIn(url, 'clara')
  const answers = await Promise.all(
    [next, `${next}!`].map((newPassword) => change(cookie, { oldPassword: password, newPassword })),
  )
  t.strictSame(answers.map(({ status }) => status).toSorted(), [204, 403])
})
