import t from 'tap'
import {
  ask,
  assumeJoined,
  bind,
  empty,
  lose,
  receive,
  type Station,
} from '../../../src/pages/console/station.ts'
import type { ConsoleEvent, ServerMessage } from '../../../src/web/operator/protocol.ts'
import * as scene from './scenes.ts'

const now = 1_800_000_000_000

const hear = (station: Station, ...messages: readonly ServerMessage[]): Station =>
  messages.reduce((before, message) => {
    const after = receive(before, message, now)
    if (after === 'gap') throw new Error('a gap was not expected')
    return after
  }, station)

const snapshot = (sequence: number, more = {}): ServerMessage => ({
  type: 'snapshot',
  sequence,
  snapshot: scene.snapshot({ serverTime: new Date(now + 1500).toISOString(), ...more }),
})
const events = (sequence: number, ...list: readonly ConsoleEvent[]): ServerMessage => ({
  type: 'events',
  sequence,
  events: list,
})
const online = hear(empty, snapshot(7))

t.test('a snapshot brings the state, its number and the clock of the server', async (t) => {
  t.match(online, { connection: 'online', sequence: 7, ahead: 1500 })
})

t.test('messages one after another are applied', async (t) => {
  const after = hear(online, events(8, { type: 'queue-gone', name: 'services' }), events(9))
  t.equal(after.sequence, 9)
  t.notOk(after.snapshot?.queues.some(({ name }) => name === 'services'))
})

t.test('a message that was heard before changes nothing but the connection', async (t) => {
  const back = { ...lose(online), connection: 'joining' } as const
  const after = hear(back, events(7, { type: 'queue-gone', name: 'services' }))
  t.equal(after.connection, 'online')
  t.same(after.snapshot, online.snapshot)
})

t.test('a message that is missing is a gap, and so are events before any snapshot', async (t) => {
  t.equal(receive(online, events(9), now), 'gap')
  t.equal(receive(empty, events(8), now), 'gap')
})

t.test('what is known stays while there is no connection', async (t) => {
  const offline = lose(online)
  t.equal(offline.connection, 'offline')
  t.equal(offline.snapshot, online.snapshot)
  t.match(hear(offline, { type: 'resync' }), { connection: 'joining', sequence: null })
  t.equal(assumeJoined({ ...offline, connection: 'joining' }).connection, 'online')
  t.equal(assumeJoined(offline).connection, 'offline')
})

t.test('a command is kept until it is answered, and a refusal says of what', async (t) => {
  const wish = bind(online, 'id-1', { type: 'presence', state: 'break' })
  const asked = ask(online, wish)
  t.same(asked.unanswered, [{ ...wish, about: null }])
  t.same(hear(asked, { type: 'answer', id: 'id-1', outcome: 'done' }).unanswered, [])
  const refused = hear(asked, { type: 'answer', id: 'id-1', outcome: 'refused', code: 'busy' })
  t.match(refused.refusal, { code: 'busy', command: { type: 'presence' } })
  t.equal(hear(asked, { type: 'answer', id: 'other', outcome: 'done' }), asked)
})

const ringing = hear(online, events(8, ...scene.enter('ringing')))
const asking = ask(ringing, bind(ringing, 'id-2', { type: 'hang-up' }))

t.test('what was asked about a call is asked again while it is the same call', async (t) => {
  const back = hear(lose(asking), events(9, ...scene.enter('talking')))
  t.match(back.unanswered, [{ id: 'id-2', about: scene.card.reservationId }])
})

t.test('what was asked about a call that is over never reaches the next one', async (t) => {
  const next = scene.call('ringing', {
    card: { ...scene.card, reservationId: '0197f3a2-0000-7000-8000-000000000901' },
  })
  const back = hear(lose(asking), snapshot(20, { call: next }))
  t.same(back.unanswered, [])
  t.match(back.refusal, { code: 'lapsed', command: { type: 'hang-up' } })
})

t.test(
  'a record that was written without a connection is sent when its call is over',
  async (t) => {
    const record = { type: 'wrap-up', topic: 'status', result: 'resolved', note: '' } as const
    const writing = ask(ringing, bind(ringing, 'id-3', record))
    t.match(hear(lose(writing), snapshot(20)).unanswered, [{ id: 'id-3' }])
  },
)

t.test('an answer that comes after the end of the call is still told', async (t) => {
  const over = hear(asking, events(9, ...scene.enter(null)))
  const answered = hear(over, { type: 'answer', id: 'id-2', outcome: 'refused', code: 'over' })
  t.match(answered.refusal, { code: 'over' })
})
