import fc from 'fast-check'
import Fastify from 'fastify'
import { sql } from 'kysely'
import t from 'tap'
import { stopCallback } from '../../src/callbacks/cancel-callback.ts'
import { type DialPorts, dialNext } from '../../src/callbacks/dial.ts'
import { makeDue } from '../../src/callbacks/make-due.ts'
import { requestCallback } from '../../src/callbacks/request-callback.ts'
import { resolveDoubts } from '../../src/callbacks/resolve-doubts.ts'
import { createDialStore } from '../../src/db/callback-dialling.ts'
import { stopIn } from '../../src/db/callback-ends.ts'
import { callbackRequests } from '../../src/db/callbacks.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { CarrierPort } from '../../src/queues/carrier.ts'
import { alwaysOpen } from '../../src/schedules/schedule.ts'
import type { PhoneBehaviour } from '../../src/simulator/called-phones.ts'
import { createCarrier } from '../../src/simulator/carrier.ts'
import { virtualClock } from '../../src/simulator/clock.ts'
import type { Send } from '../../src/simulator/wire.ts'
import { testDatabase } from '../support/database.ts'
import { legRoutes } from './leg-routes.ts'

const line = '+78005557373'
const operators = 3
const phones = Array.from({ length: 5 }, (_, at) => `+7916000000${at}`)

/** Everybody behaves in a way of their own, the same in all runs. */
const behaviours: readonly PhoneBehaviour[] = [
  { kind: 'answers', afterSeconds: 3, talksSeconds: null, presses: [{ keys: '1' }] },
  { kind: 'answers', afterSeconds: 9, talksSeconds: null, presses: [{ keys: '1' }] },
  { kind: 'answers', afterSeconds: 3, talksSeconds: 20, answeredBy: 'machine' },
  { kind: 'no-answer' },
  { kind: 'busy' },
]

const database = await testDatabase(t)
const { kysely } = database
const terminal = new Set(['done', 'failed', 'expired', 'cancelled'])

/** How the carrier answers the next order. */
type Trouble = 'none' | 'lost-after' | 'lost-before' | 'busy' | 'away'

