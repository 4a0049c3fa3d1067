/** How places are claimed: against a bare claim loop, and how long a new caller waits for the claim. */
import type pg from 'pg'
import { createClaims } from '../../src/db/claims.ts'
import { openDatabase } from '../../src/db/database.ts'
import { placeTransaction } from '../../src/db/places.ts'
import { routeCalls } from '../../src/jobs/route-calls.ts'
import type { Restraint } from '../../src/queues/carrier-rest.ts'
import { createHints } from '../../src/queues/hints.ts'
import type { Reservation } from '../../src/queues/ports.ts'
import { routeOnce } from '../../src/queues/route.ts'
import { quantile } from './quantile.ts'

export type ClaimFigures = {
  readonly claimsPerSecond: number
  /** One `SKIP LOCKED` statement a claim, four loops at once, nothing else written. */
  readonly bareClaimsPerSecond: number
  readonly ratio: number
  /** From the hint that a new place is committed to its committed claim. */
  readonly claimP50Ms: number
  readonly claimP99Ms: number
  /** Of the two statements of a claim that found somebody, alone: reading who may be paired, and claiming. */
  readonly statementsP50Ms: number
  readonly statementsP99Ms: number
  /** Of `select 1` at the same time: what the machine alone makes of it. */
  readonly roundTripP50Ms: number
  readonly roundTripP99Ms: number
  readonly lost: number
  readonly claimedTwice: number
}

const operators = 500
const waiting = 1_000
const skills = ['services', 'cabinet', 'status', 'business'] as const
const languages = ['ru-RU', 'en-US', 'tt-RU'] as const

/**
 * Both loops in one run on one database: 1,000 people wait for 500 operators of mixed skills and
 * languages. Then 100 calls a second arrive, while as many are served.
 *
 * @param databaseUrl a migrated database of its own: queues in it are emptied
 */
export const measureClaims = async (
  databaseUrl: string,
  { rounds = 5, seconds = 10, callsPerSecond = 100 } = {},
): Promise<ClaimFigures> => {
  const database = openDatabase(databaseUrl)
  const { pool } = database
  const claims = createClaims(database, { ringSeconds: () => 20 })
  try {
    let bare = 0
    let bareSeconds = 0
    let claimed = 0
    let claimedSeconds = 0
    // The first round warms both up.
    for (let round = 0; round <= rounds; round++) {
      await fill(pool)
      const bareRun = await timed(() => bareLoops(pool, operators))
      await fill(pool)
      const run = await timed(async () => {
        let count = 0
        for (;;) {
          const some = await claims.claim(100)
          count += some.length
          if (some.length === 0) return count
        }
      })
      if (round === 0) continue
      bare += bareRun.result
      bareSeconds += bareRun.seconds
      claimed += run.result
      claimedSeconds += run.seconds
    }
    const claimsPerSecond = claimed / claimedSeconds
    const bareClaimsPerSecond = bare / bareSeconds
    await fill(pool)
    const arrivals = await measureArrivals(database, claims, seconds, callsPerSecond)
    return {
      claimsPerSecond,
      bareClaimsPerSecond,
      ratio: claimsPerSecond / bareClaimsPerSecond,
      ...arrivals,
    }
  } finally {
    await database.close()
  }
}

const timed = async <T>(work: () => Promise<T>) => {
  const begun = performance.now()
  const result = await work()
  return { result, seconds: (performance.now() - begun) / 1000 }
}

const fill = async (pool: pg.Pool): Promise<void> => {
  await pool.query('truncate talks, reservations, places, presence, operators, callbacks cascade')
  await pool.query(
    `insert into operators (login, name, password_hash, role, skills, languages, contact)
     select 'op' || n, 'Operator', '', 'operator',
            case when n % 5 = 0 then $2::text[] else array[($2::text[])[1 + n % 4]] end,
            case when n % 3 = 0 then $3::text[] else array[($3::text[])[1]] end, 'client:op' || n
       from generate_series(1, $1::int) n`,
    [operators, [...skills], [...languages]],
  )
  await pool.query(`insert into presence (login, state) select login, 'available' from operators`)
  await pool.query(
    `insert into places (call_sid, phone, queue, language, skills, priority, since, rank_at, mode)
     select 'CAwaiting' || n, '+7916' || lpad(n::text, 7, '0'), ($2::text[])[1 + n % 4],
            case when n % 20 = 0 then ($3::text[])[2] else ($3::text[])[1] end,
            array[($2::text[])[1 + n % 4]], 0, now() - n * interval '1 second',
            now() - n * interval '1 second', 'hold'
       from generate_series(1, $1::int) n`,
    [waiting, [...skills], [...languages]],
  )
  await pool.query('analyze places, presence, operators, reservations')
}

