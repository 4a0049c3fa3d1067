import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import Fastify from 'fastify'
import t from 'tap'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { restApi } from '../../src/simulator/rest.ts'
import { httpSender, type Send } from '../../src/simulator/wire.ts'
import { testDatabase } from '../support/database.ts'
import { emptyTables } from '../support/empty-tables.ts'
import { line, queueFlow } from '../support/exchange.ts'
import { accountSid, authToken, type Process, startProcess } from './process.ts'

/**
 * The server is killed at every step between a caller's wish for an operator and the end of their talk,
 * while another node lives on. The simulated carrier, which outlives both, is the judge: the caller is still
 * on the line, talks to one operator, and no operator's telephone rang twice for one reservation. Each run takes
 * some of the points in turn; `FAILPOINTS=all` takes all, `FAILPOINTS=50` all of them fifty times,
 * `FAILPOINTS=finish.before:30` one of them thirty times.
 */
const publicUrl = 'http://hotline.example'
const sources = resolve(import.meta.dirname, '../../src')

/** Points on the way of a call by themselves; the others need an operator at the console. */
const names = [
  ...new Set(
    globSync('queues/bridge.ts', { cwd: sources }).flatMap((file) =>
      [...readFileSync(resolve(sources, file), 'utf8').matchAll(/failpoint\('([^']+)'\)/g)].map(
        ([, name = '']) => name,
      ),
    ),
  ),
]

const sample = () => {
  const wanted = process.env['FAILPOINTS'] ?? ''
  if (wanted === 'all') return names
  const [one = '', times = '1'] = wanted.split(':')
  if (names.includes(one)) return Array.from({ length: Number(times) }, () => one)
  if (/^\d+$/.test(wanted)) return Array.from({ length: Number(wanted) }, () => names).flat()
  const turn = Math.floor(Date.now() / 86_400_000)
  return [0, 1, 2].map((at) => names[(turn * 3 + at) % names.length] ?? '')
}

const database = await testDatabase(t, { max: 4 })
const flows = t.testdir(queueFlow())
let killed: Process | null = null
let survivor: Process | null = null
const isUp = (node: Process | null): node is Process =>
  node !== null && node.child.exitCode === null && node.child.signalCode === null
const origin = () => (isUp(killed) ? killed.url : (survivor?.url ?? ''))

/** Between the death of a node and the news of it nobody is asked in vain, three times in a millisecond. */
const wire = httpSender({ keepAlive: false })
const send: Send = async (request) => {
  const answer = await wire(request)
  if (answer.kind !== 'failed' || request.breakAfter !== undefined) return answer
  await new Promise((done) => setTimeout(done, 50))
  const url = new URL(request.url.pathname + request.url.search, origin())
  return wire({ ...request, url })
}

const carrier = createCarrier({
  accountSid,
  authToken,
  send,
  callsPerSecond: Number.POSITIVE_INFINITY,
  numbers: {
    [line]: {
      voiceUrl: `${publicUrl}/voice/incoming#rc=2&rp=all`,
      voiceFallbackUrl: `${publicUrl}/voice/fallback#rc=2&rp=all`,
      statusCallback: `${publicUrl}/voice/status#rc=2&rp=all`,
    },
  },
  origins: {
    get [publicUrl]() {
      return origin()
    },
  },
  phones: () => ({ kind: 'answers', afterSeconds: 0, talksSeconds: null }),
})
const api = Fastify()
await api.register(restApi, { carrier })
const settings = {
  DATABASE_URL: database.url,
  FLOWS_DIR: flows,
  FLOWS_CHECK: 'off',
  PUBLIC_URL: publicUrl,
  TWILIO_ACCOUNT_SID: accountSid,
  TWILIO_AUTH_TOKEN: authToken,
  TWILIO_API_URL: await api.listen({ port: 0, host: '127.0.0.1' }),
  LOG_LEVEL: 'info',
}
survivor = await startProcess(settings)
t.teardown(async () => {
  await carrier.close()
  await survivor?.stop('SIGTERM')
  await api.close()
})

