import t from 'tap'
import type { CallbackWish } from '../../src/callbacks/ports.ts'
import { requestCallback } from '../../src/callbacks/request-callback.ts'
import { callbackRequests } from '../../src/db/callbacks.ts'
import { inTransaction } from '../../src/db/transaction.ts'
import { createWrapUps } from '../../src/db/wrap-ups.ts'
import type { PhoneBehaviour } from '../../src/simulator/called-phones.ts'
import {
  type Exchange,
  line,
  queueFlow,
  shareExchange,
  startExchange,
  until,
} from '../support/exchange.ts'
import { fastClock } from '../support/fast-clock.ts'

const phone = '+79161112233'

const files = {
  ...queueFlow(),
  'called-back.vxml': `<?xml version="1.0" encoding="UTF-8"?>
<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
  <property name="timeout" value="20s"/>
  <catch event="connection.disconnect.hangup"><exit/></catch>
  <form id="called-back">
    <field name="choice">
      <option dtmf="1" value="operator"/>
      <option dtmf="2" value="never"/>
      <noinput><exit/></noinput>
    </field>
    <object name="answer" classid="builtin:hotline/callback-answer">
      <param name="wish" expr="choice"/>
      <filled><if cond="answer.status != 'connected'"><exit/></if></filled>
    </object>
    <object name="call" classid="builtin:hotline/enqueue">
      <filled><log label="outcome">operator</log><exit/></filled>
    </object>
  </form>
</vxml>
`,
}

const presses = (keys: string, afterSeconds = 2): PhoneBehaviour => ({
  kind: 'answers',
  afterSeconds,
  talksSeconds: null,
  presses: [{ keys }],
})

const staysOnTheLine: PhoneBehaviour = { kind: 'answers', afterSeconds: 1, talksSeconds: null }

/** Twenty seconds of the carrier in one of the test. */
const fast = await shareExchange(t, {
  files,
  carrier: { clock: fastClock({ base: Date.now(), factor: 20 }) },
})

const start = async (
  behaviour: PhoneBehaviour,
  wish: Partial<CallbackWish> = {},
  fresh: () => Promise<Exchange> = fast,
) => {
  const exchange = await fresh()
  exchange.carrier.setPhone(phone, behaviour)
  for (const login of ['anna', 'boris'])
    exchange.carrier.setPhone(`client:${login}`, staysOnTheLine)
  const { kysely, pool } = exchange.server.database
  const ask = () =>
    inTransaction(kysely, (transaction) =>
      requestCallback(callbackRequests(transaction), {
        callSid: null,
        phone,
        queue: 'general',
        topic: 'taxes',
        window: null,
        now: Temporal.Now.instant(),
        line,
        ...wish,
      }),
    )
  return {
    ...exchange,
    ask,
    row: async () =>
      (await pool.query('select * from callbacks where phone = $1', [phone])).rows[0],
    rings: (to: string) => exchange.carrier.rung().filter((ring) => ring.to === to),
  }
}

t.test('operator first: the operator answers, then the citizen is dialled and asked', async (t) => {
  const world = await start(presses('1'))
  await world.ask()
  await until(world.row, ({ state }) => state === 'due')
  t.same(world.rings(phone), [], 'nobody is dialled without an operator')
  await world.signIn('anna')
  const talking = await until(world.row, ({ state }) => state === 'answered')
  t.match(talking, { attempts: 1 })
  await until(
    () => world.presenceOf('anna'),
    (state) => state === 'talking',
  )
  const [operator] = world.rings('client:anna')
  const [citizen] = world.rings(phone)
  t.ok((operator?.at ?? 0) < (citizen?.at ?? 0))
  world.carrier.call(operator?.callSid ?? '')?.hangUp()
  t.match(await until(world.row, ({ state }) => state === 'done'), { ended_reason: 'served' })
  t.equal(world.rings(phone).length, 1)
  await until(
    () => world.presenceOf('anna'),
    (state) => state === 'wrap-up',
  )
  const log = JSON.parse((await world.server.api('/calls')).body).items
  t.match(log, [{ direction: 'outbound', operator: 'anna', queue: 'general' }])
  const metrics = await (await fetch(`${world.server.url}/metrics`)).text()
  t.match(metrics, /^callback_double_dial_total 0$/m)
  t.match(metrics, /^hotline_callbacks_kept_rate 1$/m)
  t.match(metrics, /^hotline_callbacks_reach_rate 1$/m)
})

