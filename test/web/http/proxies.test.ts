import t from 'tap'
import { givenOperators, ownPage, password } from '../../support/console.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

const flowsDir = t.testdir(smallFlow())

/** Guesses at a password, each with what a proxy says of who guesses. */
const guess = async (url: string, forwarded: string, given = 'wrong') =>
  (
    await fetch(`${url}/operator/sign-in`, {
      method: 'POST',
      headers: { ...ownPage(url), 'x-forwarded-for': forwarded },
      body: JSON.stringify({ login: 'anna', password: given }),
    })
  ).status

t.test('nobody who guesses locks out those who come by the same proxy', async (t) => {
  const server = await startTestServer(t, { flowsDir, env: { TRUSTED_PROXIES: '127.0.0.0/8' } })
  await givenOperators(server, { login: 'anna' })
  for (let tries = 0; tries < 5; tries++) t.equal(await guess(server.url, '203.0.113.7'), 401)
  t.equal(await guess(server.url, '203.0.113.7'), 429)
  t.equal(await guess(server.url, '198.51.100.1, 203.0.113.7'), 429, 'the proxy’s word counts')
  t.equal(await guess(server.url, '203.0.113.8', password), 200)
  const { rows } = await server.database.pool.query(
    `select details ->> 'address' as address from journal where action = 'sign-in'`,
  )
  t.strictSame(rows, [{ address: '203.0.113.8' }])
})

t.test('a household of many addresses guesses as one', async (t) => {
  const server = await startTestServer(t, { flowsDir, env: { TRUSTED_PROXIES: '127.0.0.1' } })
  for (let tries = 0; tries < 5; tries++)
    t.equal(await guess(server.url, `2001:db8::${tries}:1`), 401)
  t.equal(await guess(server.url, '2001:db8::ffff'), 429)
})

t.test('what no known proxy says of an address is not believed', async (t) => {
  const server = await startTestServer(t, { flowsDir })
  for (let tries = 0; tries < 5; tries++)
    t.equal(await guess(server.url, `203.0.113.${tries}`), 401)
  t.equal(await guess(server.url, '203.0.113.99'), 429)
})
