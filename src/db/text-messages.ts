import { type Selectable, sql, type Transaction } from 'kysely'
import { callerLanguage } from '../callers/caller.ts'
import type { ClaimedMessage, MessageContent } from '../callers/messages.ts'
import type { Ordered, Outbox } from '../callers/send-messages.ts'
import { lockKeys } from './advisory-locks.ts'
import type { Database } from './database.ts'
import { isOpenCode } from './open-codes.ts'
import type { DB, TextMessages } from './schema.ts'
import { type Connection, inTransaction } from './transaction.ts'

export type NewMessage = {
  /** Names what the message is for: nothing goes out twice for the same purpose. */
  readonly purpose: string
  readonly by: 'sms' | 'call'
  readonly to: string
  /** Line whose number it comes from; null = the usual one. */
  readonly line: string | null
  readonly language: string
  readonly content: MessageContent
  /** After so many seconds it is not worth sending. */
  readonly worthSeconds: number
}

/** Puts a message into the outbox, in the transaction of what it tells of. */
export const queueMessage = async (connection: Connection, message: NewMessage): Promise<void> => {
  const { kind, ...facts } = message.content
  await sql`
    insert into text_messages (purpose, kind, by, to_number, line, language, facts, overdue_at)
    values (${message.purpose}, ${kind}, ${message.by}, ${message.to}, ${message.line},
            ${message.language}, ${JSON.stringify(facts)},
            clock_timestamp() + make_interval(secs => ${message.worthSeconds}))
    on conflict (purpose) do nothing`.execute(connection)
}

/** The number or name that a message comes from; asked when it is sent. */
export type SenderOf = (by: 'sms' | 'call', line: string | null) => string

/** Whoever has claimed a message has ordered it by then, or nobody knows. */
const leaseSeconds = 20

/** A number takes one message a second; the carrier would let more wait, in an order of its own. */
const paceSeconds = 1

/** How long a message waits after the carrier did not take it. */
const restSeconds = 5

/** Of those that wait for their number the first are looked at. */
const lookedAhead = 50

/** The outbox in PostgreSQL, for any number of nodes. */
export const createOutbox = (
  { kysely }: Pick<Database, 'kysely'>,
  senderOf: SenderOf,
): Outbox & MessageNews => ({
  claim: async () => {
    // Asked several times a second: as long as there is nothing, no lock is taken for it.
    if (!(await isAnyOpen(kysely))) return null
    return inTransaction(kysely, async (transaction) => {
      await lockKeys(transaction, ['messages'])
      await sweep(transaction)
      return claim(transaction, senderOf)
    })
  },
  settle: async (id, ordered) => {
    await settle(kysely, id, ordered)
  },
  heard: async (id, news) => {
    await sql`
      update text_messages set
          delivery = case when ${rankOf(sql`delivery`)} > ${rankOf(sql`${news.status}::text`)}
                          then delivery else ${news.status} end,
          message_sid = coalesce(message_sid, ${news.sid}),
          error_code = coalesce(${news.errorCode}, error_code),
          state = case when state in ('sending', 'uncertain') then 'sent' else state end,
          ended_at = coalesce(ended_at, clock_timestamp())
        where id = ${id} and (message_sid is null or message_sid = ${news.sid})`.execute(kysely)
  },
  figures: async () => {
    const { rows } = await sql<MessageFigures>`
      select count(*) filter (where state = 'queued') as queued,
             count(*) filter (where state = 'sent' and ended_at > ${anHourAgo}) as sent,
             count(*) filter (where state = 'failed' and ended_at > ${anHourAgo}) as failed,
             count(*) filter (where state = 'uncertain' and ended_at > ${anHourAgo}) as uncertain,
             count(*) filter (where state = 'overdue' and ended_at > ${anHourAgo}) as overdue
        from text_messages where queued_at > clock_timestamp() - interval '2 hours'`.execute(kysely)
    const [figures] = rows
    if (figures === undefined) throw new Error('The figures of messages were not read')
    return figures
  },
})

/** What the carrier tells of a message, in any order and any number of times. */
export type MessageNews = {
  heard(
    id: string,
    news: { readonly status: string; readonly sid: string; readonly errorCode: string | null },
  ): Promise<void>
  figures(): Promise<MessageFigures>
}

/** Of the last hour, but `queued` of now. */
export type MessageFigures = {
  readonly queued: number
  readonly sent: number
  readonly failed: number
  readonly uncertain: number
  readonly overdue: number
}

const anHourAgo = sql`clock_timestamp() - interval '1 hour'`

