import { sql } from 'kysely'
import t from 'tap'
import { cancelCallback } from '../../src/callbacks/cancel-callback.ts'
import { type DialPorts, dialNext } from '../../src/callbacks/dial.ts'
import { makeDue } from '../../src/callbacks/make-due.ts'
import type { CallbackWish } from '../../src/callbacks/ports.ts'
import { requestCallback } from '../../src/callbacks/request-callback.ts'
import { createDialStore } from '../../src/db/callback-dialling.ts'
import { readCallbackFigures } from '../../src/db/callback-figures.ts'
import { callbackRequests } from '../../src/db/callbacks.ts'
import { placeTransaction } from '../../src/db/places.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import type { Dialled, DialOrder } from '../../src/queues/carrier.ts'
import { concern } from '../support/concern.ts'
import { testDatabase } from '../support/database.ts'
import { at, hotline } from '../support/schedules.ts'

const { kysely } = await testDatabase(t)

/** Tuesday noon in Moscow; a test moves it. */
let time = at('2026-11-24T09:00:00Z')
const now = () => sql<Temporal.Instant>`${time.toString()}::timestamptz`
const store = createDialStore(kysely, { now })

const ask = (phone: string, wish: Partial<CallbackWish> = {}) =>
  inTransaction(kysely, (transaction) =>
    requestCallback(callbackRequests(transaction), {
      callSid: null,
      phone,
      queue: 'general',
      topic: null,
      window: null,
      order: 'caller-first',
      now: time,
      ...wish,
    }),
  )

const row = (phone: string) =>
  kysely
    .selectFrom('callbacks')
    .selectAll()
    .where('phone', '=', phone)
    .orderBy('requested_at', 'desc')
    .executeTakeFirstOrThrow()

const placeOf = async (phone: string) => {
  const { place_id } = await row(phone)
  return kysely
    .selectFrom('places')
    .selectAll()
    .where('id', '=', place_id)
    .executeTakeFirstOrThrow()
}

const tick = async () => {
  await store.sweep()
  await makeDue(store, () => hotline)
}

const seat = async (...logins: readonly string[]) => {
  for (const login of logins) {
    await sql`insert into operators (login, name, password_hash, role, skills, languages, contact)
      values (${login}, ${login}, 'none', 'operator', '{}', '{ru-RU}', ${`client:${login}`})`.execute(
      kysely,
    )
    await sql`insert into presence (login, state) values (${login}, 'available')`.execute(kysely)
  }
}

/** A carrier that answers as told and writes down what it was asked for. */
const portsOf = (answer: Dialled, orders: DialOrder[] = []): DialPorts => ({
  store,
  carrier: {
    dial: async (order) => {
      orders.push(order)
      return answer
    },
    hangUp: async () => true,
    findCalls: async () => [],
  },
  callerId: () => '+78005557373',
  elapsed: () => 0,
  failpoint: async () => {},
})

t.beforeEach(async () => {
  time = at('2026-11-24T09:00:00Z')
  for (const table of ['callback_wishes', 'callbacks', 'places', 'presence', 'operators'])
    await sql`delete from ${sql.table(table)}`.execute(kysely)
})

t.test(
  'a callback is due in working hours, within its window, by day where the person lives',
  async (t) => {
    const window = { from: at('2026-11-24T12:00:00Z'), to: at('2026-11-24T14:00:00Z') }
    await ask('+79161111111')
    await ask('+79162222222', { window })
    await tick()
    t.equal((await row('+79161111111')).state, 'due')
    t.equal((await row('+79162222222')).state, 'queued')
    time = window.from
    await tick()
    t.equal((await row('+79162222222')).state, 'due')
    time = at('2026-11-24T17:00:00Z')
    await tick()
    t.match(await row('+79161111111'), { state: 'queued' }, 'closed for the night')
    t.equal((await row('+79161111111')).next_attempt_at?.toString(), '2026-11-25T05:00:00Z')
    await tick()
    t.equal((await row('+79161111111')).state, 'queued')
  },
)

