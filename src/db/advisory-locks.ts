import { sql, type Transaction } from 'kysely'
import type { DB } from './schema.ts'

/**
 * Locks keys until the transaction ends, always in the same order, so that two transactions that
 * share some of them wait for one another instead of deadlocking.
 */
export const lockKeys = async (
  transaction: Transaction<DB>,
  keys: readonly string[],
): Promise<void> => {
  await sql`
    select pg_advisory_xact_lock(lock)
      from (select distinct hashtextextended(key, 2) as lock
              from unnest(${keys}::text[]) as key
             order by 1) as locks`.execute(transaction)
}
