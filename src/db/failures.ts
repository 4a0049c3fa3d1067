import pg from 'pg'

/** SQLSTATE of a fault that the server reported; null when the connection itself failed. */
export const sqlState = (cause: unknown): string | null =>
  cause instanceof pg.DatabaseError ? (cause.code ?? null) : null

/**
 * True when the database could not be reached or went away, so that the outcome is unknown: broken
 * connections, and classes 08, 53 (too many connections, no disk) and 57P (shutting down, starting).
 */
export const isOutage = (cause: unknown): boolean => {
  const state = sqlState(cause)
  return state === null ? cause instanceof Error : /^(08|53|57P)/.test(state)
}

/** True for a row whose month has no partition yet. */
export const isMissingPartition = (cause: unknown): boolean =>
  sqlState(cause) === '23514' && cause instanceof pg.DatabaseError && cause.constraint === undefined

const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT'])

/** Sentences of the driver for faults that have no code. */
const driverWords = /^(Connection terminated|timeout exceeded when trying|Query read timeout)/

/**
 * True only for faults that are known to be the database being away, whoever threw them: narrower
 * than `isOutage`, which is asked of faults of statements alone.
 */
export const isDatabaseAway = (cause: unknown): boolean => {
  if (sqlState(cause) !== null) return isOutage(cause)
  if (!(cause instanceof Error)) return false
  return (
    networkCodes.has(String((cause as { code?: unknown }).code)) || driverWords.test(cause.message)
  )
}
