import { sql, type Transaction } from 'kysely'
import type { DB } from './schema.ts'

/**
 * Keeps the answer to the question after a talk, in the transaction of a turn: a score, or null for one
 * who was asked and said nothing. A score that was given is not taken back.
 */
export const keepScore =
  (transaction: Transaction<DB>) =>
  async (callSid: string, score: number | null, at: Temporal.Instant): Promise<void> => {
    await sql`
      insert into surveys (call_sid, asked_at, score, login)
      values (${callSid}, ${at.toString()}, ${score}, (
        select login from talks where call_sid = ${callSid} order by started_at desc limit 1))
      on conflict (call_sid) do update
        set score = coalesce(excluded.score, surveys.score), login = excluded.login`.execute(
      transaction,
    )
  }
