import t from 'tap'
import { talk, vxml } from './support/talk.ts'

const field = (inside: string, around = '') =>
  `${around}<form id="f"><field name="a" type="digits?length=1"><prompt>Key?</prompt>${inside}</field>
  <block>Got <value expr="a"/>.</block></form>`

t.test('after a handler without reprompt the prompts are not played again', async (t) => {
  const call = talk(field('<noinput>Nothing heard.</noinput>'))
  t.same(call.silence().said, ['Nothing heard.'])
})

t.test('after a handler with reprompt the prompts are played again', async (t) => {
  const call = talk(field('<noinput>Nothing heard.<reprompt/></noinput>'))
  t.same(call.silence().said, ['Nothing heard.', 'Key?'])
})

t.test('only the iteration after the handler is silent', async (t) => {
  const call = talk(
    `<form><field name="a" type="digits?length=1"><prompt>A?</prompt>
      <nomatch><assign name="a" expr="'x'"/></nomatch></field>
      <field name="b" type="digits?length=1"><prompt>B?</prompt></field>
      <field name="c" type="digits?length=1"><prompt>C?</prompt></field></form>`,
  )
  const silent = call.press('*')
  t.same(silent.said, [])
  t.same(silent.press('1').said, ['C?'])
})

t.test('prompts that were not played are not counted', async (t) => {
  const call = talk(
    `<form><field name="a" type="digits?length=1">
      <prompt count="1">One.</prompt><prompt count="2">Two.</prompt><prompt count="3">Three.</prompt>
      <noinput/><nomatch><reprompt/></nomatch></field></form>`,
  )
  t.same(call.silence().silence().press('*').said, ['Two.'])
  t.same(call.press('*').press('*').said, ['Three.'])
})

t.test('a handler that goes to another dialog lets its prompts play', async (t) => {
  const call = talk(
    `<form><field name="a" type="digits?length=1"><noinput><goto next="#g"/></noinput></field></form>
    <form id="g"><field name="b" type="digits?length=1"><prompt>B?</prompt></field></form>`,
  )
  t.same(call.silence().said, ['B?'])
})

t.test('a handler that goes back to its own form lets the prompts play', async (t) => {
  t.same(talk(field('<noinput><goto next="#f"/></noinput>')).silence().said, ['Key?'])
})

t.test('without a handler noinput and nomatch play the prompts again', async (t) => {
  t.same(talk(field('')).silence().said, ['Key?'])
  t.same(talk(field('')).press('*').said, ['Key?'])
})

t.test('the platform speaks its own words where the catalogue has them', async (t) => {
  const catalogues = {
    'en-US': {
      'default.nomatch': { text: 'No such key.' },
      'default.error': { text: 'A fault.' },
      'default.help': { text: 'No help.' },
    },
  }
  t.same(talk(field(''), { catalogues }).press('*').said, ['No such key.', 'Key?'])
  const failed = talk('<form><block><throw event="error.mine"/></block></form>', { catalogues })
  t.same(failed.said, ['A fault.'])
  t.same(failed.wait, { kind: 'end', how: 'failed' })
  const help = '<form><block name="b"><throw event="help"/></block><block>On.</block></form>'
  t.same(talk(help, { catalogues }).said, ['No help.', 'On.'])
})

t.test('the count of a handler chooses among those that are reached', async (t) => {
  const call = talk(field(`<noinput count="1">One.</noinput><noinput count="3">Three.</noinput>`))
  const second = call.silence().silence()
  t.same(call.silence().said, ['One.'])
  t.same(second.said, ['One.'])
  t.same(second.silence().said, ['Three.'])
  t.same(second.silence().silence().said, ['Three.'])
})

t.test('a higher count farther out goes before a lower one near by', async (t) => {
  const call = talk(field('<noinput>Near.</noinput>', '<noinput count="2">Far.</noinput>'))
  t.same(call.silence().said, ['Near.'])
  t.same(call.silence().silence().said, ['Far.'])
})

t.test('of equal counts the nearer scope goes first, then document order', async (t) => {
  const call = talk(
    field(
      '<catch event="nomatch noinput">First.</catch><noinput>Second.</noinput>',
      '<noinput>Far.</noinput>',
    ),
  )
  t.same(call.silence().said, ['First.'])
})