t.test(
  'nobody is dialled without a free operator, and no more people than there are operators',
  async (t) => {
    await ask('+79161111111')
    await ask('+79162222222')
    await tick()
    const orders: DialOrder[] = []
    const ports = portsOf({ kind: 'placed', legSid: `CA${'1'.repeat(32)}` }, orders)
    t.equal(await dialNext(ports), 'nothing')
    await seat('anna')
    t.equal(await dialNext(ports), 'placed')
    time = time.add({ seconds: 2 })
    t.equal(await dialNext(ports), 'nothing')
    t.match(orders, [{ to: '+79161111111', from: '+78005557373', detectMachine: true }])
    t.equal(orders[0]?.path, `/voice/callback/${(await row('+79161111111')).attempt_token}`)
  },
)

t.test('all nodes together keep to the pace of the carrier, oldest first', async (t) => {
  const phones = Array.from({ length: 12 }, (_, index) => `+7916000${1000 + index}`)
  for (const phone of [...phones].reverse())
    await ask(phone, { now: time.subtract({ minutes: phones.length - phones.indexOf(phone) }) })
  await sql`update places p set since = c.requested_at, rank_at = c.requested_at
              from callbacks c where c.place_id = p.id`.execute(kysely)
  await tick()
  await seat(...phones.map((_, index) => `o-${index}`))
  const orders: DialOrder[] = []
  for (let second = 0; second < 6; second++) {
    let sid = 0
    const nodes = Array.from({ length: 3 }, () =>
      portsOf(
        { kind: 'placed', legSid: `CA${String(second * 10 + sid++).padStart(32, '0')}` },
        orders,
      ),
    )
    await Promise.all(nodes.map((node) => dialNext(node)))
    t.equal(orders.length, second + 1)
    time = time.add({ milliseconds: 1001 })
  }
  t.same(
    orders.map(({ to }) => to),
    phones.slice(0, 6),
  )
})

t.test('ten thousand at once after an outage are dialled oldest first, one a second', async (t) => {
  const until = (hours: number) => time.add({ hours }).toString()
  await sql`
    with made as (
      insert into places (phone, queue, language, skills, priority, since, rank_at, mode)
      select '+7916' || lpad(n::text, 7, '0'), 'general', 'ru-RU', '{}', 0, at, at, 'callback'
        from generate_series(1, 10000) n, lateral (select ${time.toString()}::timestamptz
          - make_interval(secs => (n * 7919) % 10007) as at) a
      returning id, phone, since)
    insert into callbacks (id, ticket, phone, queue, requested_at, changed_at, state, due_until,
        expires_at, order_of_dialling, place_id)
    select gen_random_uuid(), 'T' || phone, phone, 'general', since, since, 'due',
        ${until(1)}::timestamptz, ${until(9)}::timestamptz, 'caller-first', id
      from made`.execute(kysely)
  await seat('anna', 'boris', 'vera')
  const orders: DialOrder[] = []
  for (let tick = 0; tick < 6; tick++) {
    const legSid = `CA${String(tick).padStart(32, '0')}`
    await dialNext(portsOf({ kind: 'placed', legSid }, orders))
    time = time.add({ milliseconds: 501 })
  }
  const { rows } = await sql<{ phone: string }>`
    select phone from places order by rank_at, id limit 3`.execute(kysely)
  t.same(
    orders.map(({ to }) => to),
    rows.map(({ phone }) => phone),
  )
})

t.test(
  'what was certainly not taken may be tried again; what is refused for good may not',
  async (t) => {
    await seat('anna')
    await ask('+79161111111')
    await tick()
    const busy = { kind: 'refused', code: '20429', message: 'too many', isTemporary: true } as const
    t.equal(await dialNext(portsOf(busy)), 'refused-for-now')
    t.match(await row('+79161111111'), { state: 'queued', attempts: 0, dialled: 0 })
    time = time.add({ seconds: 31 })
    await tick()
    t.equal(await dialNext(portsOf({ ...busy, code: '21211', isTemporary: false })), 'refused')
    t.match(await row('+79161111111'), { state: 'failed', ended_reason: 'refused' })
    t.match(await placeOf('+79161111111'), { state: 'ended', result: 'unreached' })
  },
)