const query = async <T>(text: string) =>
  (await database.pool.query(text)).rows as readonly (T & object)[]

/** What leases give back by themselves, without the wait for it. */
const endLeases = () =>
  query(`update reservations set lease_until = clock_timestamp() - interval '1 second'
          where state in ('ringing', 'answered')`)

const soon = async (is: () => Promise<boolean>, milliseconds: number) => {
  const end = performance.now() + milliseconds
  while (performance.now() < end) {
    if (await is()) return true
    await new Promise((done) => setTimeout(done, 20))
  }
  return false
}

/** Caller and one operator hear each other, by the carrier's word. */
const isTalking = (callSid: string) =>
  carrier.conferences
    .list()
    .some(
      ({ status, participants }) =>
        status === 'in-progress' && participants.size === 2 && participants.has(callSid),
    )

/** Milliseconds after which something is not late but lost. */
const patience = 60_000

const points = sample()
t.setTimeout(120_000 + 30_000 * points.length)
for (const [number, name] of points.entries()) {
  t.test(`killed at ${name}, nobody is lost and nobody rung twice (${number + 1})`, async (t) => {
    await emptyTables(database.pool, 'surveys, talks, reservations, places, presence, operators')
    for (const login of ['anna', 'boris']) {
      await query(
        `insert into operators (login, name, password_hash, role, skills, languages, contact)
         values ('${login}', '${login}', '', 'operator', '{}', '{ru-RU}', 'client:${login}')`,
      )
      await query(`insert into presence (login, state) values ('${login}', 'available')`)
    }
    const before = carrier.rung().length
    killed = await startProcess({ ...settings, NODE_ENV: 'test', FAILPOINT: `${name}:1:kill9` })
    const mortal = killed
    // The survivor sleeps until the other one is dead, so that it is that one's doing all along.
    survivor?.child.kill('SIGSTOP')
    const wake = () => survivor?.child.kill('SIGCONT')
    mortal.child.once('exit', wake)
    const call = carrier.dial({ from: '+79161234567', to: line })
    const talks = async () => isTalking(call.callSid)
    if (!(await soon(talks, 3000))) {
      wake()
      await endLeases()
    }
    t.ok(await soon(talks, patience), 'the caller talks to an operator')
    t.equal(call.record().endedAt, null)

    // The operator ends the talk, and the question after it is answered.
    const legs = carrier.rung().slice(before)
    for (const { callSid } of legs) carrier.call(callSid)?.hangUp()
    await soon(async () => !isTalking(call.callSid), 5000)
    wake()
    await soon(async () => call.history.some(({ type }) => type === 'prompted'), 5000)
    call.hangUp()
    await call.settled
    await endLeases()
    const isQuiet = async () => {
      const open = await query(`select from reservations where state <> 'ended'
        union all select from places where state <> 'ended'
        union all select from presence where state in ('reserved', 'talking')`)
      return open.length === 0
    }
    t.ok(await soon(isQuiet, patience), 'nothing is left open')
    const reservations = await query<{ login: string }>('select login from reservations')
    for (const login of ['anna', 'boris']) {
      const rung = legs.filter(({ to }) => to === `client:${login}`).length
      const held = reservations.filter((each) => each.login === login).length
      t.ok(rung <= held, `${login} was rung ${rung} times for ${held} reservations`)
    }
    const calls = await query<{ outcome: string }>(
      `select outcome from calls where call_sid = '${call.callSid}'`,
    )
    t.match(calls, [{ outcome: 'operator' }])
    // A talk may end by its other end first, which then does what this point stands before.
    if (!name.startsWith('finish.'))
      t.equal(mortal.child.signalCode, 'SIGKILL', 'the point was reached')
    if (isUp(mortal)) await mortal.stop('SIGKILL')
    killed = null
  })
}
