/**
 * The whole product in a rush: 1,000 people wait, 500 operators are at their consoles, 100 calls a second
 * come in and as many are served. Everything is real but the carrier: webhooks, orders, sockets, database.
 */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { origin } from '../caller.ts'
import { quantile } from '../quantile.ts'
import { type RushCarrier, startRushCarrier } from './carrier.ts'
import type { ConsolesData, ConsolesReport } from './consoles.ts'
import { perCall, spentSoFar } from './processor.ts'
import { openWebhooks, type Webhooks } from './webhooks.ts'

export type RushFigures = {
  readonly callsPerSecond: number
  readonly served: number
  /** From an operator being free to the reservation, by the database's clock. */
  readonly claimP50Ms: number
  readonly claimP99Ms: number
  /** From an operator being free to the order at the carrier. */
  readonly orderP50Ms: number
  readonly orderP99Ms: number
  /** From the answer of the operator's telephone to the talk on the operator's console, and on the board. */
  readonly clickToOwnP50Ms: number
  readonly clickToOwnP99Ms: number
  readonly clickToBoardP50Ms: number
  readonly clickToBoardP99Ms: number
  readonly consoles: number
  readonly megabytesToConsoles: number
  /** Consoles that were let go because they did not read as fast as they were written to. */
  readonly consolesLost: number
  /** Processor time a served call of the product, its database and those who make the rush, all else included. */
  readonly serverMsPerCall: number
  readonly databaseMsPerCall: number
  readonly carrierMsPerCall: number
  readonly consolesMsPerCall: number
  /** Of `select 1` from the outside at the same time: what the machine alone makes of it. */
  readonly roundTripP50Ms: number
  readonly roundTripP99Ms: number
  readonly lost: number
  readonly servedTwice: number
  readonly failedWebhooks: number
}

export type RushOptions = {
  readonly operators?: number
  readonly waiting?: number
  readonly callsPerSecond?: number
  readonly seconds?: number
}

type Running = { readonly port: number; readonly process: { readonly pid?: number | undefined } }

const ringMs = 150

/** Of the rush itself, as long as the compiler still makes the server faster. */
const warmUpSeconds = 15

const skills = ['services', 'cabinet', 'status', 'business'] as const
const numberOf = (index: number) => `+7800555000${index % skills.length}`

/**
 * @param start starts the product with these settings on top of the usual ones
 * @param databaseUrl a migrated database of its own
 */
export const measureRush = async (
  databaseUrl: string,
  start: (settings: Readonly<Record<string, string>>) => Promise<Running>,
  { operators = 500, waiting = 1_000, callsPerSecond = 100, seconds = 10 }: RushOptions = {},
): Promise<RushFigures> => {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  const flows = await mkdtemp(join(tmpdir(), 'hotline-rush-'))
  let webhooks: Webhooks | null = null
  let consoles: Consoles | null = null
  const carrier = await startRushCarrier(
    () => {
      if (webhooks === null) throw new Error('Nothing is connected yet')
      return webhooks
    },
    {
      ringMs,
      talkMs: () => talkMs(operators / callsPerSecond),
      pressHangUp: (contact) => consoles?.hangUp(Number(contact.slice('client:op'.length))),
    },
  )
  try {
    await writeFlows(flows)
    const cookies = await givenOperators(pool, operators)
    const settings = { FLOWS_DIR: flows, FLOWS_CHECK: 'off', TWILIO_API_URL: carrier.url }
    const server = await start(settings)
    webhooks = openWebhooks(server.port, 48)
    consoles = await openConsoles(server.port, cookies)
    for (let come = 0; come < waiting; come += 40) {
      await Promise.all(Array.from({ length: 40 }, (_, index) => carrier.arrive(numberOf(index))))
    }
    // Not of tables that nothing is in yet: no hotline at work has plans made for that.
    await pool.query(
      'analyze operators, presence, operator_sessions, sessions, calls, turns, places',
    )
    const warmUp = operators / callsPerSecond + warmUpSeconds
    const begun = performance.now()
    const arriving = arrivals(carrier, callsPerSecond, warmUp + seconds)
    await beginShift(pool, operators, operators / callsPerSecond)
    await pause(Math.max(0, warmUp * 1000 - (performance.now() - begun)))
    const { rows: clock } = await pool.query(
      'select clock_timestamp() as at, pg_backend_pid() as backend',
    )
    const spent = () => spentSoFar(server.process.pid ?? 0, clock[0].backend)
    const before = await spent()
    const probes = probe(pool)
    await arriving
    const roundTrips = probes()
    const after = await spent()
    await drained(pool, 60)
    const report = await consoles.end()
    const figures = await figuresOf(pool, clock[0].at, seconds, carrier, report)
    return {
      consoles: operators + 1,
      megabytesToConsoles: report.bytes / 1e6,
      consolesLost: report.closed,
      ...perCall(before, after, figures.served),
      roundTripP50Ms: quantile(roundTrips, 0.5),
      roundTripP99Ms: quantile(roundTrips, 0.99),
      failedWebhooks: carrier.failed(),
      ...figures,
    }
  } finally {
    webhooks?.close()
    carrier.close()
    await pool.end()
    await rm(flows, { recursive: true, force: true })
  }
}

