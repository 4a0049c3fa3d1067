import t from 'tap'
import type { CommittedTurn } from '../../../src/calls/commit-turn.ts'
import { createTracer, type TurnTrace } from '../../../src/calls/trace/tracer.ts'
import { conversation } from '../../../src/simulator/dial-record.ts'
import type { FetchRequest, Given } from '../../../src/voicexml/fetch-request.ts'
import type { FlowEvent, Input } from '../../../src/voicexml/turn.ts'
import { purePhone } from '../../support/pure-phone.ts'
import { readShippedFlows, transcriptFiles } from '../../support/shipped-flows.ts'
import { tracedPhone } from '../../support/traced-phone.ts'
import { parseTranscript, perform } from '../../support/transcript.ts'

const { flowSet } = await readShippedFlows()

/** What is prescribed there, a real platform would have to be talked into. */
const isPrescribed = /^given (?:answer|fault|notice|called-back) /m

const recorded = async (text: string): Promise<{ text: string; traces: readonly TurnTrace[] }> => {
  const traces: TurnTrace[] = []
  await perform(parseTranscript(text), tracedPhone(flowSet, traces))
  return { text: conversation('As recorded', traces) ?? '', traces }
}

const heardIn = (text: string): string => text.match(/^ {2}.*$/gm)?.join('\n') ?? ''

t.test('every golden conversation that is recorded says the same and passes at once', async (t) => {
  for (const { name, text } of transcriptFiles()) {
    if (isPrescribed.test(text)) continue
    const { text: again } = await recorded(text)
    t.equal(heardIn(again), heardIn(text), name)
    t.equal(await perform(parseTranscript(again), purePhone(flowSet)), again, name)
  }
})

t.test('a secret is masked wherever it turns up, and other digits are kept for it', async (t) => {
  const { text, traces } = await recorded(`Status
at 2026-11-24 10:05 Europe/Moscow
given case 2026000001 code 7093 state approved
call +79161234567 -> +78005557373
keys 3
keys 2026000001#
keys 8256
keys 2026000001#
keys 7093
hang-up
`)
  t.notMatch(JSON.stringify(traces), /7093|8256/)
  t.match(text, 'given case 2026000001 code 1111 state approved')
  t.same(text.match(/(?<=^keys )\S+$/gm), ['3', '2026000001#', '4321', '2026000001#', '1111'])
  const asked = traces.flatMap(({ steps }) => steps).filter(({ kind }) => kind === 'asked')
  t.match(asked.at(-1)?.text, /code: '•••' } → { status: 'found', number: 'RU-2026-000001'/)
})

t.test('a turn is told in the order it happened, and what changed after it', async (t) => {
  const { traces } = await recorded(`Menu
at 2026-11-24 10:05 Europe/Moscow
call +79161234567 -> +78005557373
keys 7
keys 3
silence
`)
  const steps = traces.map((trace) => trace.steps.map(({ kind, text }) => `${kind} ${text}`))
  t.match(steps[0]?.slice(0, 6), [
    'dialog hotline/main.vxml#welcome',
    'dialog hotline/main.vxml#greeting',
    'dialog hotline/main.vxml#news',
    /^asked notice {/,
    /^asked hours { schedule: 'hotline' } → { open: true, until: '2026-11-24T20:00/,
    'dialog hotline/main.vxml#menu',
  ])
  t.same(steps[1], [
    'input menu 7 nomatch',
    'event nomatch in menu',
    'waits hotline/main.vxml#menu, 1 key, 5 s',
  ])
  t.same(steps[2], [
    'input menu 3 match',
    'dialog hotline/status.vxml#status',
    'log topic status',
    "variable application.topic = 'status'",
    'waits hotline/status.vxml#status/number, up to 11 keys, # ends, 5 s',
  ])
  t.same(steps[3]?.slice(0, 2), ['input status/number noinput', 'event noinput in status'])
})

t.test(
  'turns that go on at once are one for the conversation, and tell what was fetched',
  async (t) => {
    const tracer = createTracer()
    const startedAt = Temporal.Instant.from('2026-11-24T07:05:00Z')
    const call = { callSid: 'CA1', startedAt, from: '+79161234567', to: '+78005557373' }
    const context = {
      ...call,
      language: 'ru-RU',
      line: flowSet.lines.get(call.to) ?? null,
      flowSet,
      notices: [],
      now: startedAt,
    }
    const turn = (
      number: number,
      settled: Pick<CommittedTurn['settled'], 'events' | 'wait'>,
      input?: Input,
    ): CommittedTurn => ({
      take: {
        ...call,
        turn: number,
        marks: { outcome: null, topic: null },
        ...(input === undefined ? {} : { input }),
      },
      context,
      settled: {
        session: null,
        prompts: [],
        asked: [],
        changes: {},
        language: 'ru-RU',
        ...settled,
      },
      outside: number === 1 ? fetched : { fetched: [], texts: new Map() },
    })
    const result: Input = { kind: 'object-result', result: {} }
    const traces = [
      turn(0, { events: [mark('first')], wait: { kind: 'go-on', input: result } }),
      turn(1, { events: [mark('second')], wait: { kind: 'end', how: 'exit' } }, result),
    ].map(tracer)
    t.same(
      traces.flatMap(({ transcript }) => transcript.lines),
      [`call ${call.from} -> ${call.to}`, '  log note first', '  log note second', '  ends exit'],
    )
    t.same(
      traces.flatMap(({ steps }) => steps.map(({ kind, text }) => `${kind} ${text}`)),
      [
        'log note first',
        'waits go-on',
        'log note second',
        'fetched https://example.org/one → 5 characters',
        'fetched https://example.org/two → error.badfetch.http.404',
        'waits end: exit',
      ],
    )
  },
)

const mark = (text: string): FlowEvent => ({ type: 'log', label: 'note', text })

const request = (url: string): FetchRequest => ({
  purpose: 'data',
  method: 'get',
  url,
  body: null,
  timeoutMs: null,
  maxAgeSeconds: null,
  maxStaleSeconds: null,
})

const fetched: Given = {
  fetched: [
    {
      request: request('https://example.org/one'),
      answer: { kind: 'text', text: '<one>', hash: '1' },
    },
    {
      request: request('https://example.org/two'),
      answer: { kind: 'failed', event: 'error.badfetch.http.404', message: 'not found' },
    },
  ],
  texts: new Map([['1', '<one>']]),
}