/** What a claim costs at least: the first who waits is marked as taken, nothing else is looked at. */
const bareLoops = async (pool: pg.Pool, count: number): Promise<number> => {
  let left = count
  let taken = 0
  const loop = async () => {
    while (left-- > 0) {
      const { rowCount } = await pool.query({
        name: 'bare-claim',
        text: `
          update places set state = 'reserved'
           where id = (select id from places where state = 'waiting'
                        order by rank_at, id limit 1 for update skip locked)`,
      })
      taken += rowCount ?? 0
    }
  }
  await Promise.all(Array.from({ length: 4 }, loop))
  return taken
}

/**
 * The queue is long and everybody talks; each new caller is one whom an operator who is just free can
 * serve, as fast as they arrive.
 */
const measureArrivals = async (
  database: ReturnType<typeof openDatabase>,
  claims: ReturnType<typeof createClaims>,
  seconds: number,
  callsPerSecond: number,
) => {
  const { pool, kysely } = database
  // An extra skill that 200 of the operators have: the 1,000 others go on waiting.
  await pool.query(`update presence set state = 'talking'`)
  await pool.query(
    `with chosen as (update operators set skills = skills || array['fresh'] where login < 'op3' returning login)
     update presence s set state = 'available' from chosen where s.login = chosen.login`,
  )
  await pool.query(`update places set skills = array['other'] `)
  const committedAt = new Map<string, number>()
  const statements: number[] = []
  const timedClaims = {
    ...claims,
    claim: async (limit: number) => {
      const asked = performance.now()
      const claimed = await claims.claim(limit)
      if (claimed.length > 0) statements.push(performance.now() - asked)
      return claimed
    },
  }
  const times: number[] = []
  const claimedIds = new Map<string, number>()
  const serve = async (reservation: Reservation) => {
    const { id } = reservation.place
    times.push(performance.now() - (committedAt.get(id) ?? performance.now()))
    claimedIds.set(id, (claimedIds.get(id) ?? 0) + 1)
    await claims.answer(reservation.id, `CAleg${reservation.id}`)
    await claims.bridge(reservation.id)
    await claims.finish(reservation.id, 0)
    hints.hint()
  }
  const serving: Promise<void>[] = []
  const ring = async (reservation: Reservation) => {
    serving.push(serve(reservation))
  }
  const hints = createHints(
    'bench',
    () => {},
    () => () => {},
  )
  const stop = routeCalls(
    (options) => routeOnce({ claims: timedClaims, restraint, ring, onFault: fail }, options),
    hints.onHint,
    (everyMs, work) => {
      const timer = setInterval(work, everyMs)
      return () => clearInterval(timer)
    },
    fail,
  )
  const roundTrips: number[] = []
  const probe = setInterval(async () => {
    const sent = performance.now()
    await pool.query('select 1')
    roundTrips.push(performance.now() - sent)
  }, 20)
  const begun = performance.now()
  const total = seconds * callsPerSecond
  const taking: Promise<void>[] = []
  for (let call = 0; call < total; call++) {
    const due = begun + (call * 1000) / callsPerSecond
    const early = due - performance.now()
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early))
    taking.push(
      (async () => {
        const taken = await kysely.transaction().execute((transaction) =>
          placeTransaction(transaction).take(
            {
              ...{ callSid: `CAnew${call}`, phone: '+79990000000', queue: 'general', topic: null },
              ...{ language: 'ru-RU', skills: ['fresh'], priority: 0, tier: null },
              businessNumber: null,
            },
            10_000,
          ),
        )
        if (taken.kind !== 'taken') throw new Error(`No place: ${taken.kind}`)
        committedAt.set(taken.place.id, performance.now())
        hints.hint()
      })(),
    )
  }
  await Promise.all(taking)
  for (let tries = 0; tries < 300 && claimedIds.size < total; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  await stop()
  clearInterval(probe)
  await Promise.all(serving)
  return {
    claimP50Ms: quantile(times, 0.5),
    claimP99Ms: quantile(times, 0.99),
    statementsP50Ms: quantile(statements, 0.5),
    statementsP99Ms: quantile(statements, 0.99),
    roundTripP50Ms: quantile(roundTrips, 0.5),
    roundTripP99Ms: quantile(roundTrips, 0.99),
    lost: total - claimedIds.size,
    claimedTwice: [...claimedIds.values()].filter((count) => count > 1).length,
  }
}

/** A carrier that takes every order. */
const restraint: Restraint = { take: (most) => most, spare: () => {} }

const fail = (...faults: readonly unknown[]) => {
  throw new Error('The router failed', { cause: faults.at(-1) })
}
