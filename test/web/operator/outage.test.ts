import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { givenOperators, openConsole, signIn } from '../../support/console.ts'
import { addOperator, placeOf } from '../../support/queue-scene.ts'
import { startTestServer } from '../../support/server.ts'
import { smallFlow } from '../../support/small-flow.ts'

/** Where nobody listens. */
const closedPort = async () => {
  const nobody = createServer().listen(0, '127.0.0.1')
  await new Promise((done) => nobody.once('listening', done))
  const { port } = nobody.address() as AddressInfo
  await new Promise((done) => nobody.close(done))
  return port
}

t.test(
  'consoles of a node tell that it cannot reach the carrier, those of another one not',
  async (t) => {
    const flowsDir = t.testdir(smallFlow())
    const cutOff = await startTestServer(t, {
      flowsDir,
      env: { TWILIO_API_URL: `http://127.0.0.1:${await closedPort()}` },
    })
    const { database } = cutOff
    await givenOperators(cutOff, { login: 'anna' }, { login: 'vera', role: 'supervisor' })
    const session = await signIn(cutOff.url, 'anna')
    const console = await openConsole(t, cutOff.url, session)
    const { outage } = await console.until(() => true)
    t.equal(outage, null)
    await addOperator(database, 'clara')
    const { id } = await placeOf(database)
    const away = await console.until((snapshot) => snapshot.outage !== null)
    t.match(away.outage, { kind: 'unreachable', since: /T.*\+03:00$/ })
    t.equal(console.messages.filter(({ type }) => type === 'snapshot').length, 1, 'by an event')
    const { rows } = await database.pool.query('select state from places where id = $1', [id])
    t.strictSame(rows, [{ state: 'waiting' }], 'the place is kept')
    const board = await openConsole(t, cutOff.url, await signIn(cutOff.url, 'vera'))
    t.same((await board.until(() => true)).outage, away.outage, 'whoever comes later is told, too')

    const there = await startTestServer(t, { flowsDir, database })
    const other = await openConsole(t, there.url, session)
    t.equal((await other.until(() => true)).outage, null)

    const figures = async ({ url }: { url: string }) => (await fetch(`${url}/metrics`)).text()
    t.match(await figures(cutOff), /hotline_carrier_away_seconds (?!0\n)\d/)
    t.match(await figures(there), /hotline_carrier_away_seconds 0\n/)
  },
)
