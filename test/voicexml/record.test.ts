import fc from 'fast-check'
import t from 'tap'
import type { RecordingInput } from '../../src/voicexml/turn.ts'
import { talk } from './support/talk.ts'

const reference = `RE${'0'.repeat(32)}`

/** The caller has spoken for so long, silence included. */
const spoken = (seconds: number, more: Partial<RecordingInput> = {}): RecordingInput => ({
  kind: 'recording',
  recording: { reference, address: `https://carrier/${reference}`, seconds, bytes: 44 },
  key: '',
  hungUp: false,
  ...more,
})

const nothing: RecordingInput = { kind: 'recording', recording: null, key: '', hungUp: false }

const shadow = `<log><value expr="typeof m"/> <value expr="m$.duration"/> <value expr="m$.size"/>
  <value expr="m$.termchar"/> <value expr="m$.maxtime"/></log>`

const message = (attributes: string, content = '') =>
  `<form id="f"><record name="m" ${attributes}><prompt>Speak.</prompt>${content}
    <filled>${shadow}</filled></record><block>Done.</block></form>`

t.test('a recording follows its prompts, with the limits that the document sets', async (t) => {
  const call = talk(message('beep="true" maxtime="90s" finalsilence="2500ms" dtmfterm="false"'))
  t.same(call.said, ['Speak.'])
  t.same(call.wait, {
    kind: 'record',
    beep: true,
    maxSeconds: 90,
    silenceSeconds: 3,
    keys: '',
    position: 'main.vxml#f/m',
  })
})

t.test('where the document says nothing any key ends it, and there is no beep', async (t) => {
  t.match(talk(message('')).wait, { kind: 'record', beep: false, keys: '1234567890*#' })
})

t.test('what was said fills the item and its shadow', async (t) => {
  const call = talk(message('finalsilence="3s"')).take(spoken(9))
  t.same(call.logged, ['object 9000 44 undefined false'])
  t.same(call.said, ['Done.'])
  t.match(call.events, [{ type: 'recording', item: 'm', reference, seconds: 9 }])
})

t.test('the key that ended it is in the shadow and in the last result', async (t) => {
  const files = message(
    '',
    '<filled><log><value expr="application.lastresult$.utterance"/></log></filled>',
  )
  const call = talk(files).take(spoken(2, { key: '#' }))
  t.same(call.logged, ['#', 'object 2000 44 # false'])
})

t.test('the longest time is told', async (t) => {
  const call = talk(message('maxtime="10s"')).take(spoken(10))
  t.same(call.logged, ['object 10000 44 undefined true'])
})

t.test('nothing recorded, or nothing but the silence that ended it, is noinput', async (t) => {
  const files = message('finalsilence="3s"', '<noinput>Louder.<reprompt/></noinput>')
  for (const silence of [nothing, spoken(3)]) {
    const call = talk(files).take(silence)
    t.same(call.thrown, ['noinput'])
    t.same(call.said, ['Louder.', 'Speak.'])
    t.match(call.wait, { kind: 'record' })
  }
  t.same(talk(files).silence().thrown, ['noinput'])
})

t.test('a key before the first word leaves the item empty, without noinput', async (t) => {
  const call = talk(message('')).take(spoken(0, { key: '1' }))
  t.same(call.thrown, [])
  t.same(call.said, ['Speak.'])
  t.match(call.wait, { kind: 'record' })
})

t.test('the caller who hangs up leaves the recording to the handlers', async (t) => {
  const call = talk(`<form><catch event="connection.disconnect.hangup">Nobody hears this.
    <if cond="m">${shadow}</if></catch><record name="m"><filled><log>never</log></filled></record></form>`)
  const gone = call.take(spoken(4, { hungUp: true }))
  t.same(gone.thrown, ['connection.disconnect.hangup'])
  t.same(gone.logged, ['object 4000 44 undefined false'])
  t.same([gone.said, gone.wait], [[], { kind: 'end', how: 'hangup' }])
  t.same(call.hangup().logged, [])
  t.same(call.take({ ...nothing, hungUp: true }).logged, [])
})

t.test('a recording can be kept in a session, handed on and played', async (t) => {
  const call =
    talk(`<form><record name="m"/><field name="k" type="digits?length=1"><prompt>Keep?</prompt></field>
    <block>You said <audio expr="m">nothing</audio></block></form>`)
  const played = call.take(spoken(7)).press('1')
  t.same(played.said, [`You said [https://carrier/${reference}]`])
})

