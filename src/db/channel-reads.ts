import type { ChannelEvent } from '../channel/event.ts'
import type { Facts } from '../channel/facts.ts'
import { keyOf } from '../channel/participant.ts'
import type { ChannelReading, ChannelReads, ChannelState } from '../channel/ports.ts'
import type { Database } from './database.ts'

/** Events of one channel in one reading: a page of a long history. */
const eventsAtOnce = 100

/**
 * Channels in PostgreSQL, by two statements: the events, and only then who may see them. A right that was
 * taken away before an event was written is never read without that.
 */
export const createChannelReads = ({ pool }: Pick<Database, 'pool'>): ChannelReads => ({
  facts: async (channelId, participant) => {
    const { rows } = await pool.query<{ facts: Facts | null }>({
      name: 'channel-facts',
      // Who talks now, though the channel may not yet have been told.
      text: `
        select channel_facts(c.id, $2) || jsonb_build_object('operator', (
                 select t.login from talks t
                  where t.call_sid = c.call_sid and t.ended_at is null and c.closed_at is null
                  order by t.started_at, t.id limit 1)) as facts
          from channels c where c.id = $1`,
      values: [channelId, keyOf(participant)],
    })
    return rows[0]?.facts ?? null
  },
  read: (wants) =>
    readChannels(
      async (name, text, values) => (await pool.query({ name, text, values: [...values] })).rows,
      wants,
    ),
})

/** Runs a statement, on whatever connection. */
type Query = (name: string, text: string, values: readonly unknown[]) => Promise<unknown[]>

export const readChannels = async (
  query: Query,
  wants: Parameters<ChannelReads['read']>[0],
): Promise<ReadonlyMap<string, ChannelReading>> => {
  const ids = wants.map(({ channelId }) => channelId)
  const afters = wants.map(({ after }) => after)
  const events = (await query('read-channel-events', eventsStatement, [
    ids,
    afters,
    eventsAtOnce,
  ])) as EventRow[]
  const states = (await query('read-channels', stateStatement, [ids])) as StateRow[]
  const eventsOf = Map.groupBy(events, ({ channel_id: id }) => id)
  return new Map(
    states.map((row) => [
      row.id,
      { state: toState(row), events: (eventsOf.get(row.id) ?? []).map(toEvent) },
    ]),
  )
}

const eventsStatement = `
  select e.*
    from unnest($1::uuid[], $2::int[]) as wanted (id, after)
    cross join lateral (
      select channel_id, sequence, at, type, author_key, client_id, data from channel_events
       where channel_id = wanted.id and sequence > wanted.after
       order by sequence limit $3) e
   order by e.channel_id, e.sequence`

const stateStatement = `
  select c.id, c.call_sid, c.line, c.phone, c.opened_at, c.closed_at, c.is_chat_open, c.operator,
         c.last_sequence, c.location, c.location_sequence,
         k.phone is not null as is_known, k.name as caller_name,
         coalesce(k.is_profile_shown, false) as is_profile_shown,
         coalesce((
           select jsonb_agg(jsonb_build_object(
                    'id', p.id, 'name', p.name, 'isToldPlace', p.is_told_place,
                    'mayRead', p.may_read, 'mayWrite', p.may_write, 'isChatShared', k.is_chat_shared))
             from trusted_persons p where p.caller_phone = c.phone and p.state = 'confirmed'), '[]') as trusted,
         coalesce((
           select array_agg(distinct w.person_key order by w.person_key) from channel_watchers w
            where w.channel_id = c.id and w.until > clock_timestamp()), '{}') as online,
         coalesce((
           select jsonb_object_agg('operator:' || o.login, o.name) from operators o
            where o.login in (select t.login from talks t where t.call_sid = c.call_sid)), '{}')
         || coalesce((
           select jsonb_object_agg('trusted:' || p.id, p.name) from trusted_persons p
            where p.caller_phone = c.phone), '{}') as names
    from channels c left join callers k on k.phone = c.phone
   where c.id = any ($1::uuid[])`

type StateRow = {
  readonly id: string
  readonly call_sid: string
  readonly line: string
  readonly phone: string
  readonly opened_at: Temporal.Instant
  readonly closed_at: Temporal.Instant | null
  readonly is_chat_open: boolean
  readonly operator: string | null
  readonly last_sequence: number
  readonly location: {
    readonly latitude: number
    readonly longitude: number
    readonly accuracyMetres: number
    readonly isFollowed: boolean
    readonly at: string
  } | null
  readonly location_sequence: number | null
  readonly is_known: boolean
  readonly caller_name: string | null
  readonly is_profile_shown: boolean
  readonly trusted: ChannelState['trusted']
  readonly online: readonly string[]
  readonly names: { readonly [key: string]: string }
}

const toState = (row: StateRow): ChannelState => ({
  id: row.id,
  callSid: row.call_sid,
  line: row.line,
  phone: row.phone,
  openedAt: row.opened_at,
  closedAt: row.closed_at,
  isChatOpen: row.is_chat_open,
  operator: row.operator,
  lastSequence: row.last_sequence,
  location:
    row.location === null ? null : { ...row.location, at: Temporal.Instant.from(row.location.at) },
  locationSequence: row.location_sequence,
  caller: row.is_known ? { name: row.caller_name, isProfileShown: row.is_profile_shown } : null,
  trusted: row.trusted,
  online: row.online,
  names: new Map(Object.entries(row.names)),
  fingerprint: JSON.stringify(row),
})

type EventRow = {
  readonly channel_id: string
  readonly sequence: number
  readonly at: Temporal.Instant
  readonly type: ChannelEvent['type']
  readonly author_key: string | null
  readonly client_id: string | null
  readonly data: object
}

/** The columns that a type names otherwise, beside what is in `data`. */
const toEvent = ({ sequence, at, type, author_key, client_id, data }: EventRow): ChannelEvent => {
  const own = {
    message: { id: client_id, author: author_key },
    photo: { id: client_id, author: author_key },
    trusted: { person: author_key },
    mark: { by: author_key },
  }[type as string]
  return { sequence, at, type, ...own, ...data } as ChannelEvent
}
