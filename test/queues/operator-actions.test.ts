import t, { type Test } from 'tap'
import { readEndedTalks } from '../../src/db/ended-talks.ts'
import { signIn as cookieOf, openConsole } from '../support/console.ts'
import { type Exchange, shareExchange, until } from '../support/exchange.ts'

const fresh = await shareExchange(t)

/** A caller who talks to anna, at her console; `more` are free too. */
const talking = async (t: Test, ...more: readonly string[]) => {
  const exchange = await fresh()
  const { dial, signIn, carrier, presenceOf, server } = exchange
  await signIn('anna')
  const call = dial()
  const [rung] = await until(
    () => carrier.rung(),
    (all) => all.length === 1,
  )
  const leg = legOf(exchange, rung?.callSid)
  leg.answer()
  await until(
    () => presenceOf('anna'),
    (state) => state === 'talking',
  )
  await until(
    () => room(exchange),
    (people) => people.length === 2,
  )
  await signIn(...more)
  const console = await openConsole(t, server.url, await cookieOf(server.url, 'anna'))
  return { ...exchange, call, leg, console }
}

const legOf = ({ carrier }: Exchange, callSid = '') => {
  const leg = carrier.call(callSid)
  if (leg === undefined) throw new Error('there is no such leg')
  return leg
}

/** Who is in the one conference there is. */
const room = ({ carrier }: Exchange) => {
  const [conference] = carrier.conferences.list().filter(({ status }) => status === 'in-progress')
  return [...(conference?.participants.values() ?? [])]
}

const done = { type: 'answer', outcome: 'done' }

t.test('an operator holds, mutes and hangs up', async (t) => {
  const scene = await talking(t)
  const { console, call, leg } = scene
  const held = (sid: string) => room(scene).find(({ callSid }) => callSid === sid)?.hold
  t.match(await console.command({ type: 'hold', isHeld: true }), done)
  t.equal(held(call.callSid), true)
  await console.until(({ call }) => call?.state === 'held')
  t.match(await console.command({ type: 'hold', isHeld: false }), done)
  t.equal(held(call.callSid), false)
  t.match(await console.command({ type: 'mute', isMuted: true }), done)
  t.equal(room(scene).find(({ callSid }) => callSid === leg.callSid)?.muted, true)
  t.match(await console.command({ type: 'hang-up' }), done)
  await call.next('prompted')
  t.match(await console.command({ type: 'hold', isHeld: true }), {
    outcome: 'refused',
    code: 'no-call',
  })
})

t.test('a talk that the operator ends is not taken for one that was lost', async (t) => {
  const { console, call, server } = await talking(t)
  const { kysely, pool } = server.database
  t.match(await console.command({ type: 'hang-up' }), done)
  await call.next('prompted')
  call.hangUp()
  await until(
    async () => (await pool.query('select from calls where ended_at is null')).rowCount,
    (open) => open === 0,
  )
  const { rows } = await pool.query('select ended_by_operator from talks where call_sid = $1', [
    call.callSid,
  ])
  t.strictSame(rows, [{ ended_by_operator: true }])
  t.notOk((await readEndedTalks(kysely)).some(({ callSid }) => callSid === call.callSid))
})

t.test('a caller is handed on to another operator, ahead of everybody', async (t) => {
  const scene = await talking(t, 'boris')
  const { console, call, carrier, presenceOf, placeOf, server } = scene
  const before = await placeOf(call.callSid)
  const command = { type: 'transfer', kind: 'blind', to: { operator: 'boris' } } as const
  t.match(await console.command(command), done)
  const rung = await until(
    () => carrier.rung(),
    (all) => all.length === 2,
  )
  t.equal(rung[1]?.to, 'client:boris')
  t.equal(await presenceOf('anna'), 'wrap-up')
  legOf(scene, rung[1]?.callSid).answer()
  await until(
    () => presenceOf('boris'),
    (state) => state === 'talking',
  )
  const { rows } = await server.database.pool.query(
    `select id, since, state, result, rank_at = since - interval '10 minutes' as first
       from places order by id`,
  )
  t.match(rows, [
    { id: before?.id, result: 'served' },
    { state: 'talking', first: true },
  ])
  t.equal(String(rows[0].since), String(rows[1].since))
  t.match(await console.command(command), { outcome: 'refused', code: 'no-call' })
  legOf(scene, rung[1]?.callSid).hangUp()
  await call.next('prompted')
  call.hangUp()
  await call.settled
  const logged = JSON.parse((await server.api(`/calls/${call.callSid}`)).body)
  t.match(logged, { outcome: 'operator', operator: 'boris' })
})

