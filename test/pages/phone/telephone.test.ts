import fc from 'fast-check'
import t from 'tap'
import {
  apply,
  dial,
  lose,
  onHook,
  press,
  type Telephone,
} from '../../../src/pages/phone/telephone.ts'
import type { PhoneReport } from '../../../src/simulator/phone-protocol.ts'
import {
  answered,
  cut,
  ended,
  heard,
  listens,
  ringing,
  said,
  says,
  webhook,
} from '../../support/phone-scenes.ts'

const to = '+78005557373'

/** The telephone after these reports, one a second. */
const after = (reports: readonly PhoneReport[], start: Telephone = dial(to)): Telephone =>
  reports.reduce((state, report, index) => apply(state, report, 1000 * (index + 1)), start)

const kinds = (state: Telephone) => state.conversation.map(({ kind }) => kind)

t.test('a call goes from dialling to in progress to ended and keeps its times', async (t) => {
  t.same(dial(to).call, { state: 'dialling', to })
  t.same(after([ringing(to), answered(to)]).call, { state: 'in-progress', to, since: 2000 })
  t.same(after([ringing(to), answered(to), ended(to, 'completed')]).call, {
    state: 'ended',
    to,
    reason: 'completed',
    since: 2000,
    until: 3000,
  })
})

t.test('a call that nobody answered has no beginning', async (t) => {
  t.match(after([ringing(to), ended(to, 'busy')]).call, { since: null, reason: 'busy' })
})

t.test('a call that the carrier begins by itself shows like one that was dialled', async (t) => {
  t.same(after([ringing(to)], onHook), dial(to))
})

t.test('the conversation keeps prompts, keys and silence in the order they happened', async (t) => {
  const state = after([
    answered(to),
    says(1, 'Здравствуйте.'),
    said(1),
    listens(1),
    says(2, 'Услуги — нажмите один.'),
    cut(2),
    heard('1'),
    says(3, 'Услуги.', 'ru-RU'),
    said(3),
    heard(''),
  ])
  t.same(kinds(state), ['dialled', 'prompt', 'prompt', 'keys', 'prompt', 'silence'])
  t.match(state.conversation[2], { text: 'Услуги — нажмите один.', ended: 'cut-by-key' })
  t.match(state.conversation[3], { digits: '1' })
})

t.test('a prompt is open until its end is reported, and the hang-up ends it', async (t) => {
  const speaking = after([answered(to), says(1, 'Здравствуйте.')])
  t.match(speaking.conversation[1], { ended: null })
  t.match(apply(speaking, said(1), 0).conversation[1], { ended: 'finished' })
  t.match(apply(speaking, ended(to, 'hung-up-by-caller'), 0).conversation[1], { ended: 'hang-up' })
})

t.test('a recorded file without text is still a prompt', async (t) => {
  const report: PhoneReport = {
    type: 'utterance',
    utterance: 1,
    text: '',
    language: 'tt-RU',
    milliseconds: 900,
    audioUrl: '/media/1.wav',
  }
  t.match(after([answered(to), report]).conversation[1], { recorded: true, text: '' })
})

t.test('short recordings that make up a sentence are one prompt', async (t) => {
  const plays = (utterance: number, text: string): PhoneReport[] => [
    {
      type: 'utterance',
      utterance,
      text,
      language: 'tt-RU',
      milliseconds: 500,
      audioUrl: `/audio/${utterance}.wav`,
    },
    said(utterance),
  ]
  const texts = ['Номер:', 'сигез', ',', 'ике', '.', 'Сау булыгыз.']
  const { conversation } = after([
    answered(to),
    ...texts.flatMap((text, index) => plays(index + 1, text)),
  ])
  t.match(conversation.slice(1), [
    { kind: 'prompt', text: 'Номер: сигез, ике.', utterance: 5, ended: 'finished' },
    { kind: 'prompt', text: 'Сау булыгыз.' },
  ])
})

t.test('keys are pending until the line has taken them', async (t) => {
  const listening = after([answered(to), listens(10)])
  const typed = press(press(listening, '2026'), '000001')
  t.equal(typed.typed, '2026000001')
  t.equal(apply(typed, heard('2026000001'), 0).typed, '')
  t.equal(apply(typed, heard('2026000001'), 0).listening, null)
})

