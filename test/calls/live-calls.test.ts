import t from 'tap'
import type { LiveCall } from '../../src/calls/live-call.ts'
import { liveCalls } from '../../src/calls/live-calls.ts'

const call = (callSid: string, turn = 0): LiveCall => ({
  callSid,
  turn,
  startedAt: Temporal.Instant.fromEpochMilliseconds(0),
  session: null,
  flowVersion: 'v',
  language: 'ru-RU',
  from: '',
  to: '',
  ended: false,
})

t.test(
  'the call that was put in first is forgotten first, however often it was put since',
  async (t) => {
    const live = liveCalls(2)
    live.put(call('a'))
    live.put(call('b'))
    live.put(call('a', 1))
    live.put(call('c'))
    t.equal(live.get('a'), undefined)
    t.ok(live.get('b'))
    t.ok(live.get('c'))
  },
)

t.test('a call is kept as it was put last, until it is forgotten', async (t) => {
  const live = liveCalls(2)
  live.put(call('a'))
  live.put(call('a', 1))
  live.put(call('b'))
  t.equal(live.get('a')?.turn, 1)
  live.forget('a')
  live.forget('nobody')
  t.equal(live.get('a'), undefined)
  t.ok(live.get('b'))
})
