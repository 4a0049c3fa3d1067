/** How soon a message in a channel is acknowledged, and how soon everybody has it. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { WebSocket } from 'ws'
import type { ServerMessage } from '../../src/web/channel/protocol.ts'
import { quantile } from './quantile.ts'

export type ChannelFigures = {
  readonly channels: number
  readonly sockets: number
  readonly messagesPerSecond: number
  /** From sending to the acknowledgement, which follows the commit. */
  readonly ackP50Ms: number
  readonly ackP99Ms: number
  /** From sending until each of the three participants has it. */
  readonly deliveryP50Ms: number
  readonly deliveryP99Ms: number
  /** Of `select 1` at the same time: what the machine alone makes of it. */
  readonly roundTripP50Ms: number
  readonly roundTripP99Ms: number
  /** Not acknowledged, or not with everybody, two seconds after the last was sent. */
  readonly lost: number
  readonly refused: number
}

type Scene = {
  readonly channelId: string
  readonly cookies: readonly (readonly ['caller' | 'operator', string])[]
}

/**
 * Opens channels with a caller, an operator and a trusted person each. The answer measures: somebody says
 * something in one of them at a fixed rate, whatever the answers take.
 *
 * @param origin what the server knows itself by
 * @param databaseUrl the server's
 */
export const prepareChannels = async (
  port: number,
  origin: string,
  databaseUrl: string,
  { channels = 200, messagesPerSecond = 40, seconds = 10 } = {},
): Promise<() => Promise<ChannelFigures>> => {
  const scenes = await makeScenes(databaseUrl, origin, channels)
  const sentAt = new Map<string, { readonly at: number; missing: number; isAcked: boolean }>()
  const acks: number[] = []
  const deliveries: number[] = []
  let refused = 0
  const hear = (message: ServerMessage): void => {
    if (message.type === 'refused') refused += 1
    if (message.type === 'done') {
      const sent = sentAt.get(message.id)
      if (sent === undefined) return
      sent.isAcked = true
      acks.push(performance.now() - sent.at)
    }
    if (message.type !== 'events') return
    for (const event of message.events) {
      const sent = event.type === 'message' ? sentAt.get(event.id) : undefined
      if (sent === undefined) continue
      sent.missing -= 1
      deliveries.push(performance.now() - sent.at)
    }
  }
  const sockets: WebSocket[] = []
  for (const { channelId, cookies } of scenes) {
    sockets.push(
      ...(await Promise.all(
        cookies.map(([who, cookie]) => join(port, origin, who, cookie, channelId, hear)),
      )),
    )
  }
  return async () => {
    const pool = new pg.Pool({ connectionString: databaseUrl })
    const roundTrips: number[] = []
    const probe = setInterval(async () => {
      const sent = performance.now()
      await pool.query('select 1')
      roundTrips.push(performance.now() - sent)
    }, 20)
    const begun = performance.now()
    const total = seconds * messagesPerSecond
    for (let count = 0; count < total; count++) {
      const early = begun + (count * 1000) / messagesPerSecond - performance.now()
      if (early > 1) await rest(early)
      const id = randomUUID()
      sentAt.set(id, { at: performance.now(), missing: 3, isAcked: false })
      // Prime to the number of sockets: everybody's turn comes.
      sockets[(count * 7) % sockets.length]?.send(
        JSON.stringify({ type: 'message', id, text: `Сообщение ${count}` }),
      )
    }
    const isOut = () =>
      [...sentAt.values()].every(({ missing, isAcked }) => missing === 0 && isAcked)
    for (let tries = 0; tries < 200 && !isOut(); tries++) await rest(10)
    clearInterval(probe)
    await pool.end()
    for (const socket of sockets) socket.terminate()
    return {
      channels,
      sockets: sockets.length,
      messagesPerSecond,
      ackP50Ms: quantile(acks, 0.5),
      ackP99Ms: quantile(acks, 0.99),
      deliveryP50Ms: quantile(deliveries, 0.5),
      deliveryP99Ms: quantile(deliveries, 0.99),
      roundTripP50Ms: quantile(roundTrips, 0.5),
      roundTripP99Ms: quantile(roundTrips, 0.99),
      lost: [...sentAt.values()].filter(({ missing, isAcked }) => missing > 0 || !isAcked).length,
      refused,
    }
  }
}