t.test('the line listens while it speaks', async (t) => {
  t.match(after([answered(to), listens(4), says(1, 'Код.')]).listening, { maxDigits: 4 })
})

t.test('keys pressed while the line takes none are not kept', async (t) => {
  t.equal(press(onHook, '5'), onHook)
  t.equal(press(dial(to), '5').typed, '')
  t.equal(press(after([answered(to), says(1, 'Здравствуйте.')]), '5').typed, '')
})

t.test(
  'webhooks, turns and notes of the debugger are kept in order, after the call too',
  async (t) => {
    const { wire } = after([
      answered(to),
      {
        type: 'trace',
        callSid: 'CA1',
        turn: 0,
        steps: [{ kind: 'dialog', text: 'main.vxml#menu' }],
        transcript: { at: '2026-11-24 10:05 Europe/Moscow', givens: [], lines: [] },
      },
      webhook('/voice/incoming', 'main.vxml#menu/choice', 'Здравствуйте'),
      { type: 'debugger', code: 12100, message: 'Document parse failure' },
      ended(to, 'failed'),
      webhook('/voice/status', '', ''),
      { type: 'settled', callSid: 'CA1' },
    ])
    t.same(
      wire.map(({ id, type }) => [id, type]),
      [
        [0, 'trace'],
        [1, 'webhook'],
        [2, 'debugger'],
        [3, 'webhook'],
      ],
    )
  },
)

t.test('a new call puts away what the last one left', async (t) => {
  const over = after([answered(to), says(1, 'Здравствуйте.'), ended(to, 'completed')])
  t.same(after([ringing(to)], over), dial(to))
})

t.test(
  'a refused call leaves the telephone on the hook, with the reason and the number',
  async (t) => {
    const state = after([{ type: 'refused', message: 'no such line' }])
    t.same(state, { ...onHook, refused: { message: 'no such line', to } })
  },
)

t.test('a command refused during a call does not end it', async (t) => {
  const state = after([answered(to), { type: 'refused', message: 'too long' }])
  t.equal(state.call.state, 'in-progress')
  t.same(state.refused, { message: 'too long', to: null })
})

t.test('a recording is noted with its length', async (t) => {
  const recording = { type: 'recording', maxSeconds: 60, finishOnKey: '#' } as const
  const state = after([answered(to), recording])
  t.match(state.conversation.at(-1), { kind: 'recording', maxSeconds: 60 })
  t.same(state.recording, recording)
})

t.test('keys are heard in a recording, and its end takes them', async (t) => {
  const recording = { type: 'recording', maxSeconds: 60, finishOnKey: '#' } as const
  const pressed = press(after([answered(to), recording]), '#')
  t.equal(pressed.typed, '#')
  const state = apply(pressed, { type: 'recorded', seconds: 7, digits: '#' }, 5000)
  t.match(state, { recording: null, typed: '' })
  t.match(state.conversation.at(-1), { kind: 'recorded', seconds: 7 })
  t.equal(lose(after([answered(to), recording]), 9000).recording, null)
})

t.test('a call to somebody else is followed to its end', async (t) => {
  const called = '+79161112233'
  const state = after([
    answered(to),
    { type: 'transfer', state: 'ringing', to: called },
    { type: 'transfer', state: 'ended', to: called, status: 'busy', seconds: 0 },
  ])
  t.same(kinds(state), ['dialled', 'transfer', 'transfer'])
  t.match(state.conversation.at(-1), { state: 'ended', status: 'busy' })
})

t.test('the way to a person is told: waiting, talking, over', async (t) => {
  const state = after([
    answered(to),
    { type: 'queue', state: 'entered', name: 'general' },
    { type: 'queue', state: 'left', name: 'general', result: 'redirected' },
    { type: 'conference', state: 'joined', name: 'one' },
    { type: 'conference', state: 'talking', name: 'one' },
    { type: 'conference', state: 'left', name: 'one' },
  ])
  t.same(kinds(state), ['dialled', 'person', 'person', 'person'])
  t.match(state.conversation.slice(1), [
    { state: 'waiting' },
    { state: 'talking' },
    { state: 'over' },
  ])
  const alone = after([
    answered(to),
    { type: 'conference', state: 'joined', name: 'one' },
    { type: 'conference', state: 'left', name: 'one' },
  ])
  t.same(kinds(alone), ['dialled'])
})

