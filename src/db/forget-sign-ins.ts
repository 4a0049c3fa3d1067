import { sql } from 'kysely'
import type { Database } from './database.ts'

/** Deletes sessions that ended a month ago, and attempts and commands of the day before. */
export const forgetSignIns = async ({ kysely }: Pick<Database, 'kysely'>): Promise<void> => {
  await sql`delete from operator_sessions
             where coalesce(ended_at, expires_at) < clock_timestamp() - interval '30 days'`.execute(
    kysely,
  )
  await sql`delete from sign_in_attempts
             where at < clock_timestamp() - interval '1 day'`.execute(kysely)
  await sql`delete from console_commands
             where at < clock_timestamp() - interval '1 day'`.execute(kysely)
}
