import t from 'tap'
import { buildFlowSet } from '../../src/flow-files/build-flow-set.ts'
import { contentHash } from '../../src/flow-files/content-hash.ts'
import { resume, start } from '../../src/voicexml/interpret.ts'
import type { Session } from '../../src/voicexml/session.ts'
import { changedVariables, variablesOf } from '../../src/voicexml/variables.ts'

const texts = Object.entries({
  'lines.yaml': 'lines:\n  - { number: "+78005557373", flow: main.vxml, languages: [en-US] }\n',
  'root.vxml': `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml">
    <var name="visits" expr="1"/>
    <script>function twice(n) { return 2 * n }</script>
  </vxml>`,
  'main.vxml': `<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml" application="root.vxml">
    <var name="made" expr="new Date(0)"/>
    <var name="list" expr="[1, 'two', { three: 3, 'and four': null }]"/>
    <var name="self" expr="{}"/>
    <form id="ask">
      <block><assign name="self.self" expr="self"/></block>
      <field name="choice" type="digits?length=1">
        <prompt>Which?</prompt>
        <filled>
          <assign name="application.visits" expr="application.visits + 1"/>
          <assign name="list" expr="new Array(50).join('long ').split('l')"/>
        </filled>
      </field>
      <subdialog name="more" src="#sub"/>
    </form>
    <form id="sub">
      <var name="inner" expr="'deep'"/>
      <field name="again" type="digits?length=1"><prompt>Again?</prompt></field>
    </form>
  </vxml>`,
})

const { setting } = buildFlowSet(
  { texts: new Map(texts), audio: new Map(), findings: [] },
  contentHash,
).flowSet

const call = { document: 'main.vxml', language: 'en-US', session: {} }

const opened = (session: Session | null): Session => {
  if (session === null) throw new Error('the call has ended')
  return session
}

const first = opened(start(setting, call).session)
const second = opened(resume(first, { kind: 'digits', digits: '7' }, setting).session)

const pairs = (...given: Parameters<typeof variablesOf>) =>
  Object.fromEntries([...variablesOf(...given).values()].map(({ name, value }) => [name, value]))

t.test('variables are told by scope and written as a script would', async (t) => {
  t.same(pairs(first, setting), {
    'application.visits': '1',
    'application.twice': 'function',
    'document.made': '1970-01-01T00:00:00.000Z',
    'document.list': "[1, 'two', { three: 3, 'and four': null }]",
    'document.self': '{ self: { self: { self: { self: … } } } }',
    'dialog.choice': 'undefined',
    'dialog.more': 'undefined',
  })
})

t.test('those of a subdialog are marked, long values are cut off', async (t) => {
  const variables = pairs(second, setting)
  t.match(variables, { 'dialog.choice': "'7'", '>dialog.inner': "'deep'" })
  t.match(variables['document.list'], /^\['', 'ong ', .*…/)
  t.ok((variables['document.list'] ?? '').length <= 121)
})

t.test('of two states the difference is what has another value', async (t) => {
  const before = variablesOf(first, setting)
  const after = variablesOf(second, setting)
  const names = changedVariables(before, after).map(({ name }) => name)
  t.same(names.sort(), [
    '>dialog.inner',
    '>document.self',
    'application.visits',
    'dialog.choice',
    'document.list',
  ])
  t.same(changedVariables(after, after), [])
})

t.test('every text and number goes through the mask', async (t) => {
  const mask = (text: string) => (text === '7' || text === 'deep' ? '•••' : text)
  t.match(pairs(second, setting, mask), { 'dialog.choice': "'•••'", '>dialog.inner': "'•••'" })
})