/** A carrier on a clock of its own, a node that can be made to fail anywhere, and an empty database. */
const startWorld = async () => {
  for (const table of [
    'callback_wishes',
    'callbacks',
    'reservations',
    'places',
    'presence',
    'operators',
  ])
    await sql`delete from ${sql.table(table)}`.execute(kysely)
  await sql`update callback_counts set count = 0`.execute(kysely)
  for (let at = 0; at < operators; at++) {
    await sql`insert into operators (login, name, password_hash, role, skills, languages, contact)
              values (${`o-${at}`}, 'x', 'x', 'operator', '{}', '{ru-RU}', 'client:x')`.execute(
      kysely,
    )
    await sql`insert into presence (login, state) values (${`o-${at}`}, 'available')`.execute(
      kysely,
    )
  }
  const clock = virtualClock(Date.UTC(2026, 10, 24, 9))
  let go = clock.hold()
  let trouble: Trouble = 'none'
  let failing: string | null = null
  let drops = false
  const now = () => {
    const iso = new Date(clock.now()).toISOString()
    return sql<Temporal.Instant>`${iso}::timestamptz`
  }
  const failpoint = async (name: string) => {
    if (name !== failing) return
    failing = null
    throw new Error(`Failpoint ${name}`)
  }
  const app = Fastify()
  const send: Send = async ({ url, body }) => {
    const isStatus = url.pathname.endsWith('/status')
    if (isStatus && drops) return { kind: 'failed', how: 'timeout', message: 'dropped' }
    const answer = await app.inject({
      method: 'POST',
      url: url.pathname,
      payload: body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    return {
      kind: 'answer',
      status: answer.statusCode,
      headers: { 'content-type': String(answer.headers['content-type'] ?? '') },
      cookies: [],
      body: Buffer.from(answer.body),
      overlong: false,
    }
  }
  const carrier = createCarrier({
    accountSid: `AC${'0'.repeat(32)}`,
    authToken: 'token',
    clock,
    send,
    callsPerSecond: Number.POSITIVE_INFINITY,
    numbers: { [line]: { voiceUrl: 'http://hotline.example/voice/incoming' } },
    phones: (number) => behaviours[phones.indexOf(number)],
  })
  const webhook = (path: string) => ({
    url: `http://hotline.example${path}#rc=2&rp=all`,
    method: 'POST' as const,
  })
  const port: Pick<CarrierPort, 'dial' | 'hangUp' | 'findCalls'> = {
    dial: async ({ to, from, path, statusPath, ringSeconds }) => {
      const how = trouble
      if (how !== 'away') trouble = 'none'
      if (how === 'busy' || how === 'away')
        return { kind: 'refused', code: '20429', message: how, isTemporary: true }
      if (how === 'lost-before') return { kind: 'uncertain', message: how }
      const call = carrier.originate({
        to,
        from,
        request: null,
        ringSeconds,
        custom: {},
        news: { ...webhook(statusPath), events: ['initiated', 'ringing', 'answered', 'completed'] },
        machineDetection: { mode: 'Enable', news: null },
        invalid: false,
        first: { kind: 'document', request: { ...webhook(path), parameters: [] } },
        fallback: null,
      })
      return how === 'lost-after'
        ? { kind: 'uncertain', message: how }
        : { kind: 'placed', legSid: call.callSid }
    },
    hangUp: async (callSid) => {
      const call = carrier.call(callSid)
      if (call === undefined || call.record().endedAt !== null) return false
      call.refuse('canceled')
      call.interrupt({ kind: 'completed' })
      return true
    },
    findCalls: async ({ to, since }) => {
      if (trouble === 'away') throw new Error('away')
      return carrier
        .calls()
        .map((call) => call.record())
        .filter((call) => call.to === to && call.startedAt >= since.epochMilliseconds)
        .map(({ callSid, from, status, startedAt }) => ({
          callSid,
          to,
          from,
          status,
          createdAt: Temporal.Instant.fromEpochMilliseconds(startedAt),
        }))
        .reverse()
    },
  }
  const ports: DialPorts = {
    store: createDialStore(kysely, { now, failpoint }),
    carrier: port,
    callerId: () => line,
    elapsed: () => clock.now(),
    failpoint,
  }
  await legRoutes(app, database, ports, now)

  const rows = () => kysely.selectFrom('callbacks').selectAll().execute()
  const world = {
    carrier,
    rows,
    set: (change: { trouble?: Trouble; failing?: string; drops?: boolean }) => {
      trouble = change.trouble ?? trouble
      failing = change.failing ?? failing
      drops = change.drops ?? drops
    },
    ask: (phone: string) =>
      inTransaction(kysely, (transaction) =>
        requestCallback(callbackRequests(transaction), {
          callSid: null,
          phone,
          queue: 'general',
          topic: null,
          window: null,
          order: 'caller-first',
          now: Temporal.Instant.fromEpochMilliseconds(clock.now()),
        }),
      ),
    cancel: async (phone: string) => {
      const row = (await rows()).find((each) => each.phone === phone && !terminal.has(each.state))
      if (row !== undefined)
        await stopCallback((id) => inTransaction(kysely, (one) => stopIn(one, id)), port, row.id)
    },
    /** What the jobs of a node do; a failpoint ends it where it stands. */
    tick: async () => {
      try {
        await sql`
          update places p set state = 'ended', result = 'served', ended_at = now()
            from callbacks c
           where c.place_id = p.id and c.state = 'done' and p.state = 'talking'`.execute(kysely)
        await ports.store.sweep()
        await makeDue(ports.store, () => alwaysOpen('Europe/Moscow'))
        await dialNext(ports)
        await resolveDoubts(ports)
      } catch (fault) {
        if (!(fault as Error).message.startsWith('Failpoint')) throw fault
      }
    },
    advance: (seconds: number) =>
      new Promise<void>((resolve) => {
        clock.after(seconds * 1000, () => {
          go = clock.hold()
          resolve()
        })
        go()
      }),
    close: async () => {
      const closing = carrier.close()
      go()
      await closing
      await app.close()
    },
  }
  return world
}

type World = Awaited<ReturnType<typeof startWorld>>

/** What holds at any moment. */
const check = async (world: World) => {
  const rows = await world.rows()
  for (const phone of phones) {
    const open = rows.filter((row) => row.phone === phone && !terminal.has(row.state))
    if (open.length > 1) throw new Error(`${phone} has ${open.length} open requests`)
    const calls = world.carrier
      .calls()
      .map((call) => call.record())
      .filter(({ to }) => to === phone)
      .sort((a, b) => a.startedAt - b.startedAt)
    calls.forEach((call, at) => {
      const next = calls[at + 1]
      if (next !== undefined && (call.endedAt ?? Infinity) > next.startedAt)
        throw new Error(`${phone} was dialled while it was being dialled`)
    })
  }
  for (const row of rows) {
    if (terminal.has(row.state) && row.ended_reason === null)
      throw new Error(`${row.phone} ended without a reason`)
    if (row.attempts > 3) throw new Error(`${row.phone} rang ${row.attempts} times`)
  }
  const underWay = rows.filter(({ state }) => ['dialing', 'placed', 'uncertain'].includes(state))
  if (underWay.length > operators) throw new Error('more dials than free operators')
}

const failpoints = [
  ...['callback.claimed', 'callback.checked', 'callback.posted', 'callback.placed'],
  ...['callback.leg-adopted', 'callback.leg-answered', 'callback.status-adopted'],
  ...[
    'callback.status-rang',
    'callback.end-adopted',
    'callback.end-written',
    'callback.end-returned',
  ],
  ...['callback.evidence-found', 'callback.evidence-adopted', 'callback.doubtful-taken'],
]

type Model = Record<never, never>
type Command = fc.AsyncCommand<Model, World>

const command = (name: string, run: (world: World) => Promise<unknown>): Command => ({
  check: () => true,
  run: async (_model, world) => {
    await run(world)
    await check(world)
  },
  toString: () => name,
})

const phone = fc.constantFrom(...phones)
const commands = fc.commands(
  [
    phone.map((one) => command(`ask ${one}`, (world) => world.ask(one))),
    phone.map((one) => command(`cancel ${one}`, (world) => world.cancel(one))),
    fc.constant(command('tick', (world) => world.tick())),
    fc.integer({ min: 1, max: 90 }).map((seconds) =>
      command(`advance ${seconds} s`, async (world) => {
        await world.advance(seconds)
        await world.tick()
      }),
    ),
    fc
      .constantFrom<Trouble>('lost-after', 'lost-before', 'busy', 'away', 'none')
      .map((trouble) => command(`carrier ${trouble}`, async (world) => world.set({ trouble }))),
    fc
      .constantFrom(...failpoints)
      .map((failing) => command(`fail at ${failing}`, async (world) => world.set({ failing }))),
    fc
      .boolean()
      .map((drops) => command(`statuses lost: ${drops}`, async (world) => world.set({ drops }))),
  ],
  { maxCommands: 40, size: 'max' },
)

t.test(
  'whatever happens, every request comes to an end and no telephone rings twice for one attempt',
  async (t) => {
    let requests = 0
    await fc.assert(
      fc.asyncProperty(commands, async (cmds) => {
        const world = await startWorld()
        try {
          await world.ask(phones[0] ?? '')
          await fc.asyncModelRun(async () => ({ model: {}, real: world }), cmds)
          world.set({ trouble: 'none', failing: '', drops: false })
          for (let round = 0; round < 400; round++) {
            if ((await world.rows()).every(({ state }) => terminal.has(state))) break
            await world.tick()
            await check(world)
            await world.advance(30)
          }
          const rows = await world.rows()
          requests += rows.length
          for (const { phone, state } of rows) {
            if (!terminal.has(state)) throw new Error(`${phone} is lost in ${state}`)
          }
          for (const one of phones) {
            const rang = world.carrier.rung().filter(({ to, rang }) => to === one && rang).length
            const mine = rows.filter((row) => row.phone === one)
            const counted = mine.reduce((sum, { attempts }) => sum + attempts, 0)
            const stopped = mine.filter(({ state }) => state === 'cancelled').length
            // A request that staff ended may have rung once more without being counted.
            if (rang < counted || rang > counted + stopped)
              throw new Error(`${one} rang ${rang} times, counted ${counted}`)
          }
          const { rows: counts } = await sql<{ count: number }>`
          select count from callback_counts where name = 'double-dials'`.execute(kysely)
          if (counts[0]?.count !== 0) throw new Error('a second leg was seen')
        } finally {
          await world.close()
        }
      }),
      { numRuns: Number(process.env['MODEL_RUNS'] ?? 15) },
    )
    t.ok(requests > 0)
  },
)
