import t from 'tap'
import type { CallbackWish } from '../../src/callbacks/ports.ts'
import type { RequestedCallback } from '../../src/callbacks/request-callback.ts'
import type { FlowSet, Line } from '../../src/calls/flow-set.ts'
import type {
  Params,
  PlatformAnswer,
  PlatformContext,
} from '../../src/calls/platform/platform-function.ts'
import { platformFunctions } from '../../src/calls/platform.ts'
import type { Effects } from '../../src/calls/ports.ts'
import { scheduleOf } from '../support/schedules.ts'

const office = scheduleOf({ weekly: { 'mon-fri': ['08:00-20:00'] } })

const line: Line = {
  number: '+78005557373',
  name: 'Горячая линия',
  description: null,
  flow: 'main.vxml',
  languages: ['ru-RU', 'en-US'],
  schedule: 'office',
  queue: 'general',
  integrated: false,
}

const flowSet = {
  timezone: 'Europe/Moscow',
  lines: new Map([[line.number, line]]),
  schedules: new Map([['office', office]]),
  queues: new Map([
    ['general', {}],
    ['status', {}],
  ]),
  setting: { catalogues: new Map([['ru-RU', new Map()]]) },
} as unknown as FlowSet

const context: PlatformContext = {
  callSid: `CA${'0'.repeat(32)}`,
  from: '+79161234567',
  language: 'ru-RU',
  line,
  flowSet,
  notices: [],
  // Tuesday.
  now: Temporal.Instant.from('2026-11-24T10:05:00+03:00'),
}

/** What a function answered the flow. */
const resultOf = <T>({ answer }: PlatformAnswer): T =>
  (answer.kind === 'object-result' ? answer.result : null) as T

const ask = async (
  name: string,
  params: Params,
  change: Partial<PlatformContext> = {},
  callback: (wish: CallbackWish) => RequestedCallback = () => {
    throw new Error('No callback was expected')
  },
): Promise<PlatformAnswer> => {
  const platform = platformFunctions.get(name)
  if (platform === undefined) throw new Error(`no function ${name}`)
  const asked = { ...context, ...change }
  if (!platform.writes) return platform.answer(params, asked)
  const effects = {
    requestCallback: async (wish: CallbackWish) => callback(wish),
    takePlace: async () => ({ kind: 'nobody' }),
  }
  const answer = await platform.answer(params, asked, effects as unknown as Effects)
  if ('waits' in answer) throw new Error(`${name} lets the caller wait`)
  return answer
}

const at = (text: string) => ({ now: Temporal.Instant.from(text) })

t.test('hours tell whether it is open, until when, and from when again', async (t) => {
  t.match(await ask('hours', { schedule: 'office' }), {
    answer: {
      result: {
        open: true,
        until: '2026-11-24T20:00:00.000+03:00',
        next: '2026-11-25T08:00:00.000+03:00',
      },
    },
  })
})

t.test('hours change at their moment, whatever was answered before', async (t) => {
  const isOpen = async (text: string) => {
    return resultOf<{ open: boolean }>(await ask('hours', {}, at(text))).open
  }
  const asked = ['19:59:59.999', '20:00', '23:00', '07:59:59', '08:00'].map(
    (time, index) => `2026-11-${index < 3 ? 24 : 25}T${time}+03:00`,
  )
  const open: boolean[] = []
  for (const text of asked) open.push(await isOpen(text))
  t.same(open, [true, false, false, false, true])
  t.equal(await isOpen('2026-11-24T21:00+03:00'), false, 'also when the clock goes back')
})

t.test('a line without a schedule is always open; an unknown schedule is a fault', async (t) => {
  const always = await ask('hours', {}, { line: { ...line, schedule: null } })
  t.match(always, { answer: { result: { open: true, until: null, next: null } } })
  t.match(await ask('hours', { schedule: 'none' }), {
    answer: { kind: 'object-error', event: 'error.semantic' },
  })
})

t.test('a language that the line offers comes into force, another does not', async (t) => {
  t.match(await ask('language', { language: 'en-US' }), {
    answer: { language: 'en-US' },
    changes: { language: 'en-US' },
  })
  t.strictSame(await ask('language', { language: 'de-DE' }), {
    answer: { kind: 'object-result', result: { language: 'ru-RU' } },
  })
})