t.test('an operator consults another one and leaves the caller to them', async (t) => {
  const scene = await talking(t, 'boris')
  const { console, call, leg, carrier, presenceOf } = scene
  const command = { type: 'transfer', kind: 'warm', to: { operator: 'boris' } } as const
  t.match(await console.command(command), done)
  const rung = await until(
    () => carrier.rung(),
    (all) => all.length === 2,
  )
  const other = legOf(scene, rung[1]?.callSid)
  other.answer()
  await until(
    () => room(scene),
    (people) => people.length === 3,
  )
  t.equal(room(scene).find(({ callSid }) => callSid === call.callSid)?.hold, true)
  await console.until(({ call }) => call?.transfer?.state === 'consulting')
  t.match(await console.command({ type: 'transfer-complete' }), done)
  await leg.ended
  await until(
    () => presenceOf('anna'),
    (state) => state === 'wrap-up',
  )
  t.equal(await presenceOf('boris'), 'talking')
  t.equal(call.record().endedAt, null)
  t.equal(room(scene).find(({ callSid }) => callSid === call.callSid)?.hold, false)
  other.hangUp()
  await call.next('prompted')
  t.equal(
    await until(
      () => presenceOf('boris'),
      (state) => state !== 'talking',
    ),
    'wrap-up',
  )
})

t.test('whoever is asked in vain leaves the caller where they were', async (t) => {
  const scene = await talking(t, 'boris', 'clara')
  const { console, carrier, presenceOf, call } = scene
  const command = { type: 'transfer', kind: 'warm', to: { operator: 'boris' } } as const
  t.match(await console.command(command), done)
  const rung = await until(
    () => carrier.rung(),
    (all) => all.length === 2,
  )
  legOf(scene, rung[1]?.callSid).refuse('busy')
  await console.until(({ call }) => call?.transfer?.state === 'failed')
  await until(
    () => presenceOf('boris'),
    (state) => state === 'available',
  )
  t.match(await console.command({ type: 'transfer-cancel' }), done)
  t.equal(room(scene).find(({ callSid }) => callSid === call.callSid)?.hold, false)
  t.equal(carrier.rung().length, 2, 'clara was not rung instead')
  t.match(await console.command({ type: 'transfer', kind: 'blind', to: { operator: 'nobody' } }), {
    outcome: 'refused',
    code: 'unknown',
  })
  t.match(await console.command({ type: 'transfer', kind: 'blind', to: { queue: 'nowhere' } }), {
    outcome: 'refused',
    code: 'unknown',
  })
})

t.test('an operator declines at the console; forged and foreign calls are refused', async (t) => {
  const exchange = await fresh()
  const { dial, signIn, carrier, presenceOf, reservations, server, placeOf } = exchange
  await signIn('anna', 'boris')
  const call = dial()
  const [rung] = await until(
    () => carrier.rung(),
    (all) => all.length === 1,
  )
  const [reservation] = await reservations()
  const login = reservation?.login ?? ''
  const reservationId = reservation?.id ?? ''
  const other = login === 'anna' ? 'boris' : 'anna'
  const mine = await openConsole(t, server.url, await cookieOf(server.url, login))
  const theirs = await openConsole(t, server.url, await cookieOf(server.url, other))
  t.match(await theirs.command({ type: 'accept', reservationId }), {
    outcome: 'refused',
    code: 'forbidden',
  })
  const forged = '00000000-0000-7000-8000-000000000000'
  t.match(await mine.command({ type: 'accept', reservationId: forged }), {
    outcome: 'refused',
    code: 'unknown',
  })
  t.match(await mine.command({ type: 'decline', reservationId }), done)
  const leg = legOf(exchange, rung?.callSid)
  await leg.ended
  t.equal(leg.record().status, 'canceled')
  t.match(await mine.command({ type: 'decline', reservationId }), {
    outcome: 'refused',
    code: 'over',
  })
  await until(
    () => carrier.rung(),
    (all) => all.length === 2,
  )
  t.equal(await presenceOf(login), 'available')
  t.match(await placeOf(call.callSid), { state: 'reserved' })
})

t.test('a supervisor listens, whispers and joins in', async (t) => {
  const scene = await talking(t)
  const { carrier, server, placeOf, call, leg, signIn } = scene
  await signIn('vera')
  await server.database.pool.query(`update operators set role = 'supervisor' where login = 'vera'`)
  await server.database.pool.query(`update presence set state = 'break' where login = 'vera'`)
  const vera = await openConsole(t, server.url, await cookieOf(server.url, 'vera'))
  const placeId = (await placeOf(call.callSid))?.id ?? ''
  const supervise = (how: 'listen' | 'whisper' | 'barge' | 'stop') =>
    vera.command({ type: 'supervise', placeId, how })
  t.match(await supervise('listen'), done)
  const rung = await until(
    () => carrier.rung(),
    (all) => all.length === 2,
  )
  const third = legOf(scene, rung[1]?.callSid)
  third.answer()
  const mine = () => room(scene).find(({ callSid }) => callSid === third.callSid)
  await until(mine, (me) => me !== undefined)
  t.match(mine(), { muted: true })
  t.match(await supervise('whisper'), done)
  t.match(mine(), { muted: false, callSidToCoach: leg.callSid })
  t.match(await supervise('barge'), done)
  t.match(mine(), { muted: false, coaching: false })
  t.match(await supervise('stop'), done)
  await third.ended
  t.equal(call.record().endedAt, null)
})
