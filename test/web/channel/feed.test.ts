import t from 'tap'
import type { ChannelEvent } from '../../../src/channel/event.ts'
import type { ChannelState, Disclosed } from '../../../src/channel/ports.ts'
import { createFeed } from '../../../src/web/channel/feed.ts'
import { createOutbox } from '../../../src/web/channel/outbox.ts'
import type { ServerMessage } from '../../../src/web/channel/protocol.ts'

const at = Temporal.Instant.from('2026-11-22T03:00:00Z')
const phone = '+79161234567'

const empty: ChannelState = {
  id: '00000000-0000-4000-8000-000000000000',
  callSid: 'CA1',
  line: '+78005557373',
  phone,
  openedAt: at,
  closedAt: null,
  isChatOpen: true,
  operator: 'anna',
  lastSequence: 0,
  location: null,
  locationSequence: null,
  caller: { name: 'Ольга', isProfileShown: true },
  trusted: [],
  online: [],
  names: new Map([['operator:anna', 'Анна']]),
  fingerprint: '',
}

const messageAt = (sequence: number): ChannelEvent => ({
  type: 'message',
  sequence,
  at,
  id: String(sequence),
  author: 'caller',
  text: `${sequence}`,
})

/** One page of a channel with so many messages; its socket takes as much as the test lets it. */
const scene = (
  participant: { kind: 'caller'; phone: string } | { kind: 'operator'; login: string },
  cursor: unknown = null,
) => {
  let state = empty
  let events: readonly ChannelEvent[] = []
  let now = 0
  const disclosed: Disclosed[] = []
  const told: ServerMessage[] = []
  const flushes: (() => void)[] = []
  let isTerminated = false
  const socket = {
    OPEN: 1 as const,
    readyState: 1 as const,
    bufferedAmount: 0,
    send: (text: string, taken: () => void) => {
      told.push(JSON.parse(text))
      flushes.push(taken)
    },
    terminate: () => {
      isTerminated = true
    },
  }
  let isShut = false
  const feed = createFeed(
    {
      viewer: { participant, timeZone: 'Europe/Moscow', lineName: () => 'Врачи' },
      outbox: createOutbox(socket as never, () => now),
      state: () => state,
      atHand: (after) =>
        after >= events.length - 50 ? events.filter(({ sequence }) => sequence > after) : null,
      read: async (after) => ({ state, events: events.slice(after, after + 100) }),
      disclose: async (_login, what) => {
        disclosed.push(...what)
      },
      onShut: () => {
        isShut = true
      },
    },
    cursor,
  )
  const flush = () => {
    for (const taken of flushes.splice(0)) taken()
  }
  return {
    feed,
    told,
    disclosed,
    socket,
    flush,
    wait: (milliseconds: number) => {
      now += milliseconds
    },
    isShut: () => isShut,
    isTerminated: () => isTerminated,
    change: (changes: Partial<ChannelState>) => {
      state = { ...state, ...changes }
      return feed.advance()
    },
    say: (count: number) => {
      events = [
        ...events,
        ...Array.from({ length: count }, (_, index) => messageAt(events.length + index + 1)),
      ]
      state = { ...state, lastSequence: events.length }
      return feed.advance()
    },
    numbers: () =>
      told
        .slice(told.findLastIndex(({ type }) => type === 'channel'))
        .flatMap((message) => (message.type === 'events' ? message.events : []))
        .map(({ sequence }) => sequence),
  }
}

const caller = { kind: 'caller', phone } as const
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, i) => from + i)
const types = (told: readonly ServerMessage[]) => told.map(({ type }) => type)

t.test('a long history comes in parts, each event once', async (t) => {
  const page = scene(caller)
  await page.say(730)
  t.same(page.numbers(), upTo(730))
  t.notOk(types(page.told).includes('resync'))
  await page.say(3)
  t.same(page.numbers(), upTo(733))
})