/** News overtake each other: a later status stays. */
const rankOf = (status: ReturnType<typeof sql>) => sql`coalesce(array_position(
  array['accepted', 'queued', 'sending', 'sent', 'failed', 'undelivered', 'delivered'], ${status}), 0)`

const isAnyOpen = async (connection: Connection): Promise<boolean> => {
  const { rows } = await sql<{ isOpen: boolean }>`
    select exists (select from text_messages where state = 'queued' and next_at <= clock_timestamp())
        or exists (select from text_messages
                    where state = 'sending' and lease_until < clock_timestamp()) as "isOpen"`.execute(
    connection,
  )
  return rows[0]?.isOpen === true
}

/** What a node left in the middle, what comes too late, and what has become of no use. */
const sweep = async (transaction: Transaction<DB>): Promise<void> => {
  await sql`
    update text_messages set
        state = case state when 'sending' then 'uncertain' else 'overdue' end,
        lease_until = null, ended_at = clock_timestamp()
      where (state = 'sending' and lease_until < clock_timestamp())
         or (state = 'queued' and (overdue_at < clock_timestamp() or ${isUseless}))`.execute(
    transaction,
  )
}

/**
 * A code that was used or is over, a person who is not invited or not trusted any more; and what another
 * message behind it says, too: whoever has asked three times while the carrier was away is told once.
 */
const isUseless = sql<boolean>`(
  case kind
    when 'sign-in' then not exists (
      select from sign_in_codes where id = (facts ->> 'codeId')::uuid and ${isOpenCode})
    when 'invitation' then not exists (
      select from trusted_persons p
       where p.id = (facts ->> 'personId')::uuid and p.state = 'invited'
         and p.code_id = (facts ->> 'codeId')::uuid)
    else not exists (
      select from trusted_persons p
       where p.id = (facts ->> 'personId')::uuid and p.state = 'confirmed')
  end
  or exists (
    select from text_messages later
     where later.state = 'queued' and later.kind = text_messages.kind
       and later.by = text_messages.by and later.to_number = text_messages.to_number
       and later.facts = text_messages.facts and later.id > text_messages.id))`

const claim = async (
  transaction: Transaction<DB>,
  senderOf: SenderOf,
): Promise<ClaimedMessage | null> => {
  const { rows: waiting } = await sql<Pick<Selectable<TextMessages>, 'id' | 'by' | 'line'>>`
    select id, by, line from text_messages
     where state = 'queued' and next_at <= clock_timestamp()
     order by next_at, id limit ${lookedAhead}`.execute(transaction)
  if (waiting.length === 0) return null
  const { rows: recent } = await sql<{ from_number: string }>`
    select distinct from_number from text_messages
     where from_number is not null
       and sending_at > clock_timestamp() - make_interval(secs => ${paceSeconds})`.execute(
    transaction,
  )
  const busy = new Set(recent.map((row) => row.from_number))
  const next = waiting
    .map(({ id, by, line }) => ({ id, from: senderOf(by as 'sms' | 'call', line) }))
    .find(({ from }) => !busy.has(from))
  if (next === undefined) return null
  const { rows } = await sql<Selectable<TextMessages>>`
    update text_messages set
        state = 'sending', from_number = ${next.from}, sending_at = clock_timestamp(),
        lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds})
      where id = ${next.id} and state = 'queued'
    returning *`.execute(transaction)
  const [row] = rows
  return row === undefined ? null : toClaimed(row)
}

const settle = async (connection: Connection, id: string, ordered: Ordered): Promise<void> => {
  if (ordered.kind === 'refused' && ordered.isTemporary) {
    await sql`
      update text_messages set
          state = 'queued', lease_until = null, error_code = ${ordered.code}, ended_at = null,
          next_at = clock_timestamp() + make_interval(secs => ${restSeconds})
        where id = ${id} and state in ('sending', 'uncertain')`.execute(connection)
    return
  }
  const state = { placed: 'sent', refused: 'failed', uncertain: 'uncertain' }[ordered.kind]
  await sql`
    update text_messages set
        state = ${state}, lease_until = null, ended_at = clock_timestamp(),
        message_sid = coalesce(message_sid, ${ordered.kind === 'placed' ? ordered.sid : null}),
        error_code = ${ordered.kind === 'refused' ? ordered.code : null}
      where id = ${id} and state in ('sending', 'uncertain')`.execute(connection)
}

const toClaimed = (row: Selectable<TextMessages>): ClaimedMessage => ({
  id: row.id,
  by: row.by as ClaimedMessage['by'],
  to: row.to_number,
  from: row.from_number ?? '',
  language: callerLanguage(row.language) ?? 'ru-RU',
  content: { kind: row.kind, ...(row.facts as object) } as MessageContent,
})
