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
import { fastClock } from '../../support/fast-clock.ts'
import type { NodeOrder } from './node.ts'

const accountSid = `AC${'0'.repeat(32)}`
const authToken = 'token-of-the-crashes'
const line = '+78005557373'
const publicUrl = 'http://hotline.example'

/** Answers and stays until somebody else hangs up. */
const operator: PhoneBehaviour = { kind: 'answers', afterSeconds: 1, talksSeconds: null }

export type WorldOptions = {
  readonly phones: (number: string) => PhoneBehaviour | undefined
  /** How orders to the carrier go wrong. */
  readonly trouble?: Troubles
  /** How its webhooks do. */
  readonly faults?: CarrierOptions['faults']
  /** So many calls it begins for us in a second of the world; default: more than there are. */
  readonly callsPerSecond?: number
  /** Seconds of the world in one of the machine: a lease of ten of them is long enough for a busy one. */
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
  const time = { base: Date.now(), factor: options.factor ?? 10 }
  const database = await testDatabase(t)
  const nodes = new Map<ChildProcess, number>()
  const wire = httpSender({ keepAlive: false })
  let isClosing = false
  const send: Send = async (request) => {
    const patience = performance.now() + 8_000
    for (;;) {
      const ports = [...nodes.values()].filter((port) => port > 0)
      // The youngest are asked rather than the one that lives on: they are to die of it.
      const mortal = ports.slice(1)
      const port = mortal[Math.floor(Math.random() * mortal.length)] ?? ports[0]
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
    phones: (address) => (address.startsWith('client:') ? operator : options.phones(address)),
    callsPerSecond: options.callsPerSecond ?? 1000,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    numbers: {
      [line]: {
        // Tried again as the server asks for, since a node may die over it.
        voiceUrl: `${publicUrl}/voice/incoming#rc=2&rp=all`,
        voiceFallbackUrl: `${publicUrl}/voice/fallback#rc=2&rp=all`,
        statusCallback: `${publicUrl}/voice/status#rc=2&rp=all`,
      },
    },
  })
  const api = Fastify()
  await api.register(restApi, {
    carrier,
    ...(options.trouble === undefined ? {} : { trouble: options.trouble }),
  })
  const carrierUrl = await api.listen({ host: '127.0.0.1', port: 0 })
  const order: Omit<NodeOrder, 'works'> = {
    databaseUrl: database.url,
    carrierUrl,
    publicUrl,
    accountSid,
    authToken,
    line,
    ...time,
  }

  /** Starts a node and answers when it listens: one that works, or only serves webhooks, or gets none. */
  const startNode = async (plan = '', { works = true, serves = true } = {}) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'node.ts')], {
      env: {
        PATH: process.env['PATH'] ?? '',
        NODE_COMPILE_CACHE:
          process.env['NODE_COMPILE_CACHE'] ?? join(tmpdir(), 'hotline-compile-cache'),
        NODE_ORDER: JSON.stringify({ ...order, works }),
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
  /** Leases run by the database's clock, which cannot be hurried: they are moved up to it. */
  const hurry = async () => {
    let before = Date.now()
    while (!isClosing) {
      await pause(50)
      const seconds = ((Date.now() - before) * (time.factor - 1)) / 1000
      before = Date.now()
      await database.pool
        .query(
          `update reservations set lease_until = lease_until - make_interval(secs => $1)
            where state in ('ringing', 'answered')`,
          [seconds],
        )
        .catch(() => {})
    }
  }
  /** Talks last a few seconds; then one of the two hangs up, by turns. */
  const converse = async () => {
    let ended = 0
    while (!isClosing) {
      await pause(20)
      for (const { status, participants, updatedAt } of carrier.conferences.list()) {
        if (status !== 'in-progress' || participants.size < 2) continue
        if (carrier.clock.now() - updatedAt < 3_000) continue
        const [one] = [...participants.keys()].slice(ended % 2)
        ended += 1
        if (one !== undefined) carrier.call(one)?.hangUp()
      }
    }
  }
  const works = [hurry(), converse()]
  let asked = 0
  const complaints: string[] = []
  const children = new Set<ChildProcess>()
  t.teardown(async () => {
    for (const child of children) child.kill('SIGKILL')
    isClosing = true
    await Promise.all(works)
    await carrier.close()
    await api.close()
  })

  return {
    carrier,
    database,
    startNode,
    complaints,
    /** Somebody calls and wants an operator. */
    call: (from: string) => carrier.dial({ from, to: line }),
    /** Everybody asks to be called as soon as possible, in these orders by turns. */
    ask: async (
      numbers: readonly string[],
      reason = 'asked',
      orders: readonly ('operator-first' | 'caller-first')[] = ['operator-first', 'caller-first'],
    ) => {
      for (const phone of numbers) {
        const order = orders[asked++ % orders.length] ?? 'operator-first'
        const answer = await inTransaction(database.kysely, (transaction) =>
          requestCallback(callbackRequests(transaction), {
            callSid: null,
            phone,
            queue: 'general',
            topic: null,
            window: null,
            order,
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
    reservations: () =>
      database.kysely.selectFrom('reservations').select(['login', 'outcome']).execute(),
    onBreak: () =>
      database.kysely.selectFrom('presence').select('login').where('state', '=', 'break').execute(),
    /** Nobody waits, talks or is held for anybody. */
    isQuiet: async () => {
      const { rowCount } = await database.pool.query(
        `select from reservations where state <> 'ended'
         union all select from places where state <> 'ended'
         union all select from presence where state in ('reserved', 'talking')`,
      )
      return rowCount === 0
    },
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
