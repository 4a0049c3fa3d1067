import t from 'tap'
import type { CallState, ConsoleState } from '../../../src/operators/console-state.ts'
import { apply } from '../../../src/pages/console/snapshot.ts'
import { createConsoleHub } from '../../../src/web/operator/console-hub.ts'
import type { ServerMessage, Snapshot } from '../../../src/web/operator/protocol.ts'
import { quiet, setting } from '../../support/console-states.ts'

/** A hub on a state that the test changes. */
const hubOf = (t: { teardown(work: () => void): unknown }) => {
  let state: ConsoleState = quiet
  let reads = 0
  const faults: unknown[] = []
  const hub = createConsoleHub({
    read: async () => {
      reads += 1
      return state
    },
    setting: () => setting,
    card: async () => null,
    onFault: (cause) => faults.push(cause),
    restMs: 0,
  })
  t.teardown(hub.close)
  const set = async (next: ConsoleState) => {
    state = next
    await hub.refresh()
  }
  /** Boris comes and goes, so many times: one message each. */
  const toggle = async (times: number) => {
    for (let time = 0; time < times; time++) {
      const at = quiet.at.add({ seconds: ++count })
      await set({
        ...quiet,
        operators: quiet.operators.map((each) =>
          each.login === 'boris' ? { ...each, state: 'available', since: at } : each,
        ),
      })
    }
  }
  let count = 0
  const join = async (after: number | null) => {
    const messages: ServerMessage[] = []
    let isGone = false
    const leave = await hub.join('anna', after, {
      send: (message) => messages.push(message),
      gone: () => {
        isGone = true
      },
    })
    return { messages, leave, isGone: () => isGone }
  }
  return { hub, set, toggle, join, reads: () => reads, faults }
}

const snapshotIn = (messages: readonly ServerMessage[]) => {
  const found = messages.find((message) => message.type === 'snapshot')
  if (found?.type !== 'snapshot') throw new Error('no snapshot')
  return found
}

const kinds = (messages: readonly ServerMessage[]) => messages.map(({ type }) => type)

t.test('who comes back gets what was missed, wherever they left', async (t) => {
  const { join, toggle } = hubOf(t)
  const first = await join(null)
  await toggle(5)
  const { sequence, snapshot } = snapshotIn(first.messages)
  t.strictSame(kinds(first.messages), ['snapshot', ...Array(5).fill('events')])
  t.strictSame(
    first.messages.map((message) => 'sequence' in message && message.sequence - sequence),
    [0, 1, 2, 3, 4, 5],
    'numbers without gaps',
  )
  for (const missed of [5, 3, 1, 0]) {
    const { messages } = await join(sequence + 5 - missed)
    const inStep = { type: 'events', sequence: sequence + 5, events: [] }
    const expected = missed === 0 ? [inStep] : first.messages.slice(6 - missed)
    t.strictSame(messages, expected, `${missed} missed`)
  }
  const last = snapshotIn((await join(null)).messages).snapshot
  const applied = first.messages.reduce<Snapshot>(
    (known, message) => (message.type === 'events' ? apply(known, message.events) : known),
    snapshot,
  )
  t.strictSame({ ...applied, serverTime: '' }, { ...last, serverTime: '' })
})

t.test('what is no longer kept, never was, or is no number leads to a new snapshot', async (t) => {
  const { join, toggle } = hubOf(t)
  const { sequence } = snapshotIn((await join(null)).messages)
  await toggle(300)
  const current = sequence + 300
  t.strictSame(kinds((await join(current - 256)).messages), Array(256).fill('events'))
  for (const after of [
    current - 257,
    sequence,
    sequence - 1,
    current + 1,
    0,
    Number.NaN,
    1.5,
    'x' as unknown as number,
    {} as unknown as number,
  ]) {
    const { messages } = await join(after)
    t.strictSame(kinds(messages), ['resync', 'snapshot'], String(after))
    t.equal(snapshotIn(messages).sequence, current)
  }
})

t.test('a stream that nobody listens to goes on where it stood', async (t) => {
  const { join, toggle } = hubOf(t)
  const before = await join(null)
  before.leave()
  await toggle(3)
  t.equal(before.messages.length, 1, 'nothing is sent to who has left')
  const after = await join(snapshotIn(before.messages).sequence)
  t.strictSame(kinds(after.messages), ['events'])
})

t.test('numbers of another node are none of this one', async (t) => {
  const one = hubOf(t)
  const { sequence } = snapshotIn((await one.join(null)).messages)
  const { messages } = await hubOf(t).join(sequence)
  t.strictSame(kinds(messages), ['resync', 'snapshot'])
})

t.test('a storm of hints is one reading, or two', async (t) => {
  const { hub, join, reads } = hubOf(t)
  await join(null)
  const before = reads()
  await Promise.all(Array.from({ length: 100 }, () => hub.refresh()))
  t.ok(reads() - before <= 2, String(reads() - before))
})

t.test('new words go out as a snapshot; an operator who is no more is let go', async (t) => {
  const { join, set } = hubOf(t)
  const { messages, isGone } = await join(null)
  await set({ ...quiet, operators: quiet.operators.filter(({ login }) => login !== 'anna') })
  t.ok(isGone())
  t.equal(messages.length, 1)
})

t.test('a fault of reading is told and survived; a card that fails is not shown', async (t) => {
  const faults: unknown[] = []
  let fails = false
  let shown = false
  const calls = new Map<string, CallState>([
    [
      'anna',
      {
        ...{ login: 'anna', reservationId: 'r1', placeId: 'p', state: 'ringing', since: quiet.at },
        ...{ isMuted: false, transfer: null, ringUntil: null },
      },
    ],
  ])
  const hub = createConsoleHub({
    read: async () => {
      if (fails) throw new Error('away')
      return { ...quiet, calls }
    },
    setting: () => setting,
    card: async () => {
      shown = true
      throw new Error('no journal')
    },
    onFault: (cause) => faults.push(cause),
    restMs: 0,
  })
  t.teardown(hub.close)
  const messages: ServerMessage[] = []
  await hub.join('anna', null, { send: (message) => messages.push(message), gone: () => {} })
  t.ok(shown)
  t.equal(snapshotIn(messages).snapshot.call, null)
  fails = true
  await hub.refresh()
  fails = false
  await hub.refresh()
  t.match(faults, [/no journal/, /away/, /no journal/])
})
