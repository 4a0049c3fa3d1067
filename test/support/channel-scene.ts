import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '../../src/db/database.ts'
import { newCall } from './queue-scene.ts'

/** People of a channel, put into the database without the ways they come there. */

export const callerPhone = '+79161234567'
export const lineNumber = '+78005557373'

/** A cookie and what the database keeps of it. */
const newToken = () => {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: createHash('sha256').update(token).digest() }
}

export const givenCaller = async (
  { pool }: Pick<Database, 'pool'>,
  phone = callerPhone,
  { name = 'Ольга' as string | null, isProfileShown = true, isChatShared = true } = {},
): Promise<void> => {
  await pool.query(
    `insert into callers (phone, name, is_profile_shown, is_chat_shared) values ($1, $2, $3, $4)
     on conflict (phone) do update set
       name = $2, is_profile_shown = $3, is_chat_shared = $4`,
    [phone, name, isProfileShown, isChatShared],
  )
}

export type TrustGiven = {
  readonly isToldOfCalls: boolean
  readonly isToldPlace: boolean
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

/** Somebody whom the caller trusts, confirmed; the identifier. */
export const givenPerson = async (
  { pool }: Pick<Database, 'pool'>,
  name: string,
  trust: Partial<TrustGiven> = {},
  phone = callerPhone,
): Promise<string> => {
  const all = { isToldOfCalls: true, isToldPlace: true, mayRead: true, mayWrite: true, ...trust }
  const { rows } = await pool.query<{ id: string }>(
    `insert into trusted_persons (caller_phone, phone, name, state, is_told_of_calls, is_told_place,
                                  may_read, may_write, code_expires_at, refusal_hash)
     values ($1, '+7999' || lpad(floor(random() * 1e7)::int::text, 7, '0'), $2, 'confirmed',
             $3, $4, $5, $6, now(), sha256(gen_random_uuid()::text::bytea))
     returning id`,
    [phone, name, all.isToldOfCalls, all.isToldPlace, all.mayRead, all.mayWrite],
  )
  return rows[0]?.id ?? ''
}

/** Tells somebody of the call, as opening its channel does. */
export const givenLink = async (
  { pool }: Pick<Database, 'pool'>,
  personId: string,
  channelId: string,
): Promise<void> => {
  await pool.query(
    `insert into guest_links (token_hash, person_id, channel_id, call_sid)
     select sha256(gen_random_uuid()::text::bytea), $1, id, call_sid from channels where id = $2
     on conflict do nothing`,
    [personId, channelId],
  )
}

export const callerCookie = async (
  { pool }: Pick<Database, 'pool'>,
  phone = callerPhone,
): Promise<string> => {
  const { token, hash } = newToken()
  await pool.query(
    `insert into caller_sessions (token_hash, phone, expires_at)
     values ($1, $2, now() + interval '1 hour')`,
    [hash, phone],
  )
  return `hotline-caller=${token}`
}

export const guestCookie = async (
  { pool }: Pick<Database, 'pool'>,
  personId: string,
  channelId: string,
): Promise<string> => {
  const { token, hash } = newToken()
  await pool.query(
    `insert into caller_sessions (token_hash, person_id, channel_id, expires_at)
     values ($1, $2, $3, now() + interval '1 hour')`,
    [hash, personId, channelId],
  )
  return `hotline-caller=${token}`
}

/** An operator who is signed in; the cookie. */
export const operatorCookie = async (
  { pool }: Pick<Database, 'pool'>,
  login: string,
  { name = login, role = 'operator' } = {},
): Promise<string> => {
  const { token, hash } = newToken()
  await pool.query(
    `with made as (
       insert into operators (login, name, password_hash, role, skills, languages, contact)
       values ($1, $2, '', $3, '{}', '{ru-RU}', 'client:' || $1)
       on conflict (login) do update set name = $2 returning login
     ), present as (
       insert into presence (login) select login from made on conflict do nothing
     )
     insert into operator_sessions (token_hash, login, expires_at)
     select $4, login, now() + interval '1 hour' from made`,
    [login, name, role, hash],
  )
  return `hotline=${token}`
}

/** The operator talks to the caller from now on. */
export const givenTalk = async (
  { pool }: Pick<Database, 'pool'>,
  callSid: string,
  login: string,
): Promise<void> => {
  await pool.query(
    `with p as (
       insert into places (call_sid, phone, queue, language, skills, priority, since, rank_at, mode,
                           state, result, ended_at)
       values ($1, $3, 'general', 'ru-RU', '{}', 0, now(), now(), 'hold', 'ended', 'served', now())
       returning id
     ), r as (
       insert into reservations (place_id, login, state, outcome, lease_until, ended_at)
       select id, $2, 'ended', 'served', now(), now() from p returning id, place_id
     )
     insert into talks (place_id, reservation_id, call_sid, login, conference, started_at)
     select place_id, id, $1, $2, $1, clock_timestamp() from r`,
    [callSid, login, callerPhone],
  )
}

export const endTalks = async (
  { pool }: Pick<Database, 'pool'>,
  callSid: string,
): Promise<void> => {
  await pool.query(
    'update talks set ended_at = clock_timestamp() where call_sid = $1 and ended_at is null',
    [callSid],
  )
}

export const newChannel = (phone = callerPhone) => ({
  callSid: newCall(),
  phone,
  line: lineNumber,
})

export const newId = (): string => randomUUID()
