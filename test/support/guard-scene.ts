import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { subscribe } from 'node:diagnostics_channel'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { TSchema } from 'typebox'
import { blobFolder } from '../../src/blobs/folder.ts'
import { type Logger, loggerOptions } from '../../src/logging.ts'
import {
  callerCookie,
  givenCaller,
  givenLink,
  givenPerson,
  givenTalk,
  guestCookie,
  operatorCookie,
} from './channel-scene.ts'
import { integratedLine, newSid } from './media-stream.ts'
import type { TestServer } from './server.ts'

/** A route that is served. */
export type Route = {
  readonly method: string
  readonly url: string
  readonly schema: {
    readonly body?: TSchema
    readonly params?: TSchema
    readonly querystring?: TSchema
    readonly response?: Readonly<Record<string, TSchema>>
  }
}

export const nameOf = ({ method, url }: Route): string => `${method} ${url}`

/** Every route that servers started from now on register. */
export const collectRoutes = (): readonly Route[] => {
  const routes: Route[] = []
  subscribe('fastify.initialization', (message) => {
    const { fastify } = message as {
      fastify: {
        addHook(
          name: 'onRoute',
          hook: (route: {
            readonly method: string | readonly string[]
            readonly url: string
            readonly schema?: Route['schema']
          }) => void,
        ): void
      }
    }
    fastify.addHook('onRoute', ({ method, url, schema = {} }) => {
      for (const each of [method].flat()) routes.push({ method: each, url, schema })
    })
  })
  return routes
}

/** A log that is kept, down to the last level. */
export const keptLog = (): { readonly logger: Logger; readonly text: () => string } => {
  const written: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk))
      done()
    },
  })
  return { logger: pino(loggerOptions('trace'), stream), text: () => written.join('') }
}

