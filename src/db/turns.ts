import { setTimeout as delay } from 'node:timers/promises'
import { CompiledQuery, type Transaction } from 'kysely'
import type pg from 'pg'
import type { CommitOutcome, TurnRecord } from '../calls/ports.ts'
import { batches } from './batches.ts'
import { isMissingPartition, isOutage } from './failures.ts'
import { ensurePartitions } from './partitions.ts'
import type { DB } from './schema.ts'
import { applyStatuses } from './statuses.ts'
import { advanceStatement, openStatement, type Statement } from './turn-statements.ts'

/** A batch is one statement; more rows make it slower without making it cheaper a row. */
const maxBatch = 64

/** Several times what a statement takes: one that waits for a lock does not hold up the others. */
const joinAfterMs = 20

/**
 * How long turns are tried again from the beginning of an outage: the database restarts well
 * within, and the carrier is still waiting for the answer. In a longer one they fail at once.
 */
const outageMilliseconds = 2_500
const retryMilliseconds = 50

/** Runs one statement and gives its rows. */
type Run = (statement: Statement) => Promise<readonly { readonly call_sid: string }[]>

/**
 * The hot path: turns of many calls that arrive together are committed by one statement, each with
 * its own version check. At most one statement a connection of the pool is under way, and while
 * they are, the next ones gather.
 *
 * Trying again after a lost connection is safe: a turn that had been committed is `stale` then, and
 * whoever asked reads it back.
 */
export const turnCommitter = (pool: pg.Pool): ((record: TurnRecord) => Promise<CommitOutcome>) => {
  const patiently = outagePatience()
  const run: Run = (statement) => patiently(() => runOn(pool, statement))
  const options = {
    keyOf: ({ callSid }: TurnRecord) => callSid,
    maxItems: maxBatch,
    joinAfterMs,
  }
  const opening = batches({
    ...options,
    maxInFlight: 1,
    run: async (records: readonly TurnRecord[]) => {
      const settled = await commitBatch(pool, run, records)
      const over = await patiently(() => matchOrphans(pool, records))
      return settled.map((each, at) => {
        const isOver = each.status === 'fulfilled' && each.value === 'committed'
        return isOver && over.has(records[at]?.callSid ?? '')
          ? { ...each, value: 'over' as const }
          : each
      })
    },
  })
  const advancing = batches({
    ...options,
    maxInFlight: Math.max(1, pool.options.max - 1),
    run: (records: readonly TurnRecord[]) => commitBatch(pool, run, records),
  })
  return (record) => (record.opening === undefined ? advancing.add(record) : opening.add(record))
}

/** Commits one turn inside a transaction. */
export const commitTurnIn = (
  transaction: Transaction<DB>,
  record: TurnRecord,
): Promise<CommitOutcome> => commitOne(runIn(transaction), record)

const runOn = async (pool: pg.Pool, { name, text, values }: Statement) => {
  const { rows } = await pool.query<{ call_sid: string }>({ name, text, values: [...values] })
  return rows
}

const runIn =
  (transaction: Transaction<DB>): Run =>
  async ({ text, values }) => {
    const query = CompiledQuery.raw(text, [...values]) as CompiledQuery<{ call_sid: string }>
    return (await transaction.executeQuery(query)).rows
  }

type Settled = PromiseSettledResult<CommitOutcome>

/**
 * Status callbacks may come before their call; once its row is committed they are applied to it.
 * One that is stored meanwhile applies itself, as it then sees the row.
 */
const matchOrphans = (
  pool: pg.Pool,
  records: readonly TurnRecord[],
): Promise<ReadonlySet<string>> =>
  applyStatuses(
    pool,
    records.map(({ callSid }) => callSid),
  )

const commitBatch = async (
  pool: pg.Pool,
  run: Run,
  records: readonly TurnRecord[],
): Promise<readonly Settled[]> => {
  try {
    const committed = new Set((await run(statementOf(records))).map(({ call_sid }) => call_sid))
    return records.map(({ callSid }) => ({
      status: 'fulfilled',
      value: committed.has(callSid) ? 'committed' : 'stale',
    }))
  } catch (cause) {
    if (isOutage(cause)) throw cause
    return Promise.all(records.map((record) => commitAlone(pool, run, record)))
  }
}

/** After a failed batch every turn is on its own, so that one bad row harms nobody else. */
const commitAlone = async (pool: pg.Pool, run: Run, record: TurnRecord): Promise<Settled> => {
  try {
    return { status: 'fulfilled', value: await commitOne(run, record) }
  } catch (cause) {
    if (!isMissingPartition(cause)) return { status: 'rejected', reason: cause }
  }
  try {
    await ensurePartitions(pool, record.startedAt)
    return { status: 'fulfilled', value: await commitOne(run, record) }
  } catch (reason) {
    return { status: 'rejected', reason }
  }
}

const statementOf = (records: readonly TurnRecord[]): Statement =>
  records[0]?.opening === undefined ? advanceStatement(records) : openStatement(records)

const commitOne = async (run: Run, record: TurnRecord): Promise<CommitOutcome> =>
  (await run(statementOf([record]))).length === 1 ? 'committed' : 'stale'

/** Tries work again while the database is away, but not past the patience of a whole outage. */
const outagePatience = () => {
  let awaySince: number | null = null
  return async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        const result = await work()
        awaySince = null
        return result
      } catch (cause) {
        if (!isOutage(cause)) throw cause
        awaySince ??= performance.now()
        if (performance.now() > awaySince + outageMilliseconds) throw cause
        await delay(retryMilliseconds)
      }
    }
  }
}
