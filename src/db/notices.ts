import { randomUUIDv7 } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import { type Notice, noticeKinds } from '../calls/notice.ts'
import type { NoticeDraft, NoticeStore } from '../calls/notices.ts'
import { announce } from './changes.ts'
import type { Database } from './database.ts'
import type { Notices } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** Notices in PostgreSQL; what is written is announced to all nodes. */
export const createNoticeStore = ({ kysely }: Pick<Database, 'kysely'>): NoticeStore => ({
  unended: async (at) => {
    const rows = await kysely
      .selectFrom('notices')
      .selectAll()
      .where('ended_at', 'is', null)
      .where((where) => where.or([where('ends_at', 'is', null), where('ends_at', '>', at)]))
      .orderBy('starts_at')
      .execute()
    return rows.map(toNotice)
  },
  list: async ({ state, at }, { limit, after }) => {
    let query = kysely.selectFrom('notices').selectAll()
    if (state !== undefined) {
      const now = sql.val(at)
      query = query.where(
        sql<boolean>`${sql.val(state)} =
          case when ended_at is not null or ends_at <= ${now} then 'ended'
               when starts_at <= ${now} then 'in-force'
               else 'planned' end`,
      )
    }
    if (after !== undefined) {
      query = query.where(sql<boolean>`(created_at, id) < (${after.createdAt}, ${after.id})`)
    }
    const rows = await query
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .execute()
    return rows.map(toNotice)
  },
  create: (draft) =>
    inTransaction(kysely, async (transaction) => {
      const row = await transaction
        .insertInto('notices')
        .values({
          id: randomUUIDv7(),
          ...written(draft),
          created_at: draft.createdAt,
          created_by: draft.createdBy,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      await announce(transaction, 'notices')
      return toNotice(row)
    }),
  change: (id, decide) =>
    inTransaction(kysely, async (transaction) => {
      const before = await transaction
        .selectFrom('notices')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst()
      if (before === undefined) return null
      const found = toNotice(before)
      const change = decide(found)
      if (change === null) return found
      const after = { ...found, ...change }
      const row = await transaction
        .updateTable('notices')
        .set({ ...written(after), ended_at: after.endedAt })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow()
      await announce(transaction, 'notices')
      return toNotice(row)
    }),
})

const written = ({ kind, texts, recordings, lines, from, until }: NoticeDraft) => ({
  kind,
  texts: JSON.stringify(texts),
  recordings: JSON.stringify(recordings),
  lines: lines === null ? null : [...lines],
  starts_at: from,
  ends_at: until,
})

const toNotice = (row: Selectable<Notices>): Notice => {
  const kind = noticeKinds.find((each) => each === row.kind)
  if (kind === undefined) {
    throw new Error('Notice has a kind that is none', { cause: { kind: row.kind } })
  }
  return {
    id: row.id,
    kind,
    texts: row.texts as Notice['texts'],
    recordings: row.recordings as Notice['recordings'],
    lines: row.lines,
    from: row.starts_at,
    until: row.ends_at,
    endedAt: row.ended_at,
    createdAt: row.created_at,
    createdBy: row.created_by,
  }
}