/** What no answer may tell: where the code lies, what the database was asked, what stands around it. */
const inner =
  /\bat (?:async )?[\w.<>]+ \(|node_modules|file:\/\/|\/src\/\w+|\.ts:\d|\b(?:select|update|insert into|delete from) [\w"]+ |relation "|column "|constraint "|syntax error|invalid input|ECONN|ENOENT|postgres/i

/** The telling part of an answer; null when it tells nothing. */
export const leakIn = (answer: string): string | null => inner.exec(answer)?.[0] ?? null

export type Call = {
  readonly callSid: string
  readonly channel: string
  readonly phone: string
  readonly recording: string
  readonly photo: string
  /** Begun by the caller, and by the operator. */
  readonly uploads: { readonly caller: string; readonly operator: string }
}

/** A call with all that hangs on it, and the operator in it. */
export const givenCall = async (
  server: TestServer,
  dataDir: string,
  phone: string,
  login: string,
): Promise<Call> => {
  const { database } = server
  const { pool } = database
  const callSid = newSid('CA')
  await server.signedPost('/voice/incoming', {
    CallSid: callSid,
    From: phone,
    To: integratedLine,
  })
  await givenCaller(database, phone)
  await operatorCookie(database, login)
  await givenTalk(database, callSid, login)
  const one = async (text: string, values: readonly unknown[]): Promise<string> => {
    const { rows } = await pool.query<{ id: string }>(text, [...values])
    return rows[0]?.id ?? ''
  }
  const channel = await one(
    `insert into channels (call_sid, phone, line, operator, is_chat_open)
     values ($1, $2, $3, $4, true) returning id`,
    [callSid, phone, integratedLine, login],
  )
  const sound = await blobFolder(join(dataDir, 'recordings')).put(randomBytes(58 + 320))
  await pool.query(
    `insert into streams (call_sid, ordinal, state, started_at, ended_at, hash, bytes, milliseconds,
                          frames, lost_frames, repeated_frames)
     values ($1, 1, 'ended', now(), now(), $2, 378, 20, 1, 0, 0)
     on conflict (call_sid, ordinal) do update set state = 'ended', started_at = now(), ended_at = now(),
       lease_until = null, hash = $2, bytes = 378, milliseconds = 20, frames = 1, lost_frames = 0,
       repeated_frames = 0`,
    [callSid, sound.hash],
  )
  const recording = await one(
    `insert into recordings (call_sid, phone, line, started_at, ended_at, keep_until)
     values ($1, $2, $3, now(), now(), now() + interval '3 years') returning id`,
    [callSid, phone, integratedLine],
  )
  const picture = await blobFolder(join(dataDir, 'photos')).put(randomBytes(64))
  const photo = await one(
    `insert into photos (upload_id, channel_id, author, author_key, client_id, state, length, hash,
                         thumbnail_hash, bytes, width, height, posted_at)
     values ($1, $2, $3, 'caller', gen_random_uuid(), 'posted', 64, $4, $4, 64, 1, 1, now()) returning id`,
    [randomBytes(16).toString('hex'), channel, { kind: 'caller', phone }, picture.hash],
  )
  const begin = async (author: object, key: string) => {
    const upload = randomBytes(16).toString('hex')
    await pool.query(
      `insert into photos (upload_id, channel_id, author, author_key, client_id, length)
       values ($1, $2, $3, $4, gen_random_uuid(), 10)`,
      [upload, channel, author, key],
    )
    await givenUpload(dataDir, upload)
    return upload
  }
  const uploads = {
    caller: await begin({ kind: 'caller', phone }, 'caller'),
    operator: await begin({ kind: 'operator', login }, `operator:${login}`),
  }
  return { callSid, channel, phone, recording, photo, uploads }
}

/** The files of an upload that has begun, of ten bytes. */
const givenUpload = async (dataDir: string, id: string): Promise<void> => {
  const path = join(dataDir, 'uploads', id)
  await writeFile(path, '')
  await writeFile(
    `${path}.json`,
    JSON.stringify({ id, offset: 0, size: 10, metadata: {}, storage: { type: 'file', path } }),
  )
}

/** Who may ask; in the order of the columns of a table. */
export const people = [
  'nobody',
  'wrong',
  'ended',
  'anna',
  'boris',
  'vera',
  'root',
  'token',
  'caller',
  'other',
  'writer',
  'reader',
  'told',
  'stranger',
  'removed',
] as const

export type Person = (typeof people)[number]

/** Headers by which each is known: anna and caller are of the one call, boris, other and stranger of the other. */
export const givenPeople = async (
  { database, adminToken }: TestServer,
  [one, two]: readonly [Call, Call],
): Promise<Readonly<Record<Person, Readonly<Record<string, string>>>>> => {
  const { pool } = database
  const staff = async (login: string, role = 'operator') => ({
    cookie: await operatorCookie(database, login, { role }),
  })
  const caller = async ({ phone }: Call) => ({ cookie: await callerCookie(database, phone) })
  const guest = async (call: Call, name: string, may: { mayRead: boolean; mayWrite: boolean }) => {
    const id = await givenPerson(database, name, { ...may, isToldPlace: false }, call.phone)
    await givenLink(database, id, call.channel)
    return { id, cookie: await guestCookie(database, id, call.channel) }
  }
  const cookieOf = ({ cookie }: { cookie: string }) => ({ cookie })
  const ended = [
    await operatorCookie(database, 'anna'),
    await callerCookie(database, one.phone),
  ] as const
  for (const [index, table] of ['operator_sessions', 'caller_sessions'].entries())
    await pool.query(`update ${table} set ended_at = now() where token_hash = $1`, [
      createHash('sha256')
        .update(ended[index]?.split('=')[1] ?? '')
        .digest(),
    ])
  const removed = await guest(one, 'Removed', { mayRead: true, mayWrite: true })
  await pool.query(`update trusted_persons set state = 'removed' where id = $1`, [removed.id])
  const made = randomBytes(32).toString('base64url')
  return {
    nobody: {},
    wrong: {
      cookie: `hotline=${made}; hotline-caller=${made}`,
      authorization: `Bearer ${randomUUID()}`,
    },
    ended: { cookie: ended.join('; ') },
    anna: await staff('anna'),
    boris: await staff('boris'),
    vera: await staff('vera', 'supervisor'),
    root: await staff('root', 'administrator'),
    token: { authorization: `Bearer ${adminToken}` },
    caller: await caller(one),
    other: await caller(two),
    writer: cookieOf(await guest(one, 'Writer', { mayRead: true, mayWrite: true })),
    reader: cookieOf(await guest(one, 'Reader', { mayRead: true, mayWrite: false })),
    told: cookieOf(await guest(one, 'Told', { mayRead: false, mayWrite: false })),
    stranger: cookieOf(await guest(two, 'Stranger', { mayRead: true, mayWrite: true })),
    removed: cookieOf(removed),
  }
}
