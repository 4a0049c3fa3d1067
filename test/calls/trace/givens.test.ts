import t from 'tap'
import type { PlatformContext } from '../../../src/calls/platform/platform-function.ts'
import { fetchLines, givenLines, type Question } from '../../../src/calls/trace/givens.ts'
import type { FetchRequest } from '../../../src/voicexml/fetch-request.ts'
import type { Json } from '../../../src/voicexml/turn.ts'
import { readShippedFlows } from '../../support/shipped-flows.ts'

const { flowSet } = await readShippedFlows()
const at = Temporal.Instant.from('2026-11-24T07:05:00Z')
const phone = '+79161234567'
const context: PlatformContext = {
  callSid: 'CA00000000000000000000000000000001',
  from: phone,
  language: 'ru-RU',
  line: flowSet.lines.get('+78005557373') ?? null,
  flowSet,
  notices: [],
  now: at,
}

const asked = (name: string, params: Question['params'], result: Json): Question => ({
  name,
  params,
  answer: { kind: 'object-result', result },
  language: 'ru-RU',
  after: 0,
  context,
})

const status = (number: string, code: string, result: Json): Question =>
  asked('application-status', { number, code }, result)

const callback = (result: Json): Question => asked('callback-request', { phone }, result)

const linesOf = (...questions: readonly Question[]) => givenLines(questions, at)

const known = (state: string): Json => ({ status: state, tier: null, name: null })

t.test('what follows from line and time is not written down', async (t) => {
  t.same(linesOf(asked('business', { inn: '7707083893' }, known('unknown'))), [])
})

const fault = { kind: 'object-error', event: 'error.platform', message: 'it said "no"' } as const

t.test('what does not is prescribed, one answer after another', async (t) => {
  t.same(
    linesOf(
      asked('business', { inn: '7707083893' }, known('known')),
      asked('business', { inn: '1' }, known('invalid')),
      { ...asked('hours', {}, null), answer: fault },
    ),
    [
      'given answer business {"status":"known","tier":null,"name":null}',
      'given answer business {"status":"invalid","tier":null,"name":null}',
      `given fault hours error.platform "it said 'no'"`,
    ],
  )
})

const found = (state: string, reason: string | null = null): Json => ({
  status: 'found',
  state,
  reason,
  expectedOn: '2026-12-01',
})

t.test('applications are given by number and code', async (t) => {
  t.same(
    linesOf(
      status('2026000002', '1111', { status: 'refused' }),
      status('2026000002', '5555', found('refused', 'No photo')),
      status('2026000001', '4321', found('approved')),
    ),
    [
      'given case 2026000001 code 4321 state approved expected 2026-12-01',
      'given case 2026000002 code 5555 state refused reason "No photo" expected 2026-12-01',
    ],
  )
  const refused = status('2026000001', '1111', { status: 'refused' })
  t.same(linesOf(refused, refused, refused, status('1', '1', { status: 'locked' })), [])
})

t.test('applications that a new database would number otherwise are prescribed', async (t) => {
  for (const [number, code, result] of [
    ['2026000007', '4321', found('approved')],
    ['7', '4321', found('approved')],
    ['2026000001', 'x', found('approved')],
    ['2026000001', '4321', found('approved', 'a "word"')],
    ['2026000001', '4321', { status: 'locked' }],
    ['2026000001', '4321', null],
  ] as const) {
    const answer = `given answer application-status ${JSON.stringify(result)}`
    t.same(linesOf(status(number, code, result)), [answer])
  }
})

t.test('a callback asked for earlier is given, one of this call follows', async (t) => {
  t.same(linesOf(callback({ status: 'exists', ticket: '100042' })), [
    `given callback ${phone} ticket 100042`,
  ])
  const first = callback({ status: 'accepted', ticket: '100001' })
  t.same(linesOf(first, callback({ status: 'exists', ticket: '100001' })), [])
  t.same(linesOf(callback({ status: 'accepted', ticket: '100042' })), [
    'given answer callback-request {"status":"accepted","ticket":"100042"}',
  ])
  t.same(linesOf(first, callback({ status: 'exists', ticket: '100002' })).length, 2)
  t.same(linesOf(callback({ status: 'refused', reason: 'too-many' })).length, 1)
})

t.test('notices are given by language', async (t) => {
  const heard = (text: string, recording = '') =>
    asked('notice', {}, { texts: [], notices: [{ language: 'ru-RU', text, recording }] })
  const notice = heard('Saturday is a working day.')
  t.same(linesOf(notice, notice), ['given notice ru-RU text "Saturday is a working day."'])
  t.match(linesOf(heard('a "word"')), [/^given answer notice /])
  t.match(linesOf(heard('a word', '/a.wav')), [/^given answer notice /])
})

t.test('what came from outside is given as it came', async (t) => {
  const request = { url: 'https://example.org/hours' } as FetchRequest
  t.same(
    fetchLines([
      { request, answer: { kind: 'text', text: '<open from="9">\n</open>', hash: '1' } },
      { request, answer: { kind: 'failed', event: 'error.badfetch.http.404', message: 'gone' } },
    ]),
    [
      'given fetch https://example.org/hours {"text":"<open from=\\"9\\">\\n</open>"}',
      'given fetch https://example.org/hours {"event":"error.badfetch.http.404","message":"gone"}',
    ],
  )
})