t.test('a page that does not read is told nothing more until it has read', async (t) => {
  const page = scene(caller)
  await page.say(2)
  page.socket.bufferedAmount = 1024 * 1024 + 1
  const before = page.told.length
  await page.say(40)
  t.equal(page.told.length, before)
  t.ok(page.feed.isHeld())
  page.socket.bufferedAmount = 0
  page.flush()
  await page.feed.advance()
  t.notOk(page.feed.isHeld())
  t.same(page.numbers(), upTo(42))
  t.notOk(types(page.told).includes('resync'), 'nothing is sent twice over a weak network')
})

t.test('something that lies unsent for ten seconds holds the rest back too', async (t) => {
  const page = scene(caller)
  await page.say(1)
  page.wait(10_001)
  await page.say(1)
  t.same(page.numbers(), [1])
  page.flush()
  await page.feed.advance()
  t.same(page.numbers(), [1, 2])
})

t.test('a page that was too slow for too long begins anew', async (t) => {
  const page = scene(caller)
  await page.say(2)
  page.socket.bufferedAmount = 2 * 1024 * 1024
  for (let times = 0; times < 6; times++) await page.say(100)
  page.socket.bufferedAmount = 0
  await page.feed.advance()
  t.equal(types(page.told).filter((type) => type === 'resync').length, 1)
  t.same(page.numbers(), upTo(602))
})

t.test('a socket that takes nothing at all is cut off', async (t) => {
  const page = scene(caller)
  await page.say(1)
  page.socket.bufferedAmount = 5 * 1024 * 1024
  createOutbox(page.socket as never, () => 0).send({ type: 'resync' })
  t.ok(page.isTerminated())
})

t.test('a cursor is taken if it is one of ours and not too old', async (t) => {
  for (const [cursor, begins] of [
    [600, 601],
    [100, 101],
    [0, 1],
    [99, 1],
    [601, 1],
    [-1, 1],
    [1.5, 1],
    ['7', 1],
  ] as const) {
    const page = scene(caller, cursor)
    // 600 events are there before the page is.
    const count = cursor === 0 ? 500 : 600
    await page.say(count)
    t.same(page.numbers(), upTo(count, begins), String(cursor))
    t.equal(types(page.told)[0] === 'resync', begins === 1 && cursor !== 0, String(cursor))
  }
})

t.test('an operator is shown nothing that is not noted before', async (t) => {
  const page = scene({ kind: 'operator', login: 'anna' })
  await page.say(1)
  t.same(page.disclosed, ['profile', 'messages'])
  const location = { latitude: 55, longitude: 37, accuracyMetres: 5, isFollowed: false, at }
  await page.change({ location, locationSequence: 1 })
  t.same(page.disclosed, ['profile', 'messages', 'location'])
})

t.test('who loses the right is told so, and nothing after it', async (t) => {
  const page = scene({ kind: 'operator', login: 'anna' })
  await page.say(1)
  await page.change({ operator: 'boris' })
  t.ok(page.isShut())
  t.match(page.told.at(-1), { type: 'rights', rights: { read: false } })
  const before = page.told.length
  await page.say(1)
  t.equal(page.told.length, before)
})

t.test('a name that is no longer to be shown is shown no longer', async (t) => {
  const page = scene({ kind: 'operator', login: 'anna' })
  await page.say(1)
  t.match(page.told[0], { channel: { line: 'Врачи', caller: { phone, name: 'Ольга' } } })
  await page.change({ caller: { name: 'Ольга', isProfileShown: false } })
  t.same(types(page.told).slice(-3), ['resync', 'channel', 'events'])
  t.match(page.told.at(-2), { channel: { caller: null } })
  t.match(page.told.at(-1), { events: [{ author: { kind: 'caller', name: '' } }] })
})

t.test('levels go to who leads', async (t) => {
  const levels = { caller: 0.5, operator: 0, silentSeconds: 0 }
  for (const [participant, hears] of [
    [{ kind: 'operator', login: 'anna' }, true],
    [caller, false],
  ] as const) {
    const page = scene(participant)
    await page.say(1)
    page.feed.tellLevels(levels)
    t.equal(types(page.told).includes('levels'), hears)
  }
})