t.test('the log names the queue that was meant, never one that is not there', async (t) => {
  t.match(await ask('enqueue', { queue: 'status' }), {
    answer: { result: { status: 'closed' } },
    changes: { queue: 'status' },
  })
  t.match(await ask('enqueue', { queue: 'no-such' }), { changes: { queue: 'general' } })
  t.match(await ask('enqueue', {}), { changes: { queue: 'general' } })
})

t.test('a keyed number is read and judged', async (t) => {
  t.match(await ask('phone-number', { phone: '89161234567' }), {
    answer: { result: { valid: true, allowed: true, e164: '+79161234567' } },
  })
  t.match(await ask('phone-number', { phone: '88005557373' }), {
    answer: { result: { valid: true, allowed: false } },
  })
  t.match(await ask('phone-number', { phone: '12' }), {
    answer: { result: { valid: false, allowed: false, e164: null, national: null } },
  })
})

t.test('windows lie within hours and begin after some time to prepare', async (t) => {
  const answer = await ask('callback-windows', {}, at('2026-11-24T17:45:00+03:00'))
  const { windows } = resultOf<{ windows: { from: string; to: string }[] }>(answer)
  t.equal(windows.length, 5)
  t.same(windows[0], {
    from: '2026-11-25T08:00:00.000+03:00',
    to: '2026-11-25T10:00:00.000+03:00',
  })
})

t.test(
  'a callback goes to the calling number, as soon as possible, when nothing else is said',
  async (t) => {
    const wishes: CallbackWish[] = []
    const answer = await ask(
      'callback-request',
      { queue: 'status', topic: 'status' },
      {},
      (wish) => {
        wishes.push(wish)
        return { status: 'accepted', ticket: '100001', window: null }
      },
    )
    t.match(wishes, [{ phone: '+79161234567', queue: 'status', topic: 'status', window: null }])
    t.match(answer, {
      answer: { result: { status: 'accepted', ticket: '100001', from: null, to: null } },
      changes: { callbackTicket: '100001', queue: 'status', outcome: 'callback-requested' },
    })
  },
)

t.test('a window is taken only within hours and only in the future', async (t) => {
  const reasonOf = async (from: string, to: string) => {
    return resultOf<{ reason: string }>(await ask('callback-request', { from, to })).reason
  }
  t.equal(await reasonOf('2026-11-24T19:00', '2026-11-24T21:00'), 'outside-hours')
  t.equal(await reasonOf('2026-11-24T08:00', '2026-11-24T10:00'), 'too-late')
  t.equal(await reasonOf('2026-11-25T10:00', '2026-11-25T10:00'), 'outside-hours')
  t.equal(await reasonOf('2027-11-24T10:00', '2027-11-24T12:00'), 'outside-hours')
  t.equal(await reasonOf('tomorrow', 'after'), 'outside-hours')
  const kept = await ask(
    'callback-request',
    { from: '2026-11-25T10:00:00.000+03:00', to: '2026-11-25T12:00:00.000+03:00' },
    {},
    ({ window }) => ({ status: 'exists', ticket: '7', window }),
  )
  t.match(kept, {
    answer: { result: { status: 'exists', from: '2026-11-25T10:00:00.000+03:00' } },
  })
})

t.test('numbers that may not be dialled are refused with the reason', async (t) => {
  const reasonOf = async (params: Params, change: Partial<PlatformContext> = {}) => {
    return resultOf<{ reason: string }>(await ask('callback-request', params, change)).reason
  }
  t.equal(await reasonOf({}, { from: 'anonymous' }), 'no-number')
  t.equal(await reasonOf({ phone: '+14155550100' }), 'number-not-allowed')
  t.equal(await reasonOf({ phone: '112' }), 'number-not-allowed')
  t.equal(await reasonOf({ phone: line.number }), 'number-not-allowed')
})

t.test('the number of an organisation is proved, not found', async (t) => {
  t.match(await ask('business', { inn: '7707083893' }), {
    answer: { result: { status: 'unknown', tier: null, name: null } },
  })
  t.match(await ask('business', { inn: '7707083894' }), {
    answer: { result: { status: 'invalid' } },
  })
})