t.test('a handler whose condition does not hold is passed over', async (t) => {
  const call = talk(field('<noinput cond="false">Never.</noinput><noinput>Always.</noinput>'))
  t.same(call.silence().said, ['Always.'])
})

t.test('events are counted one by one, and by their prefixes', async (t) => {
  const call = talk(
    field(
      `<noinput><throw event="my.one"/></noinput><nomatch><throw event="my.two"/></nomatch>
      <catch event="my" count="1">First of mine.</catch>
      <catch event="my" count="2">Second of mine.</catch>
      <catch event="my.two" count="2">Second two.</catch>`,
    ),
  )
  t.same(call.silence().said, ['First of mine.'])
  t.same(call.silence().press('*').said, ['Second of mine.'])
})

t.test('a prefix ends where a word ends', async (t) => {
  const page = (event: string) =>
    `<form><block><throw event="${event}"/></block>
    <catch event="conn">Conn.</catch><catch event="connection.down">Down.</catch><catch>All.</catch></form>`
  t.same(talk(page('connection.down.now')).said, ['Down.'])
  t.same(talk(page('connection.downs')).said, ['All.'])
  t.same(talk(page('conn')).said, ['Conn.'])
})

t.test('the event "." takes every event', async (t) => {
  t.same(
    talk('<form><block><throw event="a.b"/></block><catch event=".">Dot.</catch></form>').said,
    ['Dot.'],
  )
})

t.test('a handler reads what was thrown in _event and _message', async (t) => {
  const call = talk(
    `<form><catch event="my"><value expr="_event"/>: <value expr="_message"/></catch>
    <block><throw event="my.own" message="words"/></block>
    <block><throw eventexpr="'my.' + 'other'" messageexpr="'more ' + 'words'"/></block>
    <block><throw event="my.third"/></block></form>`,
  )
  t.same(call.said, ['my.own: words', 'my.other: more words', 'my.third: undefined'])
})

t.test('_event is gone after the handler', async (t) => {
  const call = talk(
    `<form><catch event="my"/><block><throw event="my"/></block>
    <block><value expr="typeof _event"/></block></form>`,
  )
  t.same(call.said, ['undefined'])
})

t.test('a handler may throw another event, caught in the same place', async (t) => {
  const call = talk(
    field(
      `<noinput>First. <throw event="second"/></noinput><catch event="second">Second.<reprompt/></catch>`,
    ),
  )
  t.same(call.silence().said, ['First.', 'Second.', 'Key?'])
})

t.test('a handler that throws its own event without end ends the call', async (t) => {
  const call = talk(
    '<form><catch event="x"><throw event="x"/></catch><block><throw event="x"/></block></form>',
  )
  t.same(call.wait, { kind: 'end', how: 'failed' })
})

t.test('a fault in a handler is an event like any other', async (t) => {
  const call = talk(
    `<form><catch event="x"><value expr="unknown"/></catch><catch event="error.semantic">Fault.</catch>
    <block><throw event="x"/></block></form>`,
  )
  t.same(call.thrown, ['x', 'error.semantic'])
  t.same(call.said, ['Fault.'])
})

t.test('handlers run in the scope of the item, wherever they stand', async (t) => {
  const call = talk(
    field(
      '',
      '<var name="v" expr="\'document\'"/><catch event="nomatch"><value expr="v"/></catch>',
    ).replace('<form id="f">', '<form id="f"><var name="v" expr="\'dialog\'"/>'),
  )
  t.same(call.press('*').said, ['dialog'])
})

t.test('handlers of the root document serve its leaves, with addresses of the leaf', async (t) => {
  const call = talk(
    {
      'root.vxml': vxml('<catch event="away"><goto next="other.vxml"/></catch>'),
      'sub/main.vxml': vxml(
        '<form><block><throw event="away"/></block></form>',
        'application="../root.vxml"',
      ),
      'sub/other.vxml': vxml('<form><block>In sub.</block></form>'),
      'other.vxml': vxml('<form><block>At the top.</block></form>'),
    },
    { document: 'sub/main.vxml' },
  )
  t.same(call.said, ['In sub.'])
})

