import type { ChannelWatchers } from '../channel/ports.ts'
import type { Database } from './database.ts'

/** How long somebody counts as there after the node was last heard of, in seconds. */
const leaseSeconds = 30

/** Who has channels open in pages of this node, in PostgreSQL. */
export const createChannelWatchers = (
  { pool }: Pick<Database, 'pool'>,
  node: string,
): ChannelWatchers => ({
  keep: async (watchers) => {
    await pool.query({
      name: 'keep-channel-watchers',
      text: `
        with here as (
          select * from unnest($2::uuid[], $3::text[]) as here (channel_id, person_key)
        ), gone as (
          delete from channel_watchers w
           where (w.node = $1
                  and not exists (select from here h
                                   where h.channel_id = w.channel_id and h.person_key = w.person_key))
              or w.until < clock_timestamp() - interval '1 hour'
        )
        insert into channel_watchers (channel_id, person_key, node, until)
        select channel_id, person_key, $1, clock_timestamp() + make_interval(secs => $4)
          from here order by channel_id, person_key
        on conflict (channel_id, person_key, node) do update set until = excluded.until`,
      values: [
        node,
        watchers.map(({ channelId }) => channelId),
        watchers.map(({ person }) => person),
        leaseSeconds,
      ],
    })
  },
  add: async (channelId, person) => {
    await pool.query({
      name: 'add-channel-watcher',
      text: `
        insert into channel_watchers (channel_id, person_key, node, until)
        values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
        on conflict (channel_id, person_key, node) do update set until = excluded.until`,
      values: [channelId, person, node, leaseSeconds],
    })
  },
  remove: async (channelId, person) => {
    await pool.query({
      name: 'remove-channel-watcher',
      text: `delete from channel_watchers where channel_id = $1 and person_key = $2 and node = $3`,
      values: [channelId, person, node],
    })
  },
})
