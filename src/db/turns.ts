import { setTimeout as delay } from 'node:timers/promises'
import { CompiledQuery, type Transaction } from 'kysely'
import type pg from 'pg'
import type { CarrierStatus, CommitOutcome, TurnRecord } from '../calls/ports.ts'
import { batches } from './batches.ts'
import { type Commit, type CommitRow, commitStatement, type Statement } from './commit-statement.ts'
import { isMissingPartition, isOutage } from './failures.ts'
import { ensurePartitions } from './partitions.ts'
import type { DB } from './schema.ts'
import { type SharedAnswers, sharedAnswers } from './shared-answers.ts'

/** A batch is one statement; more rows make it slower without making it cheaper a row. */
const maxBatch = 64

/** What a statement costs beside its rows is by then little a row. */
const minBatch = 8

/** Several times what a statement takes: one that waits for a lock does not hold up the others. */
const joinAfterMs = 20

/**
 * How long turns are tried again from the beginning of an outage: the database restarts well
 * within, and the carrier is still waiting for the answer. In a longer one they fail at once.
 */
const outageMilliseconds = 2_500
const retryMilliseconds = 50

/** Runs one statement and gives its row. */
type Run = (statement: Statement) => Promise<CommitRow | undefined>

export type TurnCommitter = {
  commit(record: TurnRecord): Promise<CommitOutcome>
  recordStatus(status: CarrierStatus): Promise<void>
}

/**
 * The hot path: turns and status callbacks of many calls that arrive together are committed by one
 * statement, each turn with its own version check. While one is under way the next ones gather; only
 * when it takes unusually long another one joins it.
 *
 * Trying again after a lost connection is safe: a turn that had been committed is `stale` then, and
 * whoever asked reads it back.
 */
export const turnCommitter = (pool: pg.Pool): TurnCommitter => {
  const patiently = outagePatience()
  const answers = sharedAnswers()
  const run: Run = (statement) => patiently(() => runOn(pool, statement))
  const committing = batches({
    keyOf,
    maxItems: maxBatch,
    minItems: minBatch,
    joinAfterMs,
    maxInFlight: Math.max(1, pool.options.max - 1),
    run: (commits: readonly Commit[]) => commitBatch(pool, run, commits, answers),
  })
  return {
    commit: (record) => committing.add({ kind: 'turn', record }),
    recordStatus: async (status) => {
      await committing.add({ kind: 'status', status })
    },
  }
}

/** Commits one turn inside a transaction. */
export const commitTurnIn = async (
  transaction: Transaction<DB>,
  record: TurnRecord,
): Promise<CommitOutcome> => {
  const commit: Commit = { kind: 'turn', record: { ...record, isShared: false } }
  const { text, values } = commitStatement([commit], sharedAnswers())
  const query = CompiledQuery.raw(text, [...values]) as CompiledQuery<CommitRow>
  return outcomeOf((await transaction.executeQuery(query)).rows[0], commit)
}

const keyOf = (commit: Commit): string =>
  commit.kind === 'turn'
    ? commit.record.callSid
    : `${commit.status.callSid} ${commit.status.status} ${commit.status.sequence}`

const runOn = async (pool: pg.Pool, { name, text, values }: Statement) =>
  (await pool.query<CommitRow>({ name, text, values: [...values] })).rows[0]

type Settled = PromiseSettledResult<CommitOutcome>

const commitBatch = async (
  pool: pg.Pool,
  run: Run,
  commits: readonly Commit[],
  answers: SharedAnswers,
): Promise<readonly Settled[]> => {
  try {
    const row = await run(commitStatement(commits, answers))
    for (const commit of commits) {
      if (commit.kind === 'turn' && commit.record.isShared) answers.markStored(commit.record.twiml)
    }
    return commits.map((commit) => ({ status: 'fulfilled', value: outcomeOf(row, commit) }))
  } catch (cause) {
    if (isOutage(cause)) throw cause
    return Promise.all(commits.map((commit) => commitAlone(pool, run, commit, answers)))
  }
}

/** After a failed batch everything is on its own, so that one bad row harms nobody else. */
const commitAlone = async (
  pool: pg.Pool,
  run: Run,
  commit: Commit,
  answers: SharedAnswers,
): Promise<Settled> => {
  const commitOne = async (): Promise<Settled> => ({
    status: 'fulfilled',
    value: outcomeOf(await run(commitStatement([commit], answers)), commit),
  })
  try {
    return await commitOne()
  } catch (cause) {
    if (commit.kind === 'status' || !isMissingPartition(cause))
      return { status: 'rejected', reason: cause }
  }
  try {
    await ensurePartitions(pool, commit.record.startedAt)
    return await commitOne()
  } catch (reason) {
    return { status: 'rejected', reason }
  }
}

const outcomeOf = (row: CommitRow | undefined, commit: Commit): CommitOutcome => {
  if (row === undefined) throw new Error('A commit gave no answer')
  if (commit.kind === 'status') return 'committed'
  const { callSid, opening } = commit.record
  if (row.refused.includes(callSid)) return 'refused'
  if (row.stale?.includes(callSid)) return 'stale'
  return opening !== undefined && row.over?.includes(callSid) ? 'over' : 'committed'
}

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
