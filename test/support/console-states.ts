import fc from 'fast-check'
import type { CallState, ConsoleState, OperatorState } from '../../src/operators/console-state.ts'
import type { Setting } from '../../src/web/operator/views.ts'

const start = Temporal.Instant.from('2026-11-21T09:00:00Z')

export const setting: Setting = {
  timeZone: 'Europe/Moscow',
  queues: [
    { name: 'general', skills: [] },
    { name: 'business', skills: ['business'] },
  ],
  topics: ['services'],
  topicNames: { services: 'Услуги' },
  thresholdSeconds: 20,
}

export const logins = ['anna', 'boris', 'vera'] as const

export const operatorState = (
  change: Partial<OperatorState> & { login: string },
): OperatorState => ({
  name: change.login,
  role: change.login === 'vera' ? 'supervisor' : 'operator',
  skills: [],
  languages: ['ru-RU'],
  contact: `client:${change.login}`,
  isDisabled: false,
  state: 'offline',
  since: start,
  reason: null,
  missed: 0,
  wrapUpUntil: null,
  placeId: null,
  ...change,
})

/** Three operators, nobody waiting. */
export const quiet: ConsoleState = {
  at: start,
  operators: logins.map((login) => operatorState({ login })),
  places: [],
  calls: new Map(),
  days: new Map(),
  counts: new Map(),
  estimates: new Map(),
  curves: new Map(),
  outage: null,
}

/** What happens to the state of consoles, each on its own: whether it could happen in this order does not matter here. */
export type Happening = {
  readonly name: string
  readonly to: (state: ConsoleState) => ConsoleState
}

const login = fc.constantFrom(...logins)
const placeId = fc.constantFrom('a', 'b', 'c', 'd').map((id) => `0000-${id}`)
const queue = fc.constantFrom('general', 'business')
const later = fc.integer({ min: 0, max: 7_200 }).map((seconds) => start.add({ seconds }))

const operator = (whose: string, change: Partial<OperatorState>) => (state: ConsoleState) => ({
  ...state,
  operators: state.operators.map((each) => (each.login === whose ? { ...each, ...change } : each)),
})

const call = (whose: string, change: Partial<CallState> | null) => (state: ConsoleState) => {
  const calls = new Map(state.calls)
  const known = calls.get(whose)
  if (change === null) calls.delete(whose)
  else
    calls.set(whose, {
      login: whose,
      reservationId: 'r1',
      placeId: '0000-a',
      state: 'ringing',
      since: start,
      isMuted: false,
      transfer: null,
      ringUntil: null,
      ...known,
      ...change,
    })
  return { ...state, calls }
}

const happening = (name: string, to: fc.Arbitrary<Happening['to']>): fc.Arbitrary<Happening> =>
  to.map((how) => ({ name, to: how }))

