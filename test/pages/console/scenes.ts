import type {
  CallCard,
  ConsoleEvent,
  CurveView,
  OperatorView,
  OwnCall,
  PlaceView,
  QueueView,
  Snapshot,
} from '../../../src/web/operator/protocol.ts'

/** So many seconds before or after now, as the server writes it: in the zone of the line. */
export const at = (seconds: number, now = Date.now()): string =>
  `${new Date(now + seconds * 1000 + 3 * 3_600_000).toISOString().slice(0, 23)}+03:00`

const uuid = (last: number) => `0197f3a2-0000-7000-8000-${String(last).padStart(12, '0')}`

const operator = (login: string, name: string, more: Partial<OperatorView> = {}): OperatorView => ({
  login,
  name,
  role: 'operator',
  skills: ['services', 'status'],
  languages: ['ru-RU'],
  presence: 'available',
  since: at(-340),
  reason: null,
  wrapUpUntil: null,
  placeId: null,
  ...more,
})

export const anna = operator('anna', 'Анна Петрова')
export const vera = operator('vera', 'Вера Ким', { role: 'supervisor', skills: [] })

export const colleagues: readonly OperatorView[] = [
  operator('boris', 'Борис Власов', { presence: 'talking', since: at(-212), placeId: uuid(31) }),
  operator('galiya', 'Галия Сафина', { skills: ['cabinet'], languages: ['tt-RU', 'ru-RU'] }),
  operator('denis', 'Денис Орлов', { presence: 'break', reason: 'missed', since: at(-905) }),
  operator('elena', 'Елена Константинопольская', {
    presence: 'wrap-up',
    since: at(-18),
    skills: ['services', 'business'],
  }),
  operator('zoya', 'Зоя Лис', { presence: 'offline', since: at(-40_000) }),
]

const queue = (
  name: string,
  waiting: number,
  longest: number | null,
  day: readonly [offered: number, answered: number, inTime: number, abandoned: number],
): QueueView => {
  const [offered, answered, answeredInTime, abandoned] = day
  return {
    name,
    waiting,
    longestSince: longest === null ? null : at(-longest),
    expectedWait: name === 'business' ? null : waiting * 70,
    callbacksDue: name === 'services' ? 2 : 0,
    today: {
      offered,
      answered,
      answeredInTime,
      abandoned,
      abandonedInTime: Math.floor(abandoned / 3),
      leftForCallback: Math.floor(offered / 20),
      thresholdSeconds: 20,
    },
  }
}

export const queues: readonly QueueView[] = [
  queue('business', 0, null, [31, 30, 28, 1]),
  queue('cabinet', 1, 12, [96, 90, 71, 5]),
  queue('general', 0, null, [120, 112, 96, 6]),
  queue('services', 4, 187, [214, 190, 131, 19]),
  queue('status', 0, null, [58, 55, 50, 3]),
]

const halfHour = (step: number): string =>
  `2026-11-24T${String(Math.floor(step / 2)).padStart(2, '0')}:${step % 2 ? '30' : '00'}:00.000+03:00`

/** How busy a half hour of an ordinary day is, 0 to 1. */
const wave = (step: number): number =>
  step < 16 || step > 41
    ? 0
    : Math.sin(((step - 15) / 27) * Math.PI) * (0.8 + ((step * 7) % 5) / 20)

export const curves: readonly CurveView[] = queues.map(({ name, today }) => ({
  name,
  steps: Array.from({ length: 35 }, (_, step) => ({
    at: halfHour(step),
    offered: Math.round((wave(step) * today.offered) / 12),
    answered: Math.round((wave(step) * today.answered) / 12),
    abandoned: Math.round((wave(step) * today.abandoned) / 12),
  })),
  forecast:
    name === 'status'
      ? null
      : Array.from({ length: 48 }, (_, step) => ({
          at: halfHour(step),
          offered: Math.round((wave(step) * today.offered) / 14),
        })),
}))

const place = (last: number, more: Partial<PlaceView>): PlaceView => ({
  id: uuid(last),
  queue: 'services',
  topic: 'services/passport',
  language: 'ru-RU',
  tier: null,
  since: at(-60 * last),
  mode: 'hold',
  state: 'waiting',
  window: null,
  login: null,
  ...more,
})

