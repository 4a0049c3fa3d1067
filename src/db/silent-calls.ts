import { sql } from 'kysely'
import type { SilentCall, SilentCalls } from '../calls/close-silent.ts'
import type { Database } from './database.ts'
import { inTransaction } from './transaction.ts'

/** Calls that nobody closed, in PostgreSQL. */
export const createSilentCalls = ({ kysely }: Pick<Database, 'kysely'>): SilentCalls => ({
  list: async ({ since, before, endedBefore }, limit) => {
    // The key begins with the start of the call: a range of it is read, whatever the size of the log.
    const { rows } = await sql<SilentCall>`
      select c.call_sid as "callSid", c.started_at as "startedAt",
             coalesce((select max(t.at) from turns t
                        where t.started_at = c.started_at and t.call_sid = c.call_sid),
                      c.started_at) as "lastTurnAt"
        from calls c
       where c.started_at >= ${since}
         and (c.ended_at is null and c.started_at < ${before}
              or c.outcome = 'in-progress' and c.ended_at < ${endedBefore})
       order by c.started_at, c.call_sid
       limit ${limit}`.execute(kysely)
    return rows
  },
  close: ({ callSid, startedAt, lastTurnAt }, closingOf) =>
    inTransaction(kysely, async (transaction) => {
      const found = await transaction
        .selectFrom('sessions')
        .select('session')
        .where('call_sid', '=', callSid)
        .forUpdate()
        .executeTakeFirst()
      // A turn on: a node that still remembers the call cannot take it up again.
      await transaction
        .updateTable('sessions')
        .set((column) => ({ session: null, turn: column('turn', '+', 1) }))
        .where('call_sid', '=', callSid)
        .where('session', 'is not', null)
        .execute()
      const { outcome, topic } = closingOf(found?.session ?? null)
      await sql`
        update calls set
            ended_at = coalesce(ended_at, greatest(started_at, ${lastTurnAt}::timestamptz)),
            outcome = case outcome when 'in-progress' then ${outcome} else outcome end,
            topic = coalesce(topic, ${topic ?? null})
          where started_at = ${startedAt}::timestamptz and call_sid = ${callSid}`.execute(
        transaction,
      )
    }),
})
