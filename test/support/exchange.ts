import Fastify from 'fastify'
import type { Call } from '../../src/simulator/call.ts'
import type { PhoneBehaviour } from '../../src/simulator/called-phones.ts'
import { type Carrier, type CarrierOptions, createCarrier } from '../../src/simulator/carrier.ts'
import { type RestOptions, restApi } from '../../src/simulator/rest.ts'
import { givenOperators } from './console.ts'
import { emptyTables } from './empty-tables.ts'
import { accountSid, authToken, startTestServer, type TestServer } from './server.ts'

export const line = '+78005557373'

/** A line that asks for a person at once, and for a score afterwards; nothing is said that takes time. */
export const queueFlow = (queue = '') => ({
  'lines.yaml': `
lines:
  - { number: "${line}", flow: main.vxml }
queues:
  general: { ringSeconds: 20, wrapUpSeconds: 30, maxWaitSeconds: 900, offerCallbackAfterSeconds: 60${queue} }
  other: { ringSeconds: 20, wrapUpSeconds: 0 }
`.trimStart(),
  'main.vxml': `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <property name="timeout" value="60s"/>
  <catch event="connection.disconnect.hangup"><exit/></catch>
  <form id="ask">
    <object name="call" classid="builtin:hotline/enqueue">
      <param name="topic" expr="'taxes'"/>
      <filled>
        <log label="status"><value expr="call.status"/></log>
        <if cond="call.status == 'bridged'"><goto next="#survey"/></if>
        <goto next="#menu"/>
      </filled>
    </object>
  </form>
  <form id="survey">
    <field name="score" type="digits?length=1"/>
    <object name="kept" classid="builtin:hotline/survey">
      <param name="score" expr="score"/>
      <filled><exit/></filled>
    </object>
  </form>
  <form id="menu">
    <field name="again" type="digits?length=1"/>
    <filled><goto next="#ask"/></filled>
  </form>
</vxml>
`,
})

export type Exchange = {
  readonly server: TestServer
  readonly carrier: Carrier
  readonly dial: (from?: string) => Call
  /** Makes operators and signs them in as available. */
  readonly signIn: (...logins: readonly string[]) => Promise<void>
  readonly presenceOf: (login: string) => Promise<string | undefined>
  /** The place a call took last. */
  readonly placeOf: (
    callSid: string,
  ) => Promise<
    { readonly id: string; readonly state: string; readonly result: string | null } | undefined
  >
  readonly reservations: () => Promise<
    readonly {
      readonly id: string
      readonly login: string
      readonly state: string
      readonly outcome: string | null
      readonly leg_sid: string | null
    }[]
  >
}

type Test = {
  teardown(work: () => Promise<void>): unknown
  testdir(files: Readonly<Record<string, string>>): string
}

type ExchangeOptions = {
  readonly phones?: Readonly<Record<string, PhoneBehaviour>>
  readonly carrier?: Partial<CarrierOptions>
  readonly rest?: Partial<RestOptions>
  readonly files?: Readonly<Record<string, string>>
}

/**
 * A whole server and the simulated carrier on the two ends of a real wire, for all tests of a file; `fresh`
 * gives each of them queues without people and telephones that have not rung.
 */
export const shareExchange = async (
  t: Test,
  {
    phones = {},
    carrier: carrierOptions = {},
    rest = {},
    files = queueFlow(),
  }: ExchangeOptions = {},
): Promise<() => Promise<Exchange>> => {
  let url = ''
  const carrier = createCarrier({
    accountSid,
    authToken,
    callsPerSecond: Number.POSITIVE_INFINITY,
    numbers: (number) =>
      number === line
        ? {
            voiceUrl: `${url}/voice/incoming`,
            voiceFallbackUrl: `${url}/voice/fallback`,
            statusCallback: `${url}/voice/status`,
          }
        : undefined,
    phones: (address) => phones[address] ?? { kind: 'by-hand' },
    ...carrierOptions,
  })
  const app = Fastify()
  await app.register(restApi, { carrier, ...rest })
  const api = await app.listen({ port: 0, host: '127.0.0.1' })
  const server = await startTestServer(t, {
    flowsDir: t.testdir(files),
    env: { TWILIO_API_URL: api, FLOWS_CHECK: 'off' },
  })
  url = server.url
  t.teardown(async () => {
    await carrier.close()
    await app.close()
  })
  const { pool } = server.database
  return async () => {
    // Nobody is rung any more for a test that is over.
    await pool.query(`update presence set state = 'offline' where state = 'available'`)
    const live = carrier.calls().filter((call) => call.record().endedAt === null)
    for (const call of live) call.hangUp()
    await Promise.all(live.map((call) => call.settled))
    await emptyTables(
      pool,
      'surveys, talks, reservations, places, presence, operator_sessions, operators',
    )
    return exchangeOf(server, carrier)
  }
}

/** The same for a single test. */
export const startExchange = async (t: Test, options: ExchangeOptions = {}): Promise<Exchange> =>
  (await shareExchange(t, options))()

const exchangeOf = (server: TestServer, carrier: Carrier): Exchange => {
  const { pool } = server.database
  const before = carrier.rung().length
  return {
    server,
    carrier: { ...carrier, rung: () => carrier.rung().slice(before) },
    dial: (from = '+79161234567') => carrier.dial({ from, to: line }),
    signIn: async (...logins) => {
      await givenOperators(server, ...logins.map((login) => ({ login })))
      for (const login of logins) {
        await pool.query(
          `insert into presence (login, state) values ($1, 'available')
           on conflict (login) do update set state = 'available', since = clock_timestamp()`,
          [login],
        )
      }
    },
    presenceOf: async (login) =>
      (await pool.query('select state from presence where login = $1', [login])).rows[0]?.state,
    placeOf: async (callSid) =>
      (
        await pool.query(
          'select id, state, result from places where call_sid = $1 order by id desc limit 1',
          [callSid],
        )
      ).rows[0],
    reservations: async () =>
      (
        await pool.query(
          'select id, login, state, outcome, leg_sid from reservations order by created_at',
        )
      ).rows,
  }
}

/** Looks again until it is so; a test that waits in vain is ended by its runner. */
export const until = async <T>(
  look: () => Promise<T> | T,
  is: (value: T) => boolean,
): Promise<T> => {
  for (;;) {
    const value = await look()
    if (is(value)) return value
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
