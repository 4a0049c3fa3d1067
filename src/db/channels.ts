import { sql, type Transaction } from 'kysely'
import { keyOf } from '../channel/participant.ts'
import type { ChannelLife, NewChannel } from '../channel/ports.ts'
import type { Database } from './database.ts'
import type { DB } from './schema.ts'
import { inTransaction } from './transaction.ts'

/** What else is written by the transaction that opens a channel. */
export type OnOpened = (
  transaction: Transaction<DB>,
  channel: NewChannel & { readonly id: string },
) => Promise<void>

/** Opening and closing channels, and what others do to them, in PostgreSQL. */
export const createChannelLife = (
  { kysely, pool }: Pick<Database, 'kysely' | 'pool'>,
  onOpened: OnOpened,
): ChannelLife => ({
  open: (channel) =>
    inTransaction(kysely, async (transaction) => {
      const { callSid, phone, line } = channel
      const { rows } = await sql<{ id: string }>`
        insert into channels (call_sid, phone, line)
        select ${callSid}, ${phone}, ${line}
         where not exists (
           select from sessions s join calls c using (started_at, call_sid)
            where s.call_sid = ${callSid} and c.ended_at is not null)
        on conflict (call_sid) do nothing
        returning id`.execute(transaction)
      const [opened] = rows
      if (opened === undefined) {
        const known = await transaction
          .selectFrom('channels')
          .select(['id', 'closed_at'])
          .where('call_sid', '=', callSid)
          .executeTakeFirst()
        return known === undefined
          ? { kind: 'over' }
          : { kind: 'known', channelId: known.id, isOpen: known.closed_at === null }
      }
      const channelId = opened.id
      await onOpened(transaction, { ...channel, id: channelId })
      await sql`select catch_up_channel(${channelId})`.execute(transaction)
      return { kind: 'opened', channelId }
    }),
  close: async (callSid) => {
    const { rows } = await pool.query<{ id: string | null }>('select close_channel($1) as id', [
      callSid,
    ])
    return rows[0]?.id ?? null
  },
  closeEnded: async () => {
    const { rows } = await pool.query<{ id: string | null }>(
      `select close_channel(o.call_sid) as id
         from channels o join sessions s using (call_sid) join calls c using (started_at, call_sid)
        where o.closed_at is null and c.ended_at < clock_timestamp() - interval '10 seconds'`,
    )
    return rows.flatMap(({ id }) => (id === null ? [] : [id]))
  },
  catchUp: async () => {
    const { rows } = await pool.query<{ id: string }>({
      name: 'catch-up-channels',
      text: `
        with changed as materialized (
          select c.id from channels c
           where c.closed_at is null
             and (c.operator is distinct from (
                    select t.login from talks t where t.call_sid = c.call_sid and t.ended_at is null
                     order by t.started_at, t.id limit 1)
                  or exists (
                    select from guest_links l join trusted_persons p on p.id = l.person_id
                     where l.channel_id = c.id and p.state <> 'confirmed'
                       and not exists (
                         select from channel_events e
                          where e.channel_id = c.id and e.author_key = 'trusted:' || p.id
                            and e.client_id = 'removed')))
           order by c.id
             for update of c skip locked)
        select id from changed where catch_up_channel(id)`,
    })
    return rows.map(({ id }) => id)
  },
  countOpen: async () => {
    const { rows } = await pool.query<{ count: number }>(
      'select count(*) from channels where closed_at is null',
    )
    return rows[0]?.count ?? 0
  },
  ofCalls: async (callSids) => {
    const { rows } = await pool.query<{ id: string; call_sid: string }>({
      name: 'channels-of-calls',
      text: 'select id, call_sid from channels where call_sid = any ($1)',
      values: [[...callSids]],
    })
    return new Map(rows.map((row) => [row.call_sid, row.id]))
  },
  join: async (channelId, person) => {
    const { rows } = await pool.query<{ is: boolean }>('select join_channel($1, $2) as is', [
      channelId,
      keyOf(person),
    ])
    return rows[0]?.is ?? false
  },
})
