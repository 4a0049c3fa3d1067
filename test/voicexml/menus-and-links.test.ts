import t from 'tap'
import { findings, talk, vxml } from './support/talk.ts'

t.test('a choice of a menu leads on by its key', async (t) => {
  const call = talk(`<menu><prompt>Menu.</prompt><choice dtmf="1" next="#one">one</choice>
    <choice dtmf="2" next="#two">two</choice></menu>
    <form id="one"><block>One.</block></form><form id="two"><block>Two.</block></form>`)
  t.same(call.said, ['Menu.'])
  t.match(call.wait, { kind: 'input', maxDigits: 1, termChar: '#' })
  t.same(call.press('2').said, ['Two.'])
})

t.test('dtmf="true" gives keys to the first nine choices without one', async (t) => {
  const choices = (count: number) =>
    Array.from({ length: count }, (_, at) => `<choice event="e${at + 1}">c</choice>`).join('')
  const call = talk(`<menu dtmf="true"><choice dtmf="0" event="zero">z</choice>${choices(10)}
    <catch event="zero e1 e9 e10"><value expr="_event"/></catch></menu>`)
  t.same(call.press('1').said, ['e1'])
  t.same(call.press('9').said, ['e9'])
  t.same(call.press('0').said, ['zero'])
  t.same(call.press('10').thrown, ['nomatch'])
})

t.test('dtmf="true" with a choice of another key of its own is refused', async (t) => {
  t.same(findings('<menu dtmf="true"><choice dtmf="5" event="x">x</choice></menu>'), [
    'main.vxml:1 attribute-conflict',
  ])
})

t.test('a choice may throw, with a message, in the scope of its menu', async (t) => {
  const call = talk(`<menu><choice dtmf="1" event="mine" message="m">x</choice>
    <choice dtmf="2" eventexpr="'mi' + 'ne'" messageexpr="'n'">x</choice>
    <catch event="mine"><value expr="_message"/><reprompt/></catch><prompt>Menu.</prompt></menu>`)
  t.same(call.press('1').said, ['m', 'Menu.'])
  t.same(call.press('2').said, ['n', 'Menu.'])
})

t.test('enumerate tells the choices with their keys, by a template or without', async (t) => {
  const menu = (enumerate: string) => `<menu dtmf="true"><prompt>${enumerate}</prompt>
    <choice event="a">bread</choice><choice event="b">salt</choice></menu>`
  t.same(talk(menu('<enumerate/>')).said, ['bread: press 1. salt: press 2.'])
  t.same(talk(menu('<enumerate/>'), { language: 'ru-RU' }).said, [
    'bread: нажмите 1. salt: нажмите 2.',
  ])
  t.same(
    talk(menu('<enumerate>For <value expr="_prompt"/>, <value expr="_dtmf"/>.</enumerate>')).said,
    ['For bread, 1.For salt, 2.'],
  )
})

t.test('options fill a field with value, text or keys', async (t) => {
  const call = talk(`<form><field name="a"><prompt><enumerate/></prompt>
    <option dtmf="1" value="first">one</option><option dtmf="2"> the
      second </option><option dtmf="3"/></field><block><value expr="a"/></block></form>`)
  t.same(call.press('1').said, ['first'])
  t.same(call.press('2').said, ['the second'])
  t.same(call.press('3').said, ['3'])
})

t.test('what is chosen among options is the interpretation of the keys', async (t) => {
  const call = talk(`<form><field name="a"><option dtmf="1" value="first">one</option></field>
    <block><value expr="a$.utterance"/> <value expr="a$.interpretation"/>
    <value expr="application.lastresult$.interpretation"/></block></form>`)
  t.same(call.press('1').said, ['1 first first'])
})

t.test('links are active within what they stand in', async (t) => {
  const call = talk(`<link dtmf="9" next="#nine"/>
    <form><link dtmf="8" event="eight"/><catch event="eight">Eight.</catch>
    <field name="a" type="digits?length=1"><link dtmf="**" event="stars"/><catch event="stars">Stars.</catch></field></form>
    <form id="nine"><field name="b" type="digits?length=2"><prompt>Nine.</prompt></field></form>`)
  t.same(call.press('**').said, ['Stars.'])
  t.same(call.press('9').thrown, [], 'the field takes a nine before the link of the document')
  const nine =
    talk(`<link dtmf="9" next="#nine"/><form><field name="a"><option dtmf="1">x</option></field></form>
    <form id="nine"><field name="b" type="digits?length=2"><prompt>Nine.</prompt></field></form>`)
  t.same(nine.press('9').said, ['Nine.'])
  t.same(nine.press('9').press('9').said, ['Nine.'])
})

t.test('links of the root document are active in its leaves', async (t) => {
  const files = {
    'root.vxml': vxml('<link dtmf="0" next="operator.vxml"/>'),
    'operator.vxml': vxml('<form><block>Operator.</block></form>'),
    'sub/operator.vxml': vxml('<form><block>Wrong.</block></form>'),
    'sub/main.vxml': vxml(
      '<menu><choice dtmf="1" event="x">x</choice></menu>',
      'application="../root.vxml"',
    ),
  }
  t.same(talk(files, { document: 'sub/main.vxml' }).press('0').said, ['Operator.'])
})