t.test('a lost connection ends the call once and keeps the conversation', async (t) => {
  const lost = lose(after([answered(to), says(1, 'Здравствуйте.')]), 9000)
  t.match(lost.call, { state: 'ended', reason: 'connection-lost', until: 9000 })
  t.same(kinds(lost), ['dialled', 'prompt', 'ended'])
  t.equal(lose(lost, 10000), lost)
  t.equal(lose(onHook, 9000), onHook)
})

t.test(
  'whatever a carrier reports, remarks are numbered in order and no key stays after the call',
  async () => {
    const report = fc.oneof(
      fc.constantFrom(ringing(to), answered(to), ended(to, 'completed'), listens(4), listens(null)),
      fc.nat(3).map((utterance) => says(utterance, 'Текст.')),
      fc.nat(3).map((utterance) => said(utterance)),
      fc.stringMatching(/^[0-9*#]{0,4}$/).map((digits) => heard(digits)),
      fc.constant<PhoneReport>({ type: 'refused', message: 'no' }),
    )
    const step = fc.oneof(
      report.map((given) => (state: Telephone) => apply(state, given, 1)),
      fc.stringMatching(/^[0-9*#]{1,3}$/).map((keys) => (state: Telephone) => press(state, keys)),
      fc.constant((state: Telephone) => lose(state, 2)),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const state = steps.reduce((current, next) => next(current), onHook)
        const inOrder = state.conversation.every(({ id }, index) => id === index)
        return inOrder && (state.call.state === 'in-progress' || state.typed === '')
      }),
    )
  },
)

t.test(
  'a call from the line rings, is answered, and is a conversation like any other',
  async (t) => {
    const callSid = 'CA0123456789abcdef0123456789abcdef'
    const own = '+79991234567'
    const rings = { type: 'ringing', callSid, from: to, to: own } as const
    const before = after([answered(to), says(1, 'До свидания.'), ended(to, 'completed')])
    const ringingNow = after([rings], before)
    t.same(ringingNow.call, { state: 'ringing', to, callSid })
    t.same(kinds(ringingNow), [...kinds(before), 'rung'], 'what was said before stays until then')
    t.same(after([rings], after([answered(to)])).call, after([answered(to)]).call)

    const talk = after(
      [ringing(own), answered(own), says(1, 'Вы просили перезвонить.')],
      ringingNow,
    )
    t.same(talk.call, { state: 'in-progress', to, since: 2000 })
    t.same(kinds(talk), ['rung', 'prompt'])
    t.match(after([ended(own, 'completed')], talk).call, { state: 'ended', to })

    for (const why of ['over', 'answered-elsewhere'] as const) {
      const missed = after([{ type: 'ringing-over', callSid, why }], ringingNow)
      t.same(missed.call, { state: 'none' })
      t.match(missed.conversation.at(-1), { kind: 'missed', why })
    }
    t.match(lose(ringingNow, 5000).call, { state: 'none' })
  },
)

t.test('with a person at the other end no keys are waited for, and music is told', async (t) => {
  const talking = after([
    answered(to),
    { type: 'queue', state: 'entered', name: 'general' },
    listens(1),
    { type: 'queue', state: 'left', name: 'general', result: 'redirected' },
    { type: 'conference', state: 'joined', name: 'one' },
    { type: 'conference', state: 'talking', name: 'one' },
  ])
  t.match(talking, { listening: null, person: 'talking' })
  const held = after([{ type: 'conference', state: 'held', name: 'one' }], talking)
  t.equal(held.person, 'held')
  const over = after([{ type: 'conference', state: 'left', name: 'one' }], held)
  t.equal(over.person, null)
  t.match(over.conversation.at(-1), { kind: 'person', state: 'over' })
  const left = after([
    answered(to),
    { type: 'queue', state: 'entered', name: 'general' },
    { type: 'queue', state: 'left', name: 'general', result: 'leave' },
  ])
  t.equal(left.person, null)
  t.same(kinds(left), ['dialled', 'person'])
})