t.test('citizen first: confirmed by key, then the place in the queue counts', async (t) => {
  const world = await start(presses('1'), { order: 'caller-first' })
  await world.ask()
  await world.signIn('anna')
  await until(
    () => world.presenceOf('anna'),
    (state) => state === 'talking',
  )
  const [operator] = world.rings('client:anna')
  const [citizen] = world.rings(phone)
  t.ok((operator?.at ?? 0) > (citizen?.at ?? 0))
  world.carrier.call(citizen?.callSid ?? '')?.hangUp()
  t.match(await until(world.row, ({ state }) => state === 'done'), { attempts: 1 })
})

t.test('a machine, silence, and a refusal never reach an operator', async (t) => {
  const machine = await start(
    { kind: 'answers', afterSeconds: 1, talksSeconds: 30, answeredBy: 'machine' },
    { order: 'caller-first' },
  )
  await machine.ask()
  await machine.signIn('anna')
  t.match(await until(machine.row, ({ state, attempts }) => state === 'queued' && attempts === 1), {
    leg_sid: /^CA/,
  })
  t.same(machine.rings('client:anna'), [])
  const [first] = machine.rings(phone)
  t.match(await machine.carrier.call(first?.callSid ?? '')?.ended, { status: 'completed' })

  const refusal = await start(presses('2'), { order: 'caller-first' })
  await refusal.ask()
  await refusal.signIn('anna')
  t.match(await until(refusal.row, ({ state }) => state === 'cancelled'), {
    ended_reason: 'by-citizen',
  })
  t.same(refusal.rings('client:anna'), [])
})

t.test('an operator who is lost while the citizen answers is replaced', async (t) => {
  // Late enough that the operator is certainly gone by then.
  const world = await start(presses('1', 15))
  await world.ask()
  await world.signIn('anna')
  const [operator] = await until(
    () => world.rings('client:anna'),
    (rings) => rings.length === 1,
  )
  await until(
    () => world.rings(phone),
    (rings) => rings.length === 1,
  )
  world.carrier.call(operator?.callSid ?? '')?.hangUp()
  await until(
    () => world.presenceOf('anna'),
    (state) => state !== 'reserved',
  )
  await world.server.database.pool.query(`update presence set state = 'offline'`)
  await world.signIn('boris')
  await until(
    () => world.presenceOf('boris'),
    (state) => state === 'talking',
  )
  t.equal(world.rings(phone).length, 1, 'the citizen has been rung once')
})

t.test('staff end a request whose telephone rings, and the ringing stops', async (t) => {
  const world = await start({ kind: 'no-answer' }, { order: 'caller-first' })
  await world.ask()
  await world.signIn('anna')
  const [ring] = await until(
    () => world.rings(phone),
    (rings) => rings.length === 1,
  )
  const { id } = await until(world.row, ({ leg_sid }) => leg_sid !== null)
  const answer = await world.server.api(`/callbacks/${id}/cancel`, { method: 'POST' })
  t.equal(answer.status, 200)
  t.match(JSON.parse(answer.body), { id, state: 'cancelled', endedReason: 'by-staff' })
  await world.carrier.call(ring?.callSid ?? '')?.ended
  t.equal((await world.server.api(`/callbacks/${id}/cancel`, { method: 'POST' })).status, 409)
  const unknown = '00000000-0000-7000-8000-000000000000'
  t.equal((await world.server.api(`/callbacks/${unknown}/cancel`, { method: 'POST' })).status, 404)
})

t.test(
  'a talk that broke off by the word of its operator is called back to that one',
  async (t) => {
    const world = await start(presses('1'), {}, () => startExchange(t, { files }))
    await world.signIn('anna')
    const call = world.dial(phone)
    await until(
      () => world.presenceOf('anna'),
      (state) => state === 'talking',
    )
    const place = await world.placeOf(call.callSid)
    call.hangUp()
    await until(
      () => world.presenceOf('anna'),
      (state) => state === 'wrap-up',
    )
    const { rows: none } = await world.server.database.pool.query('select from callbacks')
    t.same(none, [], 'a hang-up alone says nothing')
    await createWrapUps(world.server.database).writeUp('anna', {
      topic: 'taxes',
      result: 'broken-off',
      note: '',
    })
    const row = await until(world.row, (found) => found?.state === 'answered')
    t.match(row, { reason: 'broken-off' })
    await until(
      () => world.presenceOf('anna'),
      (state) => state === 'talking',
    )
    const { rows } = await world.server.database.pool.query(
      'select n.since = o.since as same, n.preferred_operator from places n, places o where n.id = $1 and o.id = $2',
      [row.place_id, place?.id],
    )
    t.same(rows, [{ same: true, preferred_operator: 'anna' }])
  },
)