/** Resolves when the channel is there. */
const join = (
  port: number,
  origin: string,
  who: 'caller' | 'operator',
  cookie: string,
  channel: string,
  hear: (message: ServerMessage) => void,
): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/${who}/channel/socket`, {
      headers: { cookie, origin },
    })
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'hello', of: { channel }, after: null })),
    )
    socket.on('message', (data) => {
      const message = JSON.parse(String(data)) as ServerMessage
      if (message.type === 'channel') resolve(socket)
      hear(message)
    })
    socket.on('unexpected-response', (_request, response) =>
      reject(new Error(`Refused with ${response.statusCode}`)),
    )
    socket.on('error', reject)
    socket.on('close', (code) => reject(new Error(`Closed with ${code}`)))
  })

/** Channels as they are in the middle of their calls, put into the database. */
const makeScenes = async (
  databaseUrl: string,
  origin: string,
  count: number,
): Promise<readonly Scene[]> => {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const prefix = origin.startsWith('https:') ? '__Host-' : ''
  const tokens = Array.from({ length: count }, () =>
    Array.from({ length: 3 }, () => {
      const token = randomBytes(32).toString('base64url')
      return { token, hash: createHash('sha256').update(token).digest() }
    }),
  )
  const hashes = (index: number) => tokens.map((three) => three[index]?.hash)
  const run = randomBytes(3).toString('hex')
  const { rows } = await client.query<{ id: string }>(
    `with given as (
       select n, '+7916' || lpad(n::text, 7, '0') as phone, 'CA' || md5($1 || n) as call_sid,
              'bench-' || $1 || '-' || n as login, gen_random_uuid() as person, gen_random_uuid() as channel,
              uuidv7() as place, uuidv7() as reservation, own, operators_, guests
         from unnest($2::bytea[], $3::bytea[], $4::bytea[])
              with ordinality as tokens (own, operators_, guests, n)
     ), callers as (
       insert into callers (phone, is_profile_shown, is_chat_shared)
       select phone, true, true from given on conflict (phone) do update set is_chat_shared = true
     ), persons as (
       insert into trusted_persons (id, caller_phone, phone, name, state, is_told_of_calls, is_told_place,
                                    may_read, may_write, code_expires_at, refusal_hash)
       select person, phone, '+7999' || lpad(n::text, 7, '0'), 'Пётр', 'confirmed', true, true, true, true,
              now(), sha256(person::text::bytea)
         from given
     ), operators as (
       insert into operators (login, name, password_hash, role, skills, languages, contact)
       select login, login, '', 'operator', '{}', '{ru-RU}', 'client:' || login from given
     ), places as (
       insert into places (id, call_sid, phone, queue, language, skills, priority, since, rank_at, mode, state,
                           result, ended_at)
       select place, call_sid, phone, 'general', 'ru-RU', '{}', 0, now(), now(), 'hold', 'ended', 'served', now()
         from given
     ), reservations as (
       insert into reservations (id, place_id, login, state, outcome, lease_until, ended_at)
       select reservation, place, login, 'ended', 'served', now(), now() from given
     ), talks as (
       insert into talks (place_id, reservation_id, call_sid, login, conference)
       select place, reservation, call_sid, login, call_sid from given
     ), channels as (
       insert into channels (id, call_sid, phone, line, is_chat_open)
       select channel, call_sid, phone, '+78005557373', true from given
     ), links as (
       insert into guest_links (token_hash, person_id, channel_id, call_sid)
       select sha256(channel::text::bytea), person, channel, call_sid from given
     ), sessions as (
       insert into caller_sessions (token_hash, phone, person_id, channel_id, expires_at)
       select own, phone, null, null, now() + interval '1 hour' from given
       union all
       select guests, null, person, channel, now() + interval '1 hour' from given
     ), operator_sessions as (
       insert into operator_sessions (token_hash, login, expires_at)
       select operators_, login, now() + interval '1 hour' from given
     )
     select channel as id from given order by n`,
    [run, hashes(0), hashes(1), hashes(2)],
  )
  await client.end()
  return rows.map(({ id }, index) => ({
    channelId: id,
    cookies: (['caller', 'operator', 'caller'] as const).map((who, which) => [
      who,
      `${prefix}${who === 'caller' ? 'hotline-caller' : 'hotline'}=${tokens[index]?.[which]?.token}`,
    ]),
  }))
}

const rest = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
