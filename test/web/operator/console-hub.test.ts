import t from 'tap'
import type { CallState, ConsoleState } from '../../../src/operators/console-state.ts'
import { apply } from '../../../src/pages/console/snapshot.ts'
import { createConsoleHub } from '../../../src/web/operator/console-hub.ts'
import type {
  CallCard,
  ConsoleEvent,
  ServerMessage,
  Snapshot,
} from '../../../src/web/operator/protocol.ts'
import { operatorState, quiet, setting } from '../../support/console-states.ts'

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
  /** Anna comes and goes, so many times: one message each. */
  const toggle = async (times: number) => {
    for (let time = 0; time < times; time++) {
      const at = quiet.at.add({ seconds: ++count })
      await set({
        ...quiet,
        operators: quiet.operators.map((each) =>
          each.login === 'anna' ? { ...each, state: 'available', since: at } : each,
        ),
      })
    }
  }
  let count = 0
  const join = async (after: number | null) => {
    const messages: ServerMessage[] = []
    let isGone = false
    const { leave } = await hub.join('anna', after, {
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
  await new Promise(setImmediate)
  t.match(faults, [/no journal/, /away/, /no journal/])
})

/** Consoles of so many operators, on one state that the test changes. */
const crowd = async (t: { teardown(work: () => void): unknown }, size: number) => {
  const logins = Array.from({ length: size }, (_, index) => `op${String(index).padStart(3, '0')}`)
  let state: ConsoleState = {
    ...quiet,
    operators: [
      ...logins.map((login) => operatorState({ login, state: 'available' })),
      operatorState({ login: 'vera', role: 'supervisor' }),
    ],
  }
  const hub = createConsoleHub({
    read: async () => state,
    setting: () => setting,
    card: async () => null,
    onFault: (cause) => {
      throw cause
    },
    restMs: 0,
  })
  t.teardown(hub.close)
  const heard = new Map<string, ConsoleEvent[]>()
  const listen = async (login: string) => {
    const events: ConsoleEvent[] = []
    heard.set(login, events)
    const send = (message: ServerMessage) => {
      if (message.type === 'events') events.push(...message.events)
    }
    const { look } = await hub.join(login, null, { send, gone: () => {} })
    looks.set(login, look)
    look(true)
    events.length = 0
  }
  const looks = new Map<string, (isLooking: boolean) => void>()
  await Promise.all([...logins, 'vera'].map(listen))
  const pause = (login: string) => {
    state = {
      ...state,
      operators: state.operators.map((each) =>
        each.login === login ? { ...each, state: 'break' } : each,
      ),
    }
    return hub.refresh()
  }
  return {
    pause,
    heard: (login: string) => heard.get(login) ?? [],
    look: (login: string, isLooking: boolean) => looks.get(login)?.(isLooking),
  }
}

t.test('a few consoles hear of each other at once', async (t) => {
  const { pause, heard } = await crowd(t, 5)
  await pause('op001')
  t.match(heard('op002'), [{ type: 'operator', operator: { login: 'op001', presence: 'break' } }])
})

t.test(
  'of many each hears of itself at once, the board of all, and all of it in the end',
  async (t) => {
    const { pause, heard } = await crowd(t, 60)
    await pause('op001')
    await pause('op002')
    t.match(heard('op001'), [{ type: 'me', me: { presence: 'break' } }])
    t.same(heard('op003'), [])
    t.match(heard('vera'), [{ operator: { login: 'op001' } }, { operator: { login: 'op002' } }])
    while (heard('op003').length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    t.match(
      heard('op003'),
      [{ operator: { login: 'op001' } }, { operator: { login: 'op002' } }],
      'without anything else having happened',
    )
  },
)

t.test('of each other they hear only while they look', async (t) => {
  const { pause, heard, look } = await crowd(t, 3)
  look('op000', false)
  const gone = ['op000', 'op001', 'op002', 'vera'].map((login) => ({
    type: 'operator-gone',
    login,
  }))
  t.strictSame(heard('op000'), gone.slice(0, 3), 'vera is offline')
  await pause('op001')
  await pause('op000')
  t.match(heard('op000').slice(3), [{ type: 'me', me: { presence: 'break' } }])
  look('op000', true)
  t.match(heard('op000').slice(4), [
    { type: 'operator', operator: { login: 'op000', presence: 'break' } },
    { type: 'operator', operator: { login: 'op001', presence: 'break' } },
    { type: 'operator', operator: { login: 'op002', presence: 'available' } },
  ])
  t.match(heard('vera').length, 2, 'a supervisor need not look')
})

t.test('a reading is of what was touched, and of everything where that is not known', async (t) => {
  const asked: (readonly (readonly string[])[] | null)[] = []
  let fails = false
  const hub = createConsoleHub({
    read: async (changed) => {
      asked.push(changed === null ? null : [[...changed.places], [...changed.logins]])
      if (fails) throw new Error('away')
      return quiet
    },
    setting: () => setting,
    card: async () => null,
    onFault: () => {},
    restMs: 0,
  })
  t.teardown(hub.close)
  await hub.refresh({ login: 'anna' })
  await Promise.all([
    hub.refresh({ login: 'anna', placeId: 'a' }),
    hub.refresh({ login: 'boris' }),
    hub.refresh({ login: 'anna' }),
  ])
  await Promise.all([hub.refresh({ login: 'anna' }), hub.refresh({ makesNoPair: true })])
  fails = true
  await hub.refresh({ login: 'anna' })
  fails = false
  await hub.refresh({ login: 'boris' })
  await hub.refresh({ login: 'boris' })
  t.strictSame(asked, [
    null,
    [['a'], ['anna', 'boris']],
    null,
    [[], ['anna']],
    null,
    [[], ['boris']],
  ])
})

t.test('a card that is slow holds up nobody else', async (t) => {
  const calls = new Map<string, CallState>([
    [
      'anna',
      {
        ...{ login: 'anna', reservationId: 'r1', placeId: 'p', state: 'ringing', since: quiet.at },
        ...{ isMuted: false, transfer: null, ringUntil: null },
      },
    ],
  ])
  let state: ConsoleState = quiet
  const { promise, resolve } = Promise.withResolvers<CallCard | null>()
  const hub = createConsoleHub({
    read: async () => state,
    setting: () => setting,
    card: () => promise,
    onFault: () => {},
    restMs: 0,
  })
  t.teardown(hub.close)
  const messages = new Map<string, ServerMessage[]>()
  for (const login of ['anna', 'boris']) {
    const own: ServerMessage[] = []
    messages.set(login, own)
    const send = (message: ServerMessage) => own.push(message)
    const { look } = await hub.join(login, null, { send, gone: () => {} })
    look(true)
  }
  state = {
    ...quiet,
    calls,
    operators: quiet.operators.map((each) =>
      each.login === 'boris' ? { ...each, state: 'break' } : each,
    ),
  }
  await hub.refresh()
  t.match(messages.get('boris'), [{}, { events: [{ type: 'me' }, { type: 'operator' }] }])
  t.match(messages.get('anna')?.length, 2, 'the list of operators')
  resolve({ reservationId: 'r1' } as CallCard)
  await promise
  await new Promise(setImmediate)
  t.match(messages.get('anna')?.[2], { events: [{ type: 'call', call: { state: 'ringing' } }] })
})