/** One of every action there is. */
export const happenings = {
  presence: happening(
    'presence',
    fc
      .tuple(login, fc.constantFrom('offline', 'available', 'break'), later)
      .map(([whose, state, since]) => operator(whose, { state, since } as Partial<OperatorState>)),
  ),
  'presence by a supervisor': happening(
    'set-presence',
    login.map((whose) => operator(whose, { state: 'break', reason: 'supervisor' })),
  ),
  'somebody waits': happening(
    'wait',
    fc.tuple(placeId, queue, later).map(([id, name, since]) => (state: ConsoleState) => ({
      ...state,
      places: [
        ...state.places.filter((place) => place.id !== id),
        {
          ...{ id, queue: name, since, topic: null, language: 'ru-RU', tier: null, window: null },
          ...{ mode: 'hold' as const, state: 'waiting' as const, login: null },
        },
      ],
    })),
  ),
  callback: happening(
    'callback',
    fc.tuple(placeId, later).map(([id, from]) => (state: ConsoleState) => ({
      ...state,
      places: state.places.map((place) =>
        place.id === id
          ? { ...place, mode: 'callback' as const, window: { from, to: from.add({ hours: 2 }) } }
          : place,
      ),
    })),
  ),
  'a claim': happening(
    'claim',
    fc.tuple(login, placeId).map(([whose, id]) => (state: ConsoleState) => ({
      ...operator(whose, { state: 'reserved', placeId: id })(call(whose, { placeId: id })(state)),
      places: state.places.map((place) =>
        place.id === id ? { ...place, state: 'reserved' as const, login: whose } : place,
      ),
    })),
  ),
  accept: happening(
    'accept',
    login.map((whose) => call(whose, { state: 'connecting' })),
  ),
  bridge: happening(
    'bridge',
    login.map(
      (whose) => (state) =>
        operator(whose, { state: 'talking' })(call(whose, { state: 'talking' })(state)),
    ),
  ),
  hold: happening(
    'hold',
    login.map((whose) => call(whose, { state: 'held' })),
  ),
  mute: happening(
    'mute',
    fc.tuple(login, fc.boolean()).map(([whose, isMuted]) => call(whose, { isMuted })),
  ),
  transfer: happening(
    'transfer',
    fc
      .tuple(login, fc.constantFrom('ringing', 'consulting', 'failed'))
      .map(([whose, state]) =>
        call(whose, { transfer: { kind: 'warm', to: 'boris', state } } as Partial<CallState>),
      ),
  ),
  'hang-up': happening(
    'hang-up',
    fc.tuple(login, later).map(
      ([whose, until]) =>
        (state) =>
          operator(whose, { state: 'wrap-up', wrapUpUntil: until, placeId: null })(
            call(whose, { state: 'wrap-up' })(state),
          ),
    ),
  ),
  decline: happening(
    'decline',
    login.map(
      (whose) => (state) =>
        operator(whose, { state: 'available', placeId: null })(call(whose, null)(state)),
    ),
  ),
  'wrap-up': happening(
    'wrap-up',
    fc
      .tuple(login, fc.integer({ min: 0, max: 3 }))
      .map(([whose, answered]) => (state: ConsoleState) => ({
        ...call(whose, null)(operator(whose, { state: 'available', wrapUpUntil: null })(state)),
        days: new Map(state.days).set(whose, {
          answered,
          missed: 0,
          talkSeconds: answered * 60,
          calls: [],
        }),
      })),
  ),
  'a place ends': happening(
    'end',
    fc
      .tuple(placeId, queue, fc.integer({ min: 1, max: 3 }))
      .map(([id, name, offered]) => (state: ConsoleState) => ({
        ...state,
        places: state.places.filter((place) => place.id !== id),
        counts: new Map(state.counts).set(name, {
          ...{ offered, answered: 1, answeredInTime: 1, abandoned: 0, abandonedInTime: 0 },
          leftForCallback: 0,
        }),
      })),
  ),
  'the day goes on': happening(
    'curve',
    fc
      .tuple(queue, fc.integer({ min: 1, max: 3 }), fc.boolean())
      .map(([name, offered, hasForecast]) => (state: ConsoleState) => ({
        ...state,
        curves: new Map(state.curves).set(name, {
          day: Temporal.PlainDate.from('2026-11-21'),
          steps: Array.from({ length: offered }, () => ({ offered, answered: 1, abandoned: 0 })),
          forecast: hasForecast ? Array(48).fill(offered) : null,
        }),
      })),
  ),
  'the carrier goes away or comes back': happening(
    'outage',
    fc
      .option(
        fc.record({
          since: later,
          kind: fc.constantFrom('unreachable' as const, 'refusing' as const),
        }),
      )
      .map((outage) => (state: ConsoleState) => ({ ...state, outage })),
  ),
  'an operator is made': happening(
    'create',
    fc.constantFrom('clara', 'zoe', 'aaron').map((made) => (state: ConsoleState) => ({
      ...state,
      operators: [
        ...state.operators.filter((each) => each.login !== made),
        operatorState({ login: made, state: 'available' }),
      ],
    })),
  ),
  'an operator is disabled': happening(
    'disable',
    fc.constantFrom('clara', 'zoe', 'aaron').map((gone) => (state: ConsoleState) => ({
      ...state,
      operators: state.operators.filter((each) => each.login !== gone),
    })),
  ),
} as const
