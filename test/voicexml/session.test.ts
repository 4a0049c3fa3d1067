import fc from 'fast-check'
import t from 'tap'
import { resume, start } from '../../src/voicexml/interpret.ts'
import type { Setting } from '../../src/voicexml/setting.ts'
import type { Input, Json, Turn } from '../../src/voicexml/turn.ts'
import { compile, type Files, talk, vxml } from './support/talk.ts'

const settingOf = (files: Files): Setting => ({
  flow: compile(files).flow,
  catalogues: new Map(),
  hasAudio: () => false,
})

const call = { document: 'main.vxml', language: 'ru-RU', session: { connection: { aai: '' } } }

const busy = {
  'root.vxml':
    vxml(`<var name="turns" expr="0"/><script>function count() { turns += 1; return turns }</script>
    <link dtmf="0" event="operator"/><catch event="operator">Operator. <goto next="main.vxml#m"/></catch>
    <catch event="error.semantic" count="3"><exit/></catch>`),
  'main.vxml': vxml(
    `<var name="seen" expr="[]"/>
    <menu id="m"><prompt>Menu <value expr="count()"/></prompt><prompt count="3">Menu again</prompt>
      <choice dtmf="1" next="#f">one</choice><choice dtmf="2" next="sub.vxml">two</choice><choice dtmf="3" next="#o">three</choice>
      <choice dtmf="*" next="#no">star</choice>
      <nomatch count="3"><throw event="operator"/></nomatch><noinput>Quiet.</noinput>
      <catch event="error.badfetch">Lost.<reprompt/></catch></menu>
    <form id="f"><grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0"><rule id="r" scope="public">
        <item>55<tag>out.a = '5'; out.b = '6';</tag></item></rule></grammar>
      <field name="a" type="digits?length=1"><filled><script>seen.push(a)</script></filled></field>
      <field name="b" type="boolean"/>
      <filled><if cond="b"><clear/><else/><goto next="#m"/></if></filled></form>
    <form id="o"><object name="x" classid="builtin:hotline/hours"><filled>
      <if cond="x.open">Open.<else/><throw event="error.semantic"/></if></filled></object>
      <subdialog name="s" src="sub.vxml#ask"><param name="p" expr="x"/><catch event="stop"><goto next="#m"/></catch></subdialog>
      <block><goto next="#m"/></block></form>`,
    'application="root.vxml"',
  ),
  'sub.vxml': vxml(`<form id="first"><block>Second.<goto next="main.vxml"/></block></form>
    <form id="ask"><var name="p"/><field name="k"><option dtmf="1">yes</option><option dtmf="2">no</option>
      <noinput><return event="stop"/></noinput><filled><return namelist="k p"/></filled></field></form>`),
}

const looping = `<catch><goto next="#a"/></catch><form id="a"><field name="k" type="digits?length=1">
  <filled><if cond="k == '7'"><throw event="x"/><elseif cond="k == '8'"/><goto next="#b"/><else/><clear/></if></filled></field></form>
  <form id="b"><block><goto next="#b"/></block></form>`

