import t from 'tap'
import { talk } from './support/talk.ts'

const page = `<form id="f"><var name="number" expr="2026000001"/>
  <object name="status" classid="builtin:hotline/application-status">
    <param name="number" expr="String(number)"/><param name="code" value="1234"/>
    <param name="list" expr="[1, undefined, { a: NaN }]"/>
    <prompt>One moment.</prompt>
    <filled><value expr="status.state"/> <value expr="status.days.length"/></filled>
    <catch event="error.unsupported.objectname">Not known.</catch>
  </object><block>End.</block></form>`

t.test('an object waits for the platform, with its parameters as JSON', async (t) => {
  const call = talk(page)
  t.same(call.said, ['One moment.'])
  t.same(call.wait, {
    kind: 'object',
    name: 'application-status',
    params: { number: '2026000001', code: '1234', list: [1, null, { a: null }] },
    dialog: 'f',
  })
  t.same(call.answer({ state: 'approved', days: [1, 2] }).said, ['approved 2', 'End.'])
})

t.test('what the platform cannot do is an event in the item', async (t) => {
  const call = talk(page).fail('error.unsupported.objectname')
  t.same(call.said, ['Not known.'])
  t.match(call.wait, { kind: 'object' }, 'the item is still without a value')
})

t.test('an object of another kind is error.unsupported.objectname at once', async (t) => {
  t.same(talk('<form><object name="o" classid="method://x"/></form>').thrown, [
    'error.unsupported.objectname',
  ])
})

t.test('an answer may change the language of the call', async (t) => {
  const call = talk(
    `<form><object name="l" classid="builtin:hotline/language"><param name="language" value="en-US"/></object>
    <field name="a" type="digits"><prompt><audio src="prompt:hello"/></prompt></field></form>`,
    {
      language: 'ru-RU',
      catalogues: {
        'ru-RU': { hello: { text: 'Здравствуйте' } },
        'en-US': { hello: { text: 'Hello' } },
      },
    },
  )
  t.equal(call.language, 'ru-RU')
  const english = call.answer({ language: 'en-US' }, 'en-US')
  t.same(english.said, ['Hello'])
  t.equal(english.press('*').said[0], 'Hello', 'and it stays')
})

t.test('parameters without end are error.semantic', async (t) => {
  const call = talk(`<form><var name="o" expr="({})"/><block><assign name="o.o" expr="o"/></block>
    <object name="x" classid="builtin:hotline/x"><param name="o" expr="o"/></object></form>`)
  t.same(call.thrown, ['error.semantic'])
})
