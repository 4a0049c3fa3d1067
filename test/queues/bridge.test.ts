import t from 'tap'
import { type Troubles, tooMany } from '../../src/simulator/rest-trouble.ts'
import { line, shareExchange, until } from '../support/exchange.ts'

let troubles: Troubles = () => undefined
const fresh = await shareExchange(t, { rest: { trouble: (request) => troubles(request) } })

const isEnded = (place: { readonly state: string } | undefined) => place?.state === 'ended'

t.test('a caller waits, talks to an operator, and gives a score', async (t) => {
  const { dial, signIn, carrier, presenceOf, placeOf, server } = await fresh()
  await signIn('anna')
  const call = dial()
  const ringing = await until(
    () => carrier.rung(),
    (rung) => rung.length === 1,
  )
  t.match(ringing, [{ to: 'client:anna', from: line, rang: true }])
  t.equal(await presenceOf('anna'), 'reserved')
  const leg = carrier.call(ringing[0]?.callSid ?? '')
  leg?.answer()
  await until(
    () => presenceOf('anna'),
    (state) => state === 'talking',
  )
  t.match(await placeOf(call.callSid), { state: 'talking' })
  const logged = async () => JSON.parse((await server.api('/calls')).body).items[0]
  t.match(await until(logged, ({ operator }) => operator !== null), {
    operator: 'anna',
    queue: 'general',
    outcome: 'in-progress',
  })

  leg?.hangUp()
  await until(
    () => presenceOf('anna'),
    (state) => state === 'wrap-up',
  )
  await call.next('prompted')
  call.press('5')
  await call.settled
  t.match(await until(() => placeOf(call.callSid), isEnded), { result: 'served' })
  const told = JSON.parse((await server.api(`/calls/${call.callSid}`)).body)
  t.match(told, { outcome: 'operator', queue: 'general', operator: 'anna', survey: { score: 5 } })
  t.match(
    told.events
      .map(({ type }: { type: string }) => type)
      .filter((type: string) => /^(enqueue|ring|talk|leave)$/.test(type)),
    ['enqueue', 'ring', 'talk', 'leave'],
  )
})

t.test('a caller who hangs up while an operator is rung takes the ring along', async (t) => {
  const { dial, signIn, carrier, presenceOf, placeOf, reservations } = await fresh()
  await signIn('anna')
  const call = dial()
  const [rung] = await until(
    () => carrier.rung(),
    (all) => all.length === 1,
  )
  const leg = carrier.call(rung?.callSid ?? '')
  call.hangUp()
  await leg?.ended
  t.equal(leg?.record().status, 'canceled')
  await until(
    () => presenceOf('anna'),
    (state) => state === 'available',
  )
  t.match(await placeOf(call.callSid), { state: 'ended', result: 'left' })
  t.match(await reservations(), [{ state: 'ended', outcome: 'caller-left' }])
})

t.test('an operator who is busy, fails or declines leaves the place to the next', async (t) => {
  const exchange = await fresh()
  const { dial, signIn, carrier, presenceOf, placeOf, reservations } = exchange
  await signIn('anna')
  const call = dial()
  const [first] = await until(
    () => carrier.rung(),
    (all) => all.length === 1,
  )
  const before = await placeOf(call.callSid)
  await signIn('boris')
  carrier.call(first?.callSid ?? '')?.refuse('no-answer')
  const rung = await until(
    () => carrier.rung(),
    (all) => all.length === 2,
  )
  t.equal(rung[1]?.to, 'client:boris', 'the same operator is not asked again at once')
  t.match(await placeOf(call.callSid), { id: before?.id, state: 'reserved' })
  t.equal(await presenceOf('anna'), 'available')
  carrier.call(rung[1]?.callSid ?? '')?.answer()
  await until(
    () => presenceOf('boris'),
    (state) => state === 'talking',
  )
  t.match(await reservations(), [
    { login: 'anna', state: 'ended', outcome: 'no-answer' },
    { login: 'boris', state: 'bridged' },
  ])
  call.hangUp()
  await until(
    () => presenceOf('boris'),
    (state) => state === 'wrap-up',
  )
  t.match(await placeOf(call.callSid), { state: 'ended', result: 'served' })
})

t.test('a carrier that takes no orders costs neither operators nor callers anything', async (t) => {
  const { dial, signIn, carrier, presenceOf, placeOf, reservations, server } = await fresh()
  await signIn('anna')
  let orders = 0
  troubles = ({ method }) => {
    if (method === 'GET') return undefined
    orders += 1
    return orders === 1 ? tooMany : undefined
  }
  const call = dial()
  const [refused] = await until(reservations, ([first]) => first?.state === 'ended')
  t.match(refused, { outcome: 'carrier-away', leg_sid: null })
  const place = await placeOf(call.callSid)
  const [rung] = await until(
    () => carrier.rung(),
    (all) => all.length === 1,
  )
  troubles = () => undefined
  t.equal(rung?.to, 'client:anna', 'the same operator, as soon as the carrier is back')
  t.equal(orders, 2)
  t.equal(await presenceOf('anna'), 'reserved')
  t.match(await placeOf(call.callSid), { id: place?.id, state: 'reserved' })
  const { rows } = await server.database.pool.query('select missed from presence')
  t.same(rows, [{ missed: 0 }])
  call.hangUp()
  await call.settled
})

