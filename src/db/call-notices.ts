import { sql } from 'kysely'
import { type Secrets, tokenHash } from '../callers/secrets.ts'
import { queueMessage } from './text-messages.ts'
import type { Connection } from './transaction.ts'

export type OpenedChannel = {
  readonly id: string
  readonly callSid: string
  /** The caller's number. */
  readonly phone: string
  /** Number of the line. */
  readonly line: string
}

/** Told late, a call is over. */
const worthSeconds = 600

/**
 * Tells the persons whom the caller trusts with it that an integrated call has begun: a message each, once
 * a call, with a link that lets this person into this channel. On the connection of the transaction that
 * opens the channel; the messages go out when it is committed.
 */
export const tellOfCall =
  (secrets: Pick<Secrets, 'guestToken'>) =>
  async (connection: Connection, channel: OpenedChannel): Promise<void> => {
    const { rows } = await sql<{
      id: string
      phone: string
      caller_name: string | null
      language: string
    }>`
      select p.id, p.phone, c.name as caller_name, c.language
        from trusted_persons p join callers c on c.phone = p.caller_phone
       where p.caller_phone = ${channel.phone} and p.state = 'confirmed' and p.is_told_of_calls
       order by p.invited_at, p.id
         for share of p`.execute(connection)
    for (const { id, phone, caller_name: name, language } of rows) {
      const hash = Buffer.from(tokenHash(secrets.guestToken(id, channel.id)))
      await sql`
        insert into guest_links (token_hash, person_id, channel_id, call_sid)
        values (${hash}, ${id}, ${channel.id}, ${channel.callSid})
        on conflict do nothing`.execute(connection)
      await queueMessage(connection, {
        purpose: `call-begun ${channel.callSid} ${id}`,
        by: 'sms',
        to: phone,
        line: channel.line,
        language,
        content: {
          kind: 'call-begun',
          caller: { name, phone: channel.phone },
          personId: id,
          channelId: channel.id,
        },
        worthSeconds,
      })
    }
  }