/** Talks as long as keep so many operators busy, each a little different. */
const talkMs = (seconds: number): number => (seconds * 1000 - ringMs) * (0.8 + 0.4 * Math.random())

const writeFlows = async (folder: string): Promise<void> => {
  const lines = skills.map(
    (skill, index) => `  - { number: "${numberOf(index)}", flow: main.vxml, queue: ${skill} }`,
  )
  const queues = skills.map((skill) => `  ${skill}: { skills: [${skill}], wrapUpSeconds: 0 }`)
  await writeFile(
    join(folder, 'lines.yaml'),
    ['lines:', ...lines, 'queues:', ...queues, ''].join('\n'),
  )
  await writeFile(
    join(folder, 'main.vxml'),
    `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <catch event="connection.disconnect.hangup"><exit/></catch>
  <form id="ask">
    <object name="call" classid="builtin:hotline/enqueue"><filled><exit/></filled></object>
  </form>
</vxml>
`,
  )
}

/** Operators of mixed skills, on a break, each with a session; answers their cookies, the supervisor's last. */
const givenOperators = async (pool: pg.Pool, count: number): Promise<readonly string[]> => {
  const logins = Array.from({ length: count + 1 }, (_, index) =>
    index === count ? 'supervisor' : `op${index + 1}`,
  )
  await pool.query(
    `insert into operators (login, name, password_hash, role, skills, languages, contact)
     select login, 'Operator ' || n, '', case login when 'supervisor' then login else 'operator' end,
            case when n % 5 = 0 then $2::text[] else array[($2::text[])[1 + n % 4]] end,
            '{ru-RU}', 'client:' || login
       from unnest($1::text[]) with ordinality as l (login, n)`,
    [logins, [...skills]],
  )
  await pool.query(`insert into presence (login, state) select login, 'break' from operators`)
  const tokens = logins.map(() => randomBytes(32).toString('base64url'))
  await pool.query(
    `insert into operator_sessions (login, token_hash, expires_at)
     select l, decode(h, 'hex'), now() + interval '1 hour' from unnest($1::text[], $2::text[]) as s (l, h)`,
    [logins, tokens.map((token) => createHash('sha256').update(token).digest('hex'))],
  )
  return tokens.map((token) => `__Host-hotline=${token}`)
}

type Consoles = {
  /** By the number of the operator, 1 the first. */
  readonly hangUp: (operator: number) => void
  readonly end: () => Promise<ConsolesReport>
}

const openConsoles = async (port: number, cookies: readonly string[]): Promise<Consoles> => {
  const data: ConsolesData = {
    ...{ port, origin },
    ...{ operators: cookies.slice(0, -1), supervisor: cookies.at(-1) ?? '' },
  }
  const worker = new Worker(new URL('consoles.ts', import.meta.url), { workerData: data })
  await once(worker, 'message')
  return {
    hangUp: (operator) => worker.postMessage(operator),
    end: async () => {
      worker.postMessage('end')
      const [report] = await once(worker, 'message')
      await worker.terminate()
      return report as ConsolesReport
    },
  }
}

