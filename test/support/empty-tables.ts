import { setTimeout } from 'node:timers/promises'
import type { Pool } from 'pg'

const lockNotAvailable = '55P03'

/**
 * Empties tables, and all that refer to them, under a server that goes on reading them.
 *
 * The locks are taken one after another, so a reader of two tables could wait for one that is held here and hold
 * one that is waited for. Hence this side gives up long before PostgreSQL looks for deadlocks (after a second),
 * lets the reader pass and starts again.
 */
export const emptyTables = async (pool: Pool, tables: string): Promise<void> => {
  const client = await pool.connect()
  try {
    for (;;) {
      try {
        await client.query(
          `begin; set local lock_timeout = '100ms'; truncate ${tables} cascade; commit`,
        )
        return
      } catch (fault) {
        await client.query('rollback')
        if ((fault as { code?: string }).code !== lockNotAvailable) throw fault
        await setTimeout(5)
      }
    }
  } finally {
    client.release()
  }
}