export const places: readonly PlaceView[] = [
  place(1, {}),
  place(2, { topic: 'services/child-benefit', language: 'tt-RU' }),
  place(3, { tier: 1, topic: 'business', queue: 'business', state: 'reserved', login: 'galiya' }),
  place(4, { mode: 'callback', window: { from: at(600), to: at(7800) } }),
  place(31, { since: at(-240), state: 'talking', login: 'boris' }),
]

export const card: CallCard = {
  reservationId: uuid(900),
  placeId: uuid(1),
  callSid: 'CA0123456789abcdef0123456789abcdef',
  phone: '+73432000017',
  name: 'Мария Ивановна Соколова',
  language: 'ru-RU',
  line: 'Горячая линия',
  businessNumber: null,
  businessKind: null,
  tier: null,
  path: ['Главное меню', 'Услуги', 'Паспорт'],
  topic: 'services/passport',
  waitedSeconds: 187,
  case: {
    number: 'RU-2026-000014',
    service: 'Замена паспорта',
    status: 'awaiting-clarification',
    expectedOn: '2026-12-04',
  },
  earlierCalls: [
    {
      callSid: 'CA1',
      startedAt: '2026-11-19T10:12:00.000+03:00',
      topic: 'status',
      outcome: 'self-served',
      operator: null,
      isColleague: false,
    },
    {
      callSid: 'CA2',
      startedAt: '2026-11-12T16:40:00.000+03:00',
      topic: 'services/passport',
      outcome: 'operator',
      operator: 'Борис Власов',
      isColleague: false,
    },
  ],
  isIntegrated: false,
  isCallback: false,
}

export const call = (state: OwnCall['state'], more: Partial<OwnCall> = {}): OwnCall => ({
  card,
  state,
  since: at(-4),
  isMuted: false,
  transfer: null,
  ringUntil: state === 'ringing' ? at(16) : null,
  ...more,
})

/** What happens to the operator herself when her call gets into a state. */
export const enter = (
  state: OwnCall['state'] | null,
  more: Partial<OwnCall> = {},
  me: OperatorView = anna,
): readonly ConsoleEvent[] => {
  const presences = {
    ringing: 'reserved',
    connecting: 'reserved',
    talking: 'talking',
    held: 'talking',
    'wrap-up': 'wrap-up',
  } as const
  if (state === null) {
    return [
      { type: 'call', call: null },
      { type: 'me', me: { ...me, since: at(0) } },
    ]
  }
  const since = state === 'held' || state === 'talking' ? at(-125) : at(-4)
  return [
    { type: 'call', call: call(state, more) },
    {
      type: 'me',
      me: {
        ...me,
        presence: presences[state],
        since,
        placeId: card.placeId,
        wrapUpUntil: state === 'wrap-up' ? at(26) : null,
      },
    },
  ]
}

export const snapshot = (more: Partial<Snapshot> = {}): Snapshot => {
  const me = more.me ?? anna
  return {
    me,
    call: null,
    day: {
      answered: 14,
      missed: 1,
      talkSeconds: 4_512,
      calls: [
        {
          callSid: 'CA3',
          startedAt: '2026-11-24T13:05:11.000+03:00',
          topic: 'services/child-benefit',
          result: 'resolved',
        },
        {
          callSid: 'CA4',
          startedAt: '2026-11-24T12:48:02.000+03:00',
          topic: 'cabinet/access',
          result: 'passed-on',
        },
        { callSid: 'CA5', startedAt: '2026-11-24T12:31:40.000+03:00', topic: null, result: null },
      ],
    },
    queues,
    operators: [me, ...colleagues].toSorted((one, other) => (one.login < other.login ? -1 : 1)),
    places: me.role === 'operator' ? [] : places,
    curves: me.role === 'operator' ? [] : curves,
    outage: null,
    topics: ['business', 'cabinet', 'doctors', 'emergency', 'general', 'services', 'status'],
    serverTime: at(0),
    ...more,
  }
}

/** The first hour of a new operator: nothing yet anywhere. */
export const nothingYet = (): Snapshot =>
  snapshot({
    me: { ...anna, presence: 'offline' },
    day: { answered: 0, missed: 0, talkSeconds: 0, calls: [] },
    queues: [],
    curves: [],
    operators: [],
  })