t.test('counters of an item last until the form is entered again', async (t) => {
  const call = talk(
    `<form id="f"><noinput count="2">Second.</noinput><noinput>First.</noinput>
    <field name="a" type="digits?length=1"><filled>
      <if cond="a == '1'"><clear namelist="b"/><assign name="a" expr="undefined"/><goto nextitem="a"/></if>
      <goto next="#f"/></filled></field><var name="b"/></form>`,
  )
  t.same(call.silence().press('1').silence().said, ['Second.'])
  t.same(call.silence().press('2').silence().said, ['First.'])
})

t.test('clear starts the counters of an item anew', async (t) => {
  const call = talk(
    field('<noinput count="2">Second.</noinput><noinput>First.</noinput><filled><clear/></filled>'),
  )
  t.same(call.silence().press('1').silence().said, ['First.'])
})

t.test('an error in the form is caught by the form, and the form goes on', async (t) => {
  const call = talk(
    `<form><var name="x" expr="unknown.thing"/><catch event="error.semantic">Oops.</catch>
    <block>On.</block></form>`,
  )
  t.same(call.said, ['Oops.', 'On.'])
})

t.test('an error in the document is caught by the document, not by its dialogs', async (t) => {
  const call = talk(
    `<var name="x" expr="unknown.thing"/><catch event="error">Document.</catch>
    <form><catch event="error">Form.</catch><block>On.</block></form>`,
  )
  t.same(call.said, ['Document.', 'On.'])
})

t.test('events of a form-level filled are caught by the form and counted there', async (t) => {
  const call = talk(
    `<form><field name="a" type="digits?length=1"><catch event="x">Item.</catch></field>
    <filled><throw event="x"/></filled><catch event="x">Form.</catch></form>`,
  )
  t.same(call.press('1').said, ['Form.'])
})

t.test('events of an item-level filled are caught by the item', async (t) => {
  const call = talk(
    `<form><field name="a" type="digits?length=1"><catch event="x">Item.</catch>
    <filled><throw event="x"/></filled></field><catch event="x">Form.</catch></form>`,
  )
  t.same(call.press('1').said, ['Item.'])
})

t.test('reprompt outside of a handler does nothing', async (t) => {
  const call = talk('<form><block><reprompt/>Once.</block></form>')
  t.same(call.said, ['Once.'])
})

t.test('an element outside of the engine throws error.unsupported with its name', async (t) => {
  const page = (body: string) =>
    `<form><catch event="error.unsupported"><value expr="_event"/><exit/></catch>${body}</form>`
  t.same(talk(page('<initial><prompt>Yes?</prompt></initial>')).said, ['error.unsupported.initial'])
})

t.test('cancel and exit have the handlers of the platform', async (t) => {
  const page = (event: string) =>
    `<form><block><throw event="${event}"/></block><block>On.</block></form>`
  t.same(talk(page('cancel')).said, ['On.'])
  t.same(talk(page('exit')).said, [])
  t.same(talk(page('exit')).wait, { kind: 'end', how: 'exit' })
  t.same(talk(page('anything')).wait, { kind: 'end', how: 'failed' })
})

t.test('names that JavaScript knows are names like any other', async (t) => {
  const call = talk(
    `<form><field name="a" type="digits?length=1"><nomatch><throw event="constructor"/></nomatch>
    <catch event="constructor" count="2">Twice.</catch><catch event="__proto__">Proto.</catch>
    <noinput><throw event="__proto__"/></noinput></field></form>`,
  )
  t.same(call.silence().said, ['Proto.'])
  const second = talk(
    `<form><field name="a" type="digits?length=1"><nomatch><throw event="constructor"/></nomatch>
    <catch event="constructor">Once.</catch><catch event="constructor" count="2">Twice.</catch></field></form>`,
  )
  t.same(second.press('*').press('*').said, ['Twice.'])
  const unknown = talk(
    '<catch><constructor/></catch><form><block><throw event="x"/></block></form>',
  )
  t.equal(unknown.wait.kind, 'end')
})
