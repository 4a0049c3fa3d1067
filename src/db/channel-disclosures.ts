import { sql } from 'kysely'
import type { ChannelDisclosures } from '../channel/ports.ts'
import type { Database } from './database.ts'

/** What operators were shown of channels: each of it stands in the journal once. */
export const createChannelDisclosures = ({
  kysely,
}: Pick<Database, 'kysely'>): ChannelDisclosures => ({
  note: async (channelId, login, what) => {
    await sql`
      with noted as (
        insert into channel_disclosures (channel_id, login, what)
        select ${channelId}, ${login}, what from unnest(${[...what]}::text[]) as what order by what
        on conflict do nothing
        returning what
      )
      insert into journal (login, action, subject, details)
      select ${login}, 'channel-' || noted.what, c.call_sid,
             jsonb_build_object('channel', c.id, 'phone', c.phone)
        from noted join channels c on c.id = ${channelId}`.execute(kysely)
  },
})