const inputs = fc
  .oneof(
    { weight: 8, arbitrary: fc.constantFrom('0', '1', '2', '3', '5', '55', '7', '8', '*', '') },
    { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
  )
  .map((digits): Input => ({ kind: 'digits', digits }))

const answers = fc.oneof(
  fc.record({ open: fc.boolean() }).map((result): Input => ({ kind: 'object-result', result })),
  fc.jsonValue().map((result): Input => ({ kind: 'object-result', result: result as Json })),
  fc.constant<Input>({ kind: 'object-error', event: 'error.platform', message: 'down' }),
)

const hangup: Input = { kind: 'hangup' }

t.test(
  'whatever comes in, a turn comes out, the same from a session that went through JSON',
  async () => {
    for (const files of [busy, looping]) {
      const setting = settingOf(files)
      fc.assert(
        fc.property(
          fc.array(fc.tuple(inputs, answers), { maxLength: 25 }),
          fc.boolean(),
          (caller, hangsUp) => {
            let turn: Turn = start(setting, call)
            for (const [keys, answer] of caller) {
              if (turn.session === null) break
              const input = turn.wait.kind === 'object' ? answer : keys
              const saved = JSON.stringify(turn.session)
              const next = resume(turn.session, input, setting)
              const same = resume(JSON.parse(saved), input, setting)
              if (JSON.stringify(next) !== JSON.stringify(same)) return false
              if (JSON.stringify(turn.session) !== saved) return false
              if (next.events.length > 2000) return false
              turn = next
            }
            if (turn.session === null) return turn.wait.kind === 'end'
            if (!hangsUp) return true
            const end = resume(turn.session, hangup, setting)
            return end.session === null && end.prompts.length === 0
          },
        ),
        { numRuns: 150 },
      )
    }
  },
)

t.test('a session holds what the call needs and nothing of its documents', async (t) => {
  const dialogs = Array.from(
    { length: 10 },
    (_, at) => `<menu id="m${at}"><prompt>${'Words. '.repeat(200)}</prompt>
      <choice dtmf="1" next="#m${(at + 1) % 10}">on</choice></menu>`,
  )
  let conversation = talk(dialogs.join(''))
  for (let turn = 0; turn < 30; turn += 1) conversation = conversation.press('1')
  t.ok(conversation.size < 1000, `${conversation.size} characters`)
})

t.test('a session goes on only with the flow it began with', async (t) => {
  const one = settingOf('<form><field name="a" type="digits"/></form>')
  const other = settingOf('<form><field name="a" type="digits?length=1"/></form>')
  const { session } = start(one, call)
  t.not(one.flow.hash, other.flow.hash)
  if (session === null) throw new Error('the call has ended')
  t.throws(() => resume(session, hangup, other), /another flow/)
  t.match(resume(session, hangup, one).wait, { kind: 'end', how: 'hangup' })
})

t.test('the hash of a flow is that of its files, in any order', async (t) => {
  const hash = (...files: [string, string][]) => compile(Object.fromEntries(files)).flow.hash
  const a: [string, string] = ['a.vxml', '<form/>']
  const b: [string, string] = ['b.vxml', '<form/>']
  t.equal(hash(a, b), hash(b, a))
  t.not(hash(a, b), hash(a))
  t.not(hash(a, b), hash(a, ['c.vxml', '<form/>']))
})

t.test('a document that hoards objects ends its call rather than the server', async (t) => {
  const call =
    talk(`<form><var name="all" expr="[]"/><field name="a" type="digits?length=1"><filled>
    <script>for (var i = 0; i &lt; 6000; i++) all.push([i])</script><clear namelist="a"/></filled></field></form>`)
  let turn = call
  for (let round = 0; round < 12 && turn.wait.kind === 'input'; round += 1) turn = turn.press('1')
  t.equal(turn.wait.kind, 'end')
})

t.test('scripts see the moment the turn was given, and an event where none was', async (t) => {
  const files = `<form><catch event="error.semantic"><log>no time</log><exit/></catch>
    <block><log expr="new Date().toISOString()"/></block><field name="k" type="digits"/></form>`
  const now = Date.UTC(2026, 10, 22, 5)
  const logged = (setting: Setting) =>
    start(setting, call).events.flatMap((each) => (each.type === 'log' ? [each.text] : []))
  t.strictSame(logged({ ...settingOf(files), now }), ['2026-11-22T05:00:00.000Z'])
  t.strictSame(logged(settingOf(files)), ['no time'])
  const first = start({ ...settingOf(files), now }, call)
  if (first.session === null) throw new Error('the call has ended')
  t.equal(JSON.stringify(first.session).includes(String(now)), false)
})

t.test('constant words are put together once, whatever moment a turn is given', async (t) => {
  const setting = settingOf(
    `<form><field name="k" type="digits"><prompt>Menu</prompt></field></form>`,
  )
  const [one, other] = [1, 2].map((now) => start({ ...setting, now }, call).prompts[0]?.segments)
  t.ok(one)
  t.equal(one, other)
})