t.test('however long the carrier is away, a request is not given up for it', async (t) => {
  await seat('anna')
  await ask('+79161111111')
  const away = { kind: 'refused', code: '20003', message: 'no', isTemporary: true } as const
  for (let times = 0; times < 20; times++) {
    await tick()
    t.equal(await dialNext(portsOf(away)), 'refused-for-now')
    time = time.add({ seconds: 31 })
  }
  t.match(await row('+79161111111'), { state: 'queued', attempts: 0, dialled: 0 })
  await tick()
  t.equal(await dialNext(portsOf({ kind: 'placed', legSid: 'CA1' })), 'placed')
})

t.test('who calls and reaches an operator is not called back', async (t) => {
  await ask('+79161111111')
  await tick()
  await seat('anna')
  await sql`insert into places (call_sid, phone, queue, language, skills, priority, since, rank_at, mode)
    values ('CA1', '+79161111111', 'general', 'ru-RU', '{}', 0, now(), now(), 'hold')`.execute(
    kysely,
  )
  const ports = portsOf({ kind: 'uncertain', message: '' })
  t.equal(await dialNext(ports), 'nothing', 'not while the person is on the line')
  await sql`update places set state = 'talking' where call_sid = 'CA1'`.execute(kysely)
  // Places bear the time of the real clock in their ids.
  await sql`update callbacks set requested_at = now() - interval '1 minute'`.execute(kysely)
  await tick()
  t.match(await row('+79161111111'), { state: 'done', ended_reason: 'reached-an-operator' })
  t.match(await placeOf('+79161111111'), { state: 'ended', result: 'served' })
})

t.test('a request that nobody could keep expires where everybody can see it', async (t) => {
  await ask('+79161111111', { promisedBy: time.add({ hours: 2 }) })
  await tick()
  time = time.add({ hours: 26 })
  await tick()
  t.match(await row('+79161111111'), { state: 'expired', ended_reason: 'too-late' })
  t.match(await placeOf('+79161111111'), { state: 'ended' })
})

t.test('somebody on hold who takes a callback keeps the place', async (t) => {
  const wish = { ...concern, callSid: 'CA2', phone: '+79161111111' }
  await seat('anna')
  const taken = await inTransaction(kysely, (one) => placeTransaction(one).take(wish, 10))
  await ask('+79161111111', { callSid: 'CA2' })
  const place = await placeOf('+79161111111')
  t.match(place, { mode: 'callback', state: 'waiting' })
  t.equal(place.id, taken.kind === 'taken' ? taken.place.id : '')
})

t.test('a person gives up the callback while nobody dials', async (t) => {
  await ask('+79161111111')
  const cancel = () =>
    inTransaction(kysely, (one) => cancelCallback(callbackRequests(one), '+79161111111'))
  t.match(await cancel(), { status: 'cancelled' })
  t.match(await placeOf('+79161111111'), { state: 'ended', result: 'cancelled' })
  t.same(await cancel(), { status: 'none' })
  await ask('+79161111111')
  await kysely
    .updateTable('callbacks')
    .set({ state: 'dialing' })
    .where('state', '=', 'queued')
    .execute()
  t.match(await cancel(), { status: 'too-late' })
})

t.test('figures tell what was promised, kept and reached', async (t) => {
  const hour = { promisedBy: Temporal.Now.instant().subtract({ hours: 1 }) }
  const requested = { now: Temporal.Now.instant().subtract({ hours: 3 }) }
  for (const phone of ['+79161111111', '+79162222222', '+79163333333'])
    await ask(phone, { ...requested, ...hour })
  const started = Temporal.Now.instant().subtract({ hours: 2 })
  await sql`update callbacks set state = 'done', ended_reason = 'served', started_at = ${started.toString()}
             where phone = '+79161111111'`.execute(kysely)
  await sql`update callbacks set state = 'uncertain', dial_at = now() - interval '11 minutes'
             where phone = '+79162222222'`.execute(kysely)
  t.match(await readCallbackFigures(kysely), {
    open: { uncertain: 1, queued: 1 },
    promised: 3,
    kept: 1,
    tried: 1,
    reached: 1,
    uncertainTooLong: 1,
    doubleDials: 0,
  })
})
