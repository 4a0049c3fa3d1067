import type { Journal, JournalEntry } from '../operators/ports.ts'
import type { Database } from './database.ts'
import type { Connection } from './transaction.ts'

/** The journal in PostgreSQL. */
export const createJournal = ({ kysely }: Pick<Database, 'kysely'>): Journal => ({
  note: (entry) => noteInJournal(kysely, entry),
})

/** Writes an entry on the connection of the transaction that reads or changes what it is about. */
export const noteInJournal = async (
  connection: Connection,
  { login, action, subject, details }: Omit<JournalEntry, 'at'>,
): Promise<void> => {
  await connection
    .insertInto('journal')
    .values({ login, action, subject, details: JSON.stringify(details) })
    .execute()
}