t.test('documents cannot change a recording', async (t) => {
  const call =
    talk(`<form><record name="m"><filled><assign name="m.address" expr="'x'"/></filled></record>
    <catch event="error.semantic"><log><value expr="m.address"/></log><exit/></catch></form>`)
  t.same(call.take(spoken(7)).logged, [`https://carrier/${reference}`])
})

const links = (attributes: string) => `<link dtmf="9" event="home"/><link dtmf="12" event="never"/>
  <catch event="home"><log>home <value expr="typeof m"/></log><exit/></catch>
  <form><record name="m" ${attributes}><grammar mode="dtmf" version="1.0" root="r">
    <rule id="r">5</rule></grammar><filled>${shadow}</filled></record></form>`

t.test('grammars from outside are deaf in a recording unless it is not modal', async (t) => {
  t.same(talk(links('')).take(spoken(3, { key: '9' })).logged, ['object 3000 44 9 false'])
  const left = talk(links('modal="false"')).take(spoken(3, { key: '9' }))
  t.same(left.logged, ['home undefined'])
})

t.test('without dtmfterm only keys that a grammar takes end it', async (t) => {
  t.match(talk(links('dtmfterm="false"')).wait, { keys: '5' })
  const open = talk(links('dtmfterm="false" modal="false"'))
  t.match(open.wait, { keys: '59' })
  t.same(open.take(spoken(3, { key: '5' })).logged, ['object 3000 44 undefined false'])
})

t.test('a dialog that listens to nothing but speech has no key to end it', async (t) => {
  const call = talk(`<property name="inputmodes" value="voice"/>${message('')}`)
  t.match(call.wait, { keys: '' })
})

t.test('recordings are WAV files', async (t) => {
  t.match(talk(message('type="audio/x-wav"')).wait, { kind: 'record' })
  t.same(talk(message('type="audio/basic"')).thrown, ['error.unsupported.format'])
})

t.test('nothing is recorded after the hang-up', async (t) => {
  const call = talk(`<form><catch event="connection"><goto next="#r"/></catch>
    <field name="a" type="digits"/></form><form id="r"><record name="m"/></form>`)
  t.same(call.hangup().wait, { kind: 'end', how: 'hangup' })
})

t.test(
  'a key pressed where nothing is recorded yet is heard by the grammars from outside',
  async (t) => {
    const early = { ...nothing, key: '9' }
    t.same(talk(links('modal="false"')).take(early).logged, ['home undefined'])
    const own = talk(links('')).take(early)
    t.same(own.thrown, [])
    t.match(own.wait, { kind: 'record' })
  },
)

t.test('in a subdialog a recording can be returned', async (t) => {
  const call =
    talk(`<form><subdialog name="s" src="#ask"><filled><log><value expr="s.m.seconds"/></log></filled></subdialog></form>
    <form id="ask"><record name="m"><filled><return namelist="m"/></filled></record></form>`)
  t.same(call.take(spoken(9)).logged, ['9'])
})

const inputs = fc.oneof(
  fc.record({
    kind: fc.constant('recording' as const),
    recording: fc.option(
      fc.record({
        reference: fc.string(),
        address: fc.webUrl(),
        seconds: fc.nat(400),
        bytes: fc.nat(),
      }),
    ),
    key: fc.constantFrom('', ...'0123456789*#'),
    hungUp: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('transfer' as const),
    result: fc.constantFrom('busy' as const, 'far_end_disconnect' as const, 'unknown' as const),
    seconds: fc.nat(400),
    hungUp: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('digits' as const), digits: fc.constantFrom('', '1', '9', '77') }),
)

t.test('whatever the world answers, the call goes on or ends', async (t) => {
  const files = `${links('modal="false" maxtime="20s"')}
    <form id="t"><transfer name="t" dest="tel:+79161112233" bridge="true"/>
    <record name="again" dtmfterm="false"/><field name="a" type="digits"/></form>`
  fc.assert(
    fc.property(fc.array(inputs, { maxLength: 8 }), (answers) => {
      let call = talk(files.replace('<exit/>', '<goto next="#t"/>'))
      for (const answer of answers) {
        if (call.wait.kind === 'end') return
        call = call.take(answer)
      }
    }),
    { numRuns: 60 },
  )
  t.pass()
})