t.test(
  'an operator whom the carrier cannot ring goes on a break, and the next is rung',
  async (t) => {
    const { dial, signIn, carrier, presenceOf, server } = await fresh()
    await signIn('anna')
    await server.database.pool.query(`update operators set contact = '+70' where login = 'anna'`)
    const call = dial()
    await until(
      () => presenceOf('anna'),
      (state) => state === 'break',
    )
    const { rows } = await server.database.pool.query('select reason from presence')
    t.same(rows, [{ reason: 'bad-contact' }])
    await signIn('boris')
    const [rung] = await until(
      () => carrier.rung(),
      (all) => all.length === 1,
    )
    t.equal(rung?.to, 'client:boris')
    call.hangUp()
    await call.settled
  },
)

t.test('an operator who hangs up at once does not lose the caller', async (t) => {
  const { dial, signIn, carrier, presenceOf } = await fresh()
  await signIn('anna')
  const call = dial()
  const [first] = await until(
    () => carrier.rung(),
    (all) => all.length === 1,
  )
  const leg = carrier.call(first?.callSid ?? '')
  leg?.answer()
  leg?.hangUp()
  await until(
    () => presenceOf('anna'),
    (state) => state !== 'reserved',
  )
  t.equal(call.record().endedAt, null, 'the caller is still there')
})

t.test('webhooks that come twice, late or for nobody have one effect', async (t) => {
  const { dial, signIn, carrier, presenceOf, placeOf, reservations, server } = await fresh()
  await signIn('anna')
  const call = dial()
  const [rung] = await until(
    () => carrier.rung(),
    (all) => all.length === 1,
  )
  const legSid = rung?.callSid ?? ''
  carrier.call(legSid)?.answer()
  await until(
    () => presenceOf('anna'),
    (state) => state === 'talking',
  )
  const [reservation] = await reservations()
  const id = reservation?.id ?? ''
  const leg = (path: string, more = {}) =>
    server.signedPost(`/voice${path}`, { CallSid: legSid, CallStatus: 'in-progress', ...more })
  const caller = (path: string, more = {}) =>
    server.signedPost(`/voice${path}`, {
      CallSid: call.callSid,
      CallStatus: 'in-progress',
      ...more,
    })
  const other = `CA${'e'.repeat(32)}`

  t.match((await leg(`/operator/${id}`)).body, /<Conference/)
  t.match((await leg(`/operator/${id}`, { CallSid: other })).body, /<Hangup\/>/, 'another leg')
  t.match((await leg('/operator/00000000-0000-7000-8000-000000000000')).body, /<Hangup\/>/)
  t.match((await leg('/operator/forged')).body, /<Hangup\/>/)
  t.match((await caller(`/bridge/${id}`)).body, /<Conference/)
  t.match((await caller(`/bridge/${id}`, { CallSid: other })).body, /<Redirect/, 'another caller')
  const place = await placeOf(call.callSid)
  t.match((await caller(`/wait/${place?.id}`)).body, /<Leave\/>/)
  t.match((await caller('/wait/forged')).body, /<Leave\/>/)
  // An Enqueue that tells of being left by our own order must not end the talk.
  const moved = await caller('/turn/1', { QueueResult: 'redirected' })
  t.match(moved.body, new RegExp(`/voice/bridge/${id}`))
  t.equal((await leg(`/leg-status/${id}`, { CallStatus: 'ringing' })).status, 204)
  t.equal((await leg(`/leg-status/${id}`, { CallSid: other, CallStatus: 'completed' })).status, 204)
  t.equal(await presenceOf('anna'), 'talking')
  t.match(await placeOf(call.callSid), { state: 'talking' })

  for (const _ of [1, 2]) await leg(`/leg-status/${id}`, { CallStatus: 'completed' })
  t.equal(await presenceOf('anna'), 'wrap-up')
  t.match(await placeOf(call.callSid), { state: 'ended', result: 'served' })
  t.match((await leg(`/operator/${id}`)).body, /<Hangup\/>/, 'too late')
  const first = await caller('/turn/1', { DialCallStatus: 'answered' })
  t.match(first.body, /<Gather/)
  t.equal((await caller('/turn/1', { DialCallStatus: 'answered' })).body, first.body)
  t.equal((await caller('/turn/1?after=talk')).body, first.body)
})

t.test('a caller leaves by star, and has the same place when asking again', async (t) => {
  const { dial, signIn, placeOf, server } = await fresh()
  await signIn('anna')
  await server.database.pool.query(`update presence set state = 'break'`)
  const call = dial()
  await call.next('listening')
  call.press('*')
  await call.next('prompted')
  const left = await placeOf(call.callSid)
  t.match(left, { state: 'waiting' }, 'kept, for a callback')
  call.press('1')
  await until(
    async () => (await server.database.pool.query('select left_as from places')).rows,
    ([row]) => row.left_as === null,
  )
  t.match(await placeOf(call.callSid), { id: left?.id, state: 'waiting' })
  call.hangUp()
  t.match(await until(() => placeOf(call.callSid), isEnded), { result: 'left' })
})
