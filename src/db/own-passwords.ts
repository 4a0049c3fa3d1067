import { sql } from 'kysely'
import type { OwnPasswords } from '../operators/ports.ts'
import type { Database } from './database.ts'
import { noteInJournal } from './journal.ts'
import { inTransaction } from './transaction.ts'

/** Operators' own changes of their passwords in PostgreSQL. */
export const createOwnPasswords = ({ kysely }: Pick<Database, 'kysely'>): OwnPasswords => ({
  renew: ({ login, sessionId }, before, after, address) =>
    inTransaction(kysely, async (transaction) => {
      const renewed = await transaction
        .updateTable('operators')
        .set({ password_hash: after })
        .where('login', '=', login)
        .where('password_hash', '=', before)
        .where('is_disabled', '=', false)
        .returning('login')
        .executeTakeFirst()
      if (renewed === undefined) return false
      const { numAffectedRows } = await sql`
        update operator_sessions set ended_at = clock_timestamp()
         where login = ${login} and id <> ${sessionId} and ended_at is null`.execute(transaction)
      await noteInJournal(transaction, {
        login,
        action: 'change-password',
        subject: login,
        details: { address, endedSessions: Number(numAffectedRows ?? 0) },
      })
      return true
    }),
})
