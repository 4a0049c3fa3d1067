import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { FetchedTexts, SentRequest, SentRequests } from '../calls/outside.ts'
import type { FetchAnswer } from '../voicexml/fetch-request.ts'
import type { Database } from './database.ts'

/** Texts stored again within this are known to be there. */
const freshMs = 60 * 60 * 1000
const mostRemembered = 10_000

export const createFetchedTexts = (
  { kysely }: Pick<Database, 'kysely'>,
  elapsed: () => number,
): FetchedTexts => {
  const stored = new Map<string, number>()
  return {
    load: async (hashes) => {
      const rows = await kysely
        .selectFrom('fetched_documents')
        .select(['hash', 'content'])
        .where('hash', 'in', [...hashes])
        .execute()
      return new Map(rows.map(({ hash, content }) => [hash, content]))
    },
    keep: async (texts) => {
      const since = elapsed() - freshMs
      const unknown = [...texts].filter(([hash]) => (stored.get(hash) ?? since) <= since)
      if (unknown.length === 0) return
      await kysely
        .insertInto('fetched_documents')
        .values(unknown.map(([hash, content]) => ({ hash, content })))
        .onConflict((conflict) => conflict.column('hash').doUpdateSet({ used_at: sql`now()` }))
        .execute()
      if (stored.size > mostRemembered) stored.clear()
      for (const [hash] of unknown) stored.set(hash, elapsed())
    },
  }
}

export const createSentRequests = ({ kysely }: Pick<Database, 'kysely'>): SentRequests => ({
  claim: async (sent) => {
    const { numInsertedOrUpdatedRows: inserted } = await kysely
      .insertInto('sent_requests')
      .values(keyOf(sent))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow()
    if (inserted === 1n) return { kind: 'first' }
    const row = await kysely
      .selectFrom('sent_requests')
      .select('answer')
      .where((where) => where.and(keyOf(sent)))
      .executeTakeFirst()
    return row?.answer == null
      ? { kind: 'unanswered' }
      : { kind: 'answered', answer: JSON.parse(row.answer) as FetchAnswer }
  },
  answered: async (sent, answer) => {
    await kysely
      .updateTable('sent_requests')
      .set({ answer: JSON.stringify(answer) })
      .where((where) => where.and(keyOf(sent)))
      .execute()
  },
})

const keyOf = ({ callSid, turn, ordinal, request }: SentRequest) => ({
  call_sid: callSid,
  turn,
  ordinal,
  request: createHash('sha256').update(JSON.stringify(request)).digest('hex'),
})

/** Longer than any call lasts, and than a carrier repeats itself. */
const keptDays = 2

/** Forgets what no call can stand on any more. */
export const forgetFetched = async ({ kysely }: Pick<Database, 'kysely'>): Promise<void> => {
  const before = sql<Temporal.Instant>`now() - make_interval(days => ${keptDays})`
  await kysely.deleteFrom('fetched_documents').where('used_at', '<', before).execute()
  await kysely.deleteFrom('sent_requests').where('sent_at', '<', before).execute()
}
