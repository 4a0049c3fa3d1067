import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import type { Clock } from '../../src/calls/ports.ts'
import { readConfig } from '../../src/config.ts'
import type { Database } from '../../src/db/database.ts'
import { createLogger, type Logger } from '../../src/logging.ts'
import { type Server, startServer } from '../../src/server.ts'
import { testDatabase } from './database.ts'
import { flowFolder } from './shipped-flows.ts'

export type TestServerOptions = {
  /** Default: the shipped flows. */
  readonly flowsDir?: string
  readonly clock?: Clock
  /** Default: a new one. Another server's makes two nodes of one installation. */
  readonly database?: Database
  /** Origin that is signed; default where it listens. */
  readonly publicUrl?: string
  readonly env?: Readonly<Record<string, string>>
  /** Default: says nothing. */
  readonly logger?: Logger
}

export type Answer = {
  readonly status: number
  readonly body: string
  readonly headers: Headers
}

/** Fields of a webhook; a list where a field comes more than once. */
export type Fields = Readonly<Record<string, string | readonly string[]>>

export type TestServer = {
  readonly url: string
  readonly accountSid: string
  readonly authToken: string
  readonly adminToken: string
  /** Where photos and recordings are kept. */
  readonly dataDir: string
  readonly database: Database
  readonly server: Server
  /**
   * A webhook as the carrier sends it. `body` is sent instead of the fields and signed as what a form
   * reader makes of it; `signature` instead of the right one.
   */
  readonly signedPost: (
    path: string,
    fields?: Fields,
    options?: {
      readonly body?: string
      readonly contentType?: string | null
      readonly signature?: string | null
      readonly method?: string
    },
  ) => Promise<Answer>
  /** A request to the API as administrator, `path` below `/api`; other headers may replace the token. */
  readonly api: (path: string, init?: RequestInit) => Promise<Answer>
  readonly close: () => Promise<void>
}

export const accountSid = `AC${'a'.repeat(32)}`
export const authToken = 'token-of-the-tests'
export const adminToken = randomBytes(24).toString('hex')

/**
 * A real server on a free port, on a database of its own and without a carrier: the test is the
 * carrier and signs its requests itself. Closed when the test ends.
 */
export const startTestServer = async (
  t: { teardown(work: () => Promise<void>): unknown },
  options: TestServerOptions = {},
): Promise<TestServer> => {
  const now = options.clock?.now()
  const dataDir = mkdtempSync(join(tmpdir(), 'hotline-data-'))
  const database = options.database ?? (await testDatabase(t, now === undefined ? {} : { now }))
  const read = readConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    FLOWS_DIR: options.flowsDir ?? flowFolder,
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    ADMIN_TOKEN: adminToken,
    CALLS_PER_SECOND: '1000',
    LOG_LEVEL: 'silent',
    ...(options.publicUrl === undefined ? {} : { PUBLIC_URL: options.publicUrl }),
    ...options.env,
  })
  if ('faults' in read) throw new Error(read.faults.join('\n'))
  const logger = options.logger ?? createLogger(read.config.logLevel)
  const started = await startServer(
    read.config,
    logger,
    options.clock === undefined ? {} : { clock: options.clock },
  )
  if (started.kind === 'refused') throw new Error(started.reasons.join('\n'))
  const { server } = started
  let closing: Promise<void> | null = null
  const close = () => {
    closing ??= server.close().finally(() => rmSync(dataDir, { recursive: true, force: true }))
    return closing
  }
  t.teardown(close)

  return {
    url: server.url,
    accountSid,
    authToken,
    adminToken,
    dataDir,
    database,
    server,
    signedPost: async (path, fields = {}, { body, contentType, signature, method } = {}) => {
      const text = body ?? encode(fields)
      const signed = signature === undefined ? sign(server.publicUrl + path, text) : signature
      return answerOf(
        await fetch(server.url + path, {
          method: method ?? 'POST',
          headers: {
            ...(contentType === null
              ? {}
              : { 'content-type': contentType ?? 'application/x-www-form-urlencoded' }),
            ...(signed === null ? {} : { 'x-twilio-signature': signed }),
          },
          // Bytes, so that fetch adds no content type of its own.
          ...(method === 'GET' ? {} : { body: new TextEncoder().encode(text) }),
        }),
      )
    },
    api: async (path, init = {}) =>
      answerOf(
        await fetch(`${server.url}/api${path}`, {
          ...init,
          headers: { authorization: `Bearer ${adminToken}`, ...init.headers },
        }),
      ),
    close,
  }
}

/** The signature of the carrier over an address and a form body. */
export const sign = (url: string, body: string, token = authToken): string => {
  const pairs = Object.groupBy(new URLSearchParams(body), ([name]) => name)
  const fields = Object.entries(pairs).map(([name, values = []]) => [
    name,
    values.map(([, value]) => value),
  ])
  return webhooks.getExpectedTwilioSignature(token, url, Object.fromEntries(fields))
}

const encode = (fields: Fields): string =>
  new URLSearchParams(
    Object.entries(fields).flatMap(([name, value]) =>
      [value].flat().map((each): [string, string] => [name, each]),
    ),
  ).toString()

const answerOf = async (response: Response): Promise<Answer> => ({
  status: response.status,
  body: await response.text(),
  headers: response.headers,
})
