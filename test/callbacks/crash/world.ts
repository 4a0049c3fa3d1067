import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import Fastify from 'fastify'
import { requestCallback } from '../../../src/callbacks/request-callback.ts'
import { callbackRequests } from '../../../src/db/callbacks.ts'
import { inTransaction } from '../../../src/db/transaction.ts'
import type { PhoneBehaviour } from '../../../src/simulator/called-phones.ts'
import { type CarrierOptions, createCarrier } from '../../../src/simulator/carrier.ts'
import { restApi } from '../../../src/simulator/rest.ts'
import type { Troubles } from '../../../src/simulator/rest-trouble.ts'
import { httpSender, type Send } from '../../../src/simulator/wire.ts'
import { testDatabase } from '../../support/database.ts'
import { fastClock } from './clock.ts'
import type { NodeOrder } from './node.ts'

const accountSid = `AC${'0'.repeat(32)}`
const authToken = 'token-of-the-crashes'
const line = '+78005557373'
const publicUrl = 'http://hotline.example'

export type WorldOptions = {
  readonly phones: (number: string) => PhoneBehaviour | undefined
  readonly trouble?: Troubles
  readonly faults?: CarrierOptions['faults']
  readonly callsPerSecond?: number
  /** Seconds of the world in one of the machine. */
  readonly factor?: number
}

/**
 * A carrier and a database that stay, and nodes that come and go. The carrier's book of rung telephones
 * is the judge. Its webhooks go to any node that lives, as behind a balancer.
 */
export const startWorld = async (
  t: { teardown(work: () => Promise<void>): unknown },
  options: WorldOptions,
) => {
  const time = { base: Date.now(), factor: options.factor ?? 30 }
  const database = await testDatabase(t)
  const nodes = new Map<ChildProcess, number>()
  const wire = httpSender({ keepAlive: false })
  let isClosing = false
  const send: Send = async (request) => {
    const patience = performance.now() + 8_000
    for (;;) {
      const ports = [...nodes.values()].filter((port) => port > 0)
      const port = ports[Math.floor(Math.random() * ports.length)]
      if (port !== undefined) {
        const url = new URL(request.url.pathname + request.url.search, `http://127.0.0.1:${port}`)
        const answer = await wire({ ...request, url })
        const isLost = answer.kind === 'failed' && request.breakAfter === undefined
        if (!isLost || isClosing || performance.now() > patience) return answer
      } else if (isClosing || performance.now() > patience) {
        return { kind: 'failed', how: 'connect', message: 'no node lives' }
      }
      await pause(10)
    }
  }
  const carrier = createCarrier({
    accountSid,
    authToken,
    clock: fastClock(time),
    send,
    phones: options.phones,
    callsPerSecond: options.callsPerSecond ?? 1000,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    numbers: { [line]: { voiceUrl: `${publicUrl}/voice/incoming` } },
  })
  const api = Fastify()
  await api.register(restApi, {
    carrier,
    ...(options.trouble === undefined ? {} : { trouble: options.trouble }),
  })
  const carrierUrl = await api.listen({ host: '127.0.0.1', port: 0 })
  const order: NodeOrder = {
    databaseUrl: database.url,
    carrierUrl,
    publicUrl,
    accountSid,
    authToken,
    line,
    ...time,
  }

  /** Starts a node and answers when it listens; one that does not serve gets no webhooks. */
  const startNode = async (plan = '', { serves = true } = {}) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'node.ts')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE:
          process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'hotline-compile-cache'),
        NODE_ORDER: JSON.stringify(order),
        FAILPOINT: plan,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = once(child, 'exit')
    child.stderr.on('data', (text) => {
      if (!String(text).includes('Failpoint')) complaints.push(String(text))
    })
    void ended.then(() => nodes.delete(child))
    const [port] = await Promise.race([
      once(createInterface({ input: child.stdout }), 'line'),
      ended.then(() => ['0']),
    ])
    children.add(child)
    if (serves && Number(port) > 0 && child.exitCode === null && child.signalCode === null) {
      nodes.set(child, Number(port))
    }
    return { child, ended }
  }
  const complaints: string[] = []
  const children = new Set<ChildProcess>()
  t.teardown(async () => {
    for (const child of children) child.kill('SIGKILL')
    isClosing = true
    await carrier.close()
    await api.close()
  })

  return {
    carrier,
    database,
    startNode,
    complaints,
    /** Everybody asks to be called as soon as possible; the person is dialled first. */
    ask: async (numbers: readonly string[], reason = 'asked') => {
      for (const phone of numbers) {
        const answer = await inTransaction(database.kysely, (transaction) =>
          requestCallback(callbackRequests(transaction), {
            callSid: null,
            phone,
            queue: 'general',
            topic: null,
            window: null,
            order: 'caller-first',
            now: Temporal.Instant.fromEpochMilliseconds(time.base),
          }),
        )
        if (answer.status !== 'accepted') throw new Error(`Not accepted: ${phone}`)
        await database.kysely
          .updateTable('callbacks')
          .set({ reason })
          .where('phone', '=', phone)
          .execute()
      }
    },
    /** Operators enough for everybody. */
    seatOperators: async (count: number) => {
      for (let at = 0; at < count; at++) {
        const login = `operator-${at}`
        await database.kysely
          .insertInto('operators')
          .values({
            login,
            name: login,
            password_hash: 'none',
            role: 'operator',
            skills: [],
            languages: ['ru-RU'],
            contact: `client:${login}`,
          })
          .execute()
        await database.kysely.insertInto('presence').values({ login, state: 'available' }).execute()
      }
    },
    rows: () => database.kysely.selectFrom('callbacks').selectAll().orderBy('phone').execute(),
    /** Telephones that rang, by number. */
    rings: () => {
      const book = new Map<string, number>()
      for (const { to, rang } of carrier.ledger.list()) {
        if (rang) book.set(to, (book.get(to) ?? 0) + 1)
      }
      return book
    },
  }
}

export type World = Awaited<ReturnType<typeof startWorld>>
