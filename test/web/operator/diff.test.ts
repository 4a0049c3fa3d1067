import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import type { CallState, ConsoleState } from '../../../src/operators/console-state.ts'
import { apply } from '../../../src/pages/console/snapshot.ts'
import { diff, rememberingLists } from '../../../src/web/operator/diff.ts'
import type { CallCard, Snapshot } from '../../../src/web/operator/protocol.ts'
import { snapshotFor, type Views, viewsOf } from '../../../src/web/operator/views.ts'
import { happenings, logins, quiet, setting } from '../../support/console-states.ts'

const card = (login: string): CallCard => ({
  reservationId: 'r1',
  placeId: '0000-a',
  callSid: `CA${login}`,
  phone: '+79161234567',
  name: null,
  language: 'ru-RU',
  line: 'Горячая линия',
  businessNumber: null,
  businessKind: null,
  tier: null,
  path: ['Услуги'],
  topic: null,
  waitedSeconds: 3,
  case: null,
  earlierCalls: [],
  isIntegrated: false,
  isCallback: false,
})

const seenBy = (views: Views, login: string, isLooking = true): Snapshot => {
  const snapshot = snapshotFor(views, login, card(login), views, isLooking)
  if (snapshot === null) throw new Error(`${login} is gone`)
  return snapshot
}

/** Through the wire and back. */
const sent = <T>(value: T): T => JSON.parse(JSON.stringify(value))

const followed = (states: readonly ConsoleState[]) => {
  let views = viewsOf(quiet, setting, null)
  const clients = new Map(logins.map((login) => [login, sent(seenBy(views, login))]))
  const told: string[][] = []
  let wasLooking = true
  for (const [index, state] of states.entries()) {
    const isLooking = index % 3 !== 2
    const next = viewsOf(state, setting, views)
    const listEvents = rememberingLists()
    for (const login of logins) {
      const snapshot = seenBy(next, login, isLooking)
      const events = diff(seenBy(views, login, wasLooking), snapshot, listEvents)
      if (events === 'snapshot') throw new Error('no snapshot was needed')
      told.push(events.map(({ type }) => type))
      const client = clients.get(login)
      if (client === undefined) throw new Error('no client')
      const after = { ...apply(client, sent(events)), serverTime: '' }
      clients.set(login, after)
      deepStrictEqual(after, { ...sent(snapshot), serverTime: '' })
    }
    views = next
    wasLooking = isLooking
  }
  return told
}

for (const [name, happening] of Object.entries(happenings))
  t.test(`after ${name} every client that applies the events has the next snapshot`, async () => {
    const anything = fc.oneof(...Object.values(happenings))
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 8 }), happening, (before, last) => {
        const states: ConsoleState[] = []
        for (const { to } of [...before, last]) states.push(to(states.at(-1) ?? quiet))
        followed(states)
      }),
      { numRuns: 15 },
    )
  })

t.test('what has not changed makes no events', async (t) => {
  const same = { ...quiet, at: quiet.at.add({ seconds: 5 }), operators: [...quiet.operators] }
  t.strictSame(followed([same, quiet]), [[], [], [], [], [], []])
})

t.test('views that are as they were stay the same objects', async (t) => {
  const views = viewsOf(quiet, setting, null)
  const next = viewsOf(
    { ...quiet, operators: quiet.operators.map((each) => ({ ...each })) },
    setting,
    views,
  )
  t.equal(next.operators, views.operators)
  t.equal(next.signedIn, views.signedIn)
  t.equal(next.queues, views.queues)
  t.equal(next.places, views.places)
})

t.test('a row that is read anew is compared once', async (t) => {
  let looks = 0
  const watched = () => ({
    ...quiet,
    operators: quiet.operators.map((each) => ({
      ...each,
      get name() {
        looks++
        return each.name
      },
    })),
  })
  const first = viewsOf(watched(), setting, null)
  const again = watched()
  const second = viewsOf(again, setting, first)
  const before = looks
  t.equal(viewsOf(again, setting, second).operators, first.operators)
  t.equal(looks, before)
})

t.test('who has waited longest is the first by time, whatever the order of the rows', async (t) => {
  const place = (id: string, seconds: number) => ({
    ...{ id, queue: 'general', topic: null, language: 'ru-RU', tier: null, window: null },
    ...({ since: quiet.at.add({ seconds }), mode: 'hold', state: 'waiting', login: null } as const),
  })
  const places = [place('a', 3), place('b', 1), place('c', 2)]
  const [general] = viewsOf({ ...quiet, places }, setting, null).queues.filter(
    ({ name }) => name === 'general',
  )
  t.match(general, { waiting: 3, longestSince: '2026-11-21T12:00:01.000+03:00' })
})

t.test('an operator sees neither places nor who is offline', async (t) => {
  const views = viewsOf(
    {
      ...quiet,
      operators: quiet.operators.map((each) =>
        each.login === 'boris' ? { ...each, state: 'available' } : each,
      ),
      places: [
        {
          ...{ id: '0000-a', queue: 'general', topic: null, language: 'ru-RU', tier: null },
          ...{ since: quiet.at, mode: 'hold', state: 'waiting', window: null, login: null },
        },
      ],
    },
    setting,
    null,
  )
  const anna = seenBy(views, 'anna')
  t.strictSame([anna.places, anna.operators.map(({ login }) => login)], [[], ['boris']])
  t.strictSame(seenBy(views, 'anna', false).operators, [], 'nor anybody while not looking')
  const vera = seenBy(views, 'vera')
  t.strictSame([vera.places.length, vera.operators.length], [1, 3])
})

t.test('a call without its card is not shown', async (t) => {
  const calls = new Map<string, CallState>([
    [
      'anna',
      {
        ...{ login: 'anna', reservationId: 'r1', placeId: 'p', state: 'ringing', since: quiet.at },
        ...{ isMuted: false, transfer: null, ringUntil: null },
      },
    ],
  ])
  const views = viewsOf({ ...quiet, calls }, setting, null)
  t.equal(snapshotFor(views, 'anna', null)?.call, null)
  t.equal(snapshotFor(views, 'anna', { ...card('anna'), reservationId: 'other' })?.call, null)
  t.match(snapshotFor(views, 'anna', card('anna'))?.call, { state: 'ringing' })
  t.equal(snapshotFor(views, 'boris', card('boris'))?.call, null)
})

t.test('words that no event tells of need a snapshot', async (t) => {
  const before = seenBy(viewsOf(quiet, setting, null), 'anna')
  t.equal(diff(before, { ...before, topics: ['other'] }), 'snapshot')
})