/** Everybody begins within so many seconds, as if they had been at work for long. */
const beginShift = async (pool: pg.Pool, count: number, seconds: number): Promise<void> => {
  const steps = Math.ceil(seconds * 10)
  for (let step = 0; step < steps; step++) {
    const due = pause((seconds * 1000) / steps)
    await pool.query(
      `update presence set state = 'available', since = clock_timestamp()
        where login in (select 'op' || n from generate_series(1, $1::int) n where n % $2 = $3)`,
      [count, steps, step],
    )
    await pool.query(`select pg_notify('hotline_changes', 'queues')`)
    await due
  }
}

/** At a fixed rate, whatever the answers take. */
const arrivals = async (carrier: RushCarrier, callsPerSecond: number, seconds: number) => {
  const begun = performance.now()
  const coming: Promise<void>[] = []
  for (let call = 0; call < callsPerSecond * seconds; call++) {
    const early = begun + (call * 1000) / callsPerSecond - performance.now()
    if (early > 0) await pause(early)
    coming.push(carrier.arrive(numberOf(call)))
  }
  await Promise.all(coming)
}

/** Until everybody has been served, or nobody has been for so long that nobody will. */
const drained = async (pool: pg.Pool, patienceSeconds: number): Promise<void> => {
  let least = Number.POSITIVE_INFINITY
  for (let quiet = 0; quiet < patienceSeconds; quiet++) {
    const { rows } = await pool.query(
      `select count(*)::int as open from places where state <> 'ended'`,
    )
    const { open } = rows[0] as { open: number }
    if (open === 0) return
    if (open < least) quiet = 0
    least = Math.min(least, open)
    await pause(1_000)
  }
}

/** Asks the database for nothing, again and again; the answer ends that. */
const probe = (pool: pg.Pool): (() => readonly number[]) => {
  const times: number[] = []
  const timer = setInterval(async () => {
    const sent = performance.now()
    await pool.query('select 1')
    times.push(performance.now() - sent)
  }, 20)
  return () => {
    clearInterval(timer)
    return times
  }
}

const figuresOf = async (
  pool: pg.Pool,
  from: Date,
  seconds: number,
  carrier: RushCarrier,
  { ownAt, boardAt }: ConsolesReport,
) => {
  const { rows } = await pool.query<Row>(
    `select * from (
       select id, login, extract(epoch from created_at)::float * 1000 as claimed,
              extract(epoch from lag(ended_at) over (partition by login order by created_at))::float * 1000
                as free
         from reservations) r
      where claimed between $1 and $1 + $2 and free is not null`,
    [from.getTime(), seconds * 1000],
  )
  const { rows: ends } = await pool.query(
    `select count(*) filter (where p.result is distinct from 'served')::int as lost,
            count(*) filter (where r.times > 1)::int as twice
       from places p left join lateral (
         select count(*) as times from reservations where place_id = p.id) r on true`,
  )
  const seenOn = Map.groupBy(boardAt, ([login]) => login)
  const own: number[] = []
  const board: number[] = []
  const orders: number[] = []
  for (const { id, login, free } of rows) {
    const ring = carrier.rings.get(id)
    if (ring === undefined) continue
    orders.push(ring.orderedAt - free)
    const { answeredAt } = ring
    if (answeredAt === null) continue
    own.push((ownAt.get(id) ?? Number.POSITIVE_INFINITY) - answeredAt)
    const seen = seenOn.get(login)?.find(([, at]) => at > answeredAt)
    board.push((seen?.[1] ?? Number.POSITIVE_INFINITY) - answeredAt)
  }
  const claims = rows.map(({ claimed, free }) => claimed - free)
  return {
    callsPerSecond: rows.length / seconds,
    served: rows.length,
    claimP50Ms: quantile(claims, 0.5),
    claimP99Ms: quantile(claims, 0.99),
    orderP50Ms: quantile(orders, 0.5),
    orderP99Ms: quantile(orders, 0.99),
    clickToOwnP50Ms: quantile(own, 0.5),
    clickToOwnP99Ms: quantile(own, 0.99),
    clickToBoardP50Ms: quantile(board, 0.5),
    clickToBoardP99Ms: quantile(board, 0.99),
    lost: ends[0].lost as number,
    servedTwice: (ends[0].twice as number) + carrier.rungTwice(),
  }
}

type Row = {
  readonly id: string
  readonly login: string
  readonly claimed: number
  readonly free: number
}
