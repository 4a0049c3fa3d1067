import type { Kysely, Transaction } from 'kysely'
import { sqlState } from './failures.ts'
import type { DB } from './schema.ts'

/** The whole database, or one transaction on it. */
export type Connection = Kysely<DB> | Transaction<DB>

/** Serialization failure and deadlock: the same work, run again, goes through. */
const repeatable = new Set(['40001', '40P01'])
const maxTries = 5

/** Turns back all that a transaction did without being a fault. */
const rolledBack = Symbol('rolled back')

/**
 * Runs work in one transaction and commits what it did; rolls back when it throws, or when `keeps`
 * says so of its result. Work may run more than once: it must do nothing outside the transaction.
 */
export const inTransaction = async <T>(
  kysely: Kysely<DB>,
  work: (transaction: Transaction<DB>) => Promise<T>,
  keeps: (result: T) => boolean = () => true,
): Promise<T> => {
  for (let tries = 1; ; tries++) {
    let undone: { readonly result: T } | null = null
    try {
      return await kysely.transaction().execute(async (transaction) => {
        const result = await work(transaction)
        if (keeps(result)) return result
        undone = { result }
        throw rolledBack
      })
    } catch (cause) {
      if (cause === rolledBack && undone !== null) return (undone as { readonly result: T }).result
      if (tries === maxTries || !repeatable.has(sqlState(cause) ?? '')) throw cause
    }
  }
}