t.test('of grammars of one scope the first in the document takes the keys', async (t) => {
  const seven = (means: string) =>
    `<grammar mode="dtmf" version="1.0" root="r"><rule id="r">7<tag>out = ${means};</tag></rule></grammar>`
  const form = (first: string, second: string) =>
    talk(`<catch event="link">Link.</catch><form>${first}${second}
      <field name="a" type="digits?length=2"><filled>Form.</filled></field></form>`).press('7').said
  const [link, grammar] = ['<link dtmf="7" event="link"/>', seven("{ a: '1' }")]
  t.same(form(link, grammar), ['Link.'])
  t.same(form(grammar, link), ['Form.'])

  const field = (first: string, second: string, type = '') =>
    talk(`<catch event="link">Link.</catch><form><field name="a" ${type}>${first}${second}
      <filled><value expr="a"/></filled></field></form>`).press('7').said
  const option = '<option dtmf="7">option</option>'
  t.same(field(option, seven("'grammar'")), ['option'])
  t.same(field(seven("'grammar'"), option), ['grammar'])
  t.same(field(link, seven("'grammar'")), ['Link.'])
  t.same(field(seven("'grammar'"), '', 'type="digits?length=1"'), ['7'])

  const document = (first: string, second: string) =>
    talk(`<form><field name="a" type="digits?length=2"/></form>${first}${second}
      <form id="menu"><block>Menu.</block></form><form id="link"><block>Link.</block></form>`).press(
      '7',
    ).said
  const menu = '<menu scope="document"><choice dtmf="7" next="#menu">x</choice></menu>'
  const leading = '<link dtmf="7" next="#link"/>'
  t.same(document(menu, leading), ['Menu.'])
  t.same(document(leading, menu), ['Link.'])
})

t.test('only a grammar of a form has a scope of its own', async (t) => {
  const scoped = '<grammar src="builtin:dtmf/digits" scope="document"/>'
  const badly = [
    `<form><field name="a">${scoped}</field></form>`,
    `<link event="x">${scoped}</link><form/>`,
    `<menu><choice event="x">${scoped}</choice></menu>`,
  ]
  for (const page of badly) {
    const call = talk({
      'main.vxml': vxml(
        '<form><catch event="error.badfetch">Bad.</catch><block><goto next="b.vxml"/></block></form>',
      ),
      'b.vxml': vxml(page),
    })
    t.same(call.said, ['Bad.'], page)
  }
})

t.test('a menu of document scope is heard in the other dialogs of its document', async (t) => {
  const call = talk(`<form><field name="a"><option dtmf="1">x</option></field></form>
    <menu id="m" scope="document"><choice dtmf="5" event="five">x</choice>
    <catch event="five">Five in the menu.</catch></menu>`)
  const five = call.press('5')
  t.same(five.said, ['Five in the menu.'])
  t.match(five.events, [
    { type: 'input' },
    { type: 'dialog', dialog: 'm' },
    { name: 'five', dialog: 'm' },
  ])
})

t.test('a form of document scope takes what was heard elsewhere and goes on', async (t) => {
  const call = talk({
    'root.vxml': vxml(`<var name="hits" expr="0"/><form id="help" scope="document">
      <grammar mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0"><rule id="r" scope="public"><item>7<tag>out.topic = 'visa';</tag></item></rule></grammar>
      <field name="topic" type="digits?length=2"><prompt>Topic?</prompt></field>
      <block>Help on <value expr="topic"/>, <value expr="application.hits"/>.</block></form>`),
    'main.vxml': vxml(
      '<form><block><assign name="hits" expr="5"/></block><field name="a"><option dtmf="1">x</option></field></form>',
      'application="root.vxml"',
    ),
  })
  t.same(call.press('7').said, ['Help on visa, 5.'])
})

t.test('grammars without a use in DTMF are refused when their item is visited', async (t) => {
  const call = talk(`<form><catch event="error.unsupported.format">Voice.</catch>
    <field name="a"><grammar version="1.0" mode="voice" root="r"><rule id="r">yes</rule></grammar></field>
    <block>On.</block></form>`)
  t.same(call.thrown[0], 'error.unsupported.format')
  t.same(talk('<form><field name="a" type="colour"/></form>').thrown, ['error.unsupported.builtin'])
  const foreign = '<grammar src="keys.gram" type="application/srgs"/>'
  t.same(talk(`<form><field name="a">${foreign}</field></form>`).thrown, [
    'error.unsupported.format',
  ])
})

t.test('a grammar that is not there, or contradicts itself, is an event in its item', async (t) => {
  const thrown = (field: string) => talk(`<form>${field}</form>`).thrown
  t.same(thrown('<field name="a"><grammar src="no.grxml"/></field>'), ['error.badfetch.http.404'])
  t.same(thrown('<field name="a"><grammar src="#rule"/></field>'), ['error.semantic'])
  t.same(thrown('<field name="a" type="digits?minlength=5;maxlength=2"/>'), ['error.badfetch'])
  t.same(thrown('<field name="a" type="digits?length=4;minlength=5"/>'), ['error.badfetch'])
  t.same(thrown('<field name="a" type="boolean?y=1;n=1"/>'), ['error.badfetch'])
})

t.test('grammars may come from a file and from a computed address', async (t) => {
  const files = {
    'g/keys.grxml': `<grammar xmlns="http://www.w3.org/2001/06/grammar" mode="dtmf" version="1.0" root="r" tag-format="semantics/1.0-literals">
      <rule id="r" scope="public">4<tag>four</tag></rule></grammar>`,
    'main.vxml': vxml(`<form><field name="a"><grammar src="g/keys.grxml"/></field>
      <field name="b"><grammar srcexpr="'g/' + 'keys.grxml'"/></field><block><value expr="a + b"/></block></form>`),
  }
  t.same(talk(files).press('4').press('4').said, ['fourfour'])
})
