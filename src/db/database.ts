import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { preparing } from './prepared.ts'
import type { DB } from './schema.ts'

/** What the adapters of this folder work on. */
export type Database = {
  readonly url: string
  readonly kysely: Kysely<DB>
  /** Connections of everything but turns. */
  readonly pool: pg.Pool
  /** A few connections kept free for turns, so that no report or code check makes a caller wait. */
  readonly turnsPool: pg.Pool
  /** For pairing callers and operators alone: nothing else that happens in a rush keeps them waiting for it. */
  readonly claimPool: pg.Pool
  /** For what becomes of the pairs; in a rush everything else waits for `pool`. */
  readonly routingPool: pg.Pool
  close(): Promise<void>
}

export type DatabaseOptions = {
  /** Most connections of `pool`, 1–1000. Default 10. */
  readonly max?: number
  /** Most connections of `turnsPool`: statements of turns in flight. Default 3. */
  readonly turnsMax?: number
  /** Told of connections that broke while nothing was using them; the pool opens new ones. */
  readonly onConnectionError?: (cause: Error) => void
}

/** For the router: one looks for pairs, one for how many the carrier has room for. */
const claimConnections = 2

const routingConnections = 4

/**
 * Few statements, the same for ever: to plan them again and again costs as much as a turn. What they look for
 * is in an index; a plan made while a table was small would read all of it when it no longer is.
 */
const settledPlans = {
  options: [
    'plan_cache_mode=force_generic_plan',
    ...['seqscan', 'hashjoin', 'mergejoin'].map((way) => `enable_${way}=off`),
  ]
    .map((setting) => `-c ${setting}`)
    .join(' '),
}

/** How long a connection is waited for, a free one or a new one, where the URL says nothing of it. */
const connectTimeoutSeconds = 2

/** How long a statement may take; migrations run on a connection of their own, without a limit. */
const statementTimeoutMilliseconds = 5_000

/** @param url may bear `connect_timeout`, in seconds as everywhere with PostgreSQL */
export const openDatabase = (url: string, options: DatabaseOptions = {}): Database => {
  const pool = openPool(url, options.max ?? 10, options)
  const turnsPool = openPool(url, options.turnsMax ?? 3, options, settledPlans)
  const claimPool = openPool(url, claimConnections, options, settledPlans)
  const routingPool = openPool(url, routingConnections, options, settledPlans)
  const kysely = new Kysely<DB>({ dialect: new PostgresDialect({ pool: preparing(pool) }) })
  return {
    url,
    kysely,
    pool,
    turnsPool,
    claimPool,
    routingPool,
    close: async () => {
      await Promise.all([kysely.destroy(), turnsPool.end(), claimPool.end(), routingPool.end()])
    },
  }
}

const openPool = (
  url: string,
  max: number,
  { onConnectionError }: DatabaseOptions,
  more: pg.PoolConfig = {},
): pg.Pool => {
  const connectTimeout = URL.parse(url)?.searchParams.get('connect_timeout')
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: 'hotline',
    connectionTimeoutMillis: Number(connectTimeout ?? connectTimeoutSeconds) * 1000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: statementTimeoutMilliseconds,
    // The server's own timeout does not help when the server is gone without a word.
    query_timeout: statementTimeoutMilliseconds + 1_000,
    idle_in_transaction_session_timeout: 30_000,
    types: { getTypeParser },
    ...more,
  })
  const report = onConnectionError ?? (() => {})
  // Both are needed: a connection in use when the server restarts reports to its client alone,
  // and an error event without a listener ends the process.
  pool.on('error', report)
  pool.on('connect', (client) => client.on('error', report))
  return pool
}

const { TIMESTAMPTZ, DATE, INT8, NUMERIC } = pg.types.builtins

/** Instants as `Temporal.Instant`, dates as `YYYY-MM-DD`, counts as numbers; of this pool only. */
const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (format !== 'binary' && oid === TIMESTAMPTZ) return parseInstant
  if (format !== 'binary' && oid === DATE) return (text: string) => text
  if (format !== 'binary' && (oid === INT8 || oid === NUMERIC)) return Number
  return pg.types.getTypeParser(oid, format as 'text')
}

/** PostgreSQL writes `2026-11-21 22:03:07.123+00`, which RFC 9557 reads as it is. */
const parseInstant = (text: string): Temporal.Instant => Temporal.Instant.from(text)
