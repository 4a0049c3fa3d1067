import { sql } from 'kysely'
import type { WrapUps } from '../operators/ports.ts'
import type { Database } from './database.ts'
import { noteInJournal } from './journal.ts'
import { inTransaction } from './transaction.ts'

/** What operators write of their talks, in PostgreSQL. */
export const createWrapUps = ({ kysely }: Pick<Database, 'kysely'>): WrapUps => ({
  writeUp: (login, { topic, result, note }) =>
    inTransaction(kysely, async (transaction) => {
      const { rows } = await sql<{ id: string; call_sid: string }>`
        update talks
           set topic = ${topic}, result = ${result}, note = ${note}, written_up_at = clock_timestamp()
         where id = (
           select t.id from talks t join presence p using (login)
            where login = ${login} and p.state in ('talking', 'wrap-up')
            order by t.started_at desc limit 1)
        returning id, call_sid`.execute(transaction)
      const [talk] = rows
      if (talk === undefined) return false
      await noteInJournal(transaction, {
        login,
        action: 'write-up',
        subject: talk.call_sid,
        details: { talk: talk.id },
      })
      await sql`select end_wrap_ups(${login})`.execute(transaction)
      return true
    }),
})
