import t from 'tap'
import { type LateStatusesOptions, lateStatuses } from '../../src/calls/late-statuses.ts'
import type { CarrierStatus } from '../../src/calls/ports.ts'
import { newCallSid } from '../support/call-records.ts'

const status = (callSid = newCallSid()): CarrierStatus => ({
  callSid,
  status: 'completed',
  sequence: 1,
  happenedAt: null,
  receivedAt: Temporal.Now.instant(),
  durationSeconds: null,
})

/** A store that fails while `away`, and a clock that the test moves. */
const scene = (options: Partial<LateStatusesOptions> = {}) => {
  const stored: CarrierStatus[] = []
  const lost: CarrierStatus[] = []
  const waits: number[] = []
  const state = { away: true, due: null as (() => void) | null, calledOff: 0 }
  const late = lateStatuses({
    store: async (each) => {
      if (state.away) throw new Error('away')
      stored.push(each)
    },
    later: (milliseconds, work) => {
      waits.push(milliseconds)
      state.due = work
      return () => {
        state.due = null
        state.calledOff += 1
      }
    },
    onLost: (each) => lost.push(each),
    ...options,
  })
  const pass = async () => {
    const { due } = state
    state.due = null
    due?.()
    await new Promise(setImmediate)
  }
  return { late, stored, lost, waits, state, pass }
}

t.test('what could not be stored is stored once the store is back, in its order', async (t) => {
  const { late, stored, waits, state, pass } = scene()
  const [first, second] = [status(), status()]
  late.add(first)
  late.add(second)
  t.equal(waits.length, 1, 'one try for all')
  await pass()
  t.equal(late.size(), 2)
  state.away = false
  await pass()
  t.strictSame(stored, [first, second])
  t.equal(late.size(), 0)
  t.equal(state.due, null, 'nothing more to wait for')
})

t.test('the waits grow up to a minute and begin anew after a success', async (t) => {
  const { late, waits, state, pass } = scene()
  late.add(status())
  for (let tries = 0; tries < 8; tries++) await pass()
  t.strictSame(
    waits,
    [1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1000),
  )
  state.away = false
  await pass()
  state.away = true
  late.add(status())
  t.equal(waits.at(-1), 1000)
})

t.test('one that always fails does not keep others from being stored', async (t) => {
  const poison = newCallSid()
  const stored: string[] = []
  const { late, pass } = scene({
    store: async ({ callSid }) => {
      if (callSid === poison) throw new Error('poison')
      stored.push(callSid)
    },
  })
  const good = [newCallSid(), newCallSid()]
  for (const callSid of [poison, ...good]) late.add(status(callSid))
  await pass()
  t.strictSame(stored, good)
  t.equal(late.size(), 1)
})

t.test('one that fails for more than a day of tries is given up', async (t) => {
  const { late, lost, state, pass } = scene()
  const poison = status()
  late.add(poison)
  for (let tries = 0; state.due !== null && tries < 2000; tries++) await pass()
  t.strictSame(lost, [poison])
  t.equal(late.size(), 0)
})

t.test('no more than fit wait; the oldest are lost and said to be', async (t) => {
  const { late, lost } = scene({ capacity: 2 })
  const all = [status(), status(), status()]
  for (const each of all) late.add(each)
  t.equal(late.size(), 2)
  t.strictSame(lost, [all[0]])
})

t.test('after the stop nothing is tried any more', async (t) => {
  const { late, stored, state, pass } = scene()
  late.add(status())
  late.stop()
  t.equal(state.calledOff, 1)
  state.away = false
  late.add(status())
  await pass()
  t.strictSame(stored, [])
})
