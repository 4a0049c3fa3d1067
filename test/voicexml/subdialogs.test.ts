import t from 'tap'
import { talk, vxml } from './support/talk.ts'

t.test('a subdialog has its own context and gives its values to the item', async (t) => {
  const call = talk(`<var name="v" expr="'outer'"/>
    <form><var name="v" expr="'dialog'"/>
      <subdialog name="result" src="#ask"><param name="q" expr="'Name ' + v"/><param name="w" value="1 + 1"/>
        <filled><value expr="result.answer"/> <value expr="v"/></filled></subdialog>
    </form>
    <form id="ask"><var name="q"/><var name="w" expr="'never'"/>
      <field name="answer" type="digits?length=1"><prompt><value expr="q"/> <value expr="w"/> <value expr="v"/></prompt>
      <filled><return namelist="answer v"/></filled></field></form>`)
  t.same(call.said, ['Name dialog 1 + 1 outer'])
  t.same(call.press('5').said, ['5 dialog'])
})

t.test('the variables of the calling document are not those of the subdialog', async (t) => {
  const call = talk(`<var name="n" expr="1"/><form>
      <block><assign name="n" expr="2"/></block>
      <subdialog name="s" src="#sub"/><block><value expr="n"/></block></form>
    <form id="sub"><block><value expr="n"/><assign name="n" expr="99"/><return/></block></form>`)
  t.same(call.said, ['1', '2'])
})

t.test('return with an event throws it in the item that called', async (t) => {
  const call =
    talk(`<form><subdialog name="s" src="#sub"><catch event="gave.up">Caught: <value expr="_message"/></catch></subdialog></form>
    <form id="sub"><catch event="gave.up">Wrong.</catch><block><return event="gave.up" message="why"/></block></form>`)
  t.match(call.said[0], 'Caught: why')
})

t.test('handlers of the caller do not reach into the subdialog', async (t) => {
  const call = talk({
    'main.vxml': vxml(
      '<catch event="x">Outer.</catch><form><subdialog name="s" src="sub.vxml"/></form>',
    ),
    'sub.vxml': vxml('<form><block><throw event="x"/></block></form>'),
  })
  t.same(call.wait, { kind: 'end', how: 'failed' })
  t.same(call.said, [])
})

t.test('relative addresses after a subdialog refer to the caller again', async (t) => {
  const call = talk(
    {
      'a/main.vxml': vxml(
        '<form><subdialog name="s" src="../b/sub.vxml"/><block><goto next="next.vxml"/></block></form>',
      ),
      'a/next.vxml': vxml('<form><block>In a.</block></form>'),
      'b/next.vxml': vxml('<form><block>In b. <return/></block></form>'),
      'b/sub.vxml': vxml('<form><block><goto next="next.vxml"/></block></form>'),
    },
    { document: 'a/main.vxml' },
  )
  t.same(call.said, ['In b.', 'In a.'])
})

t.test('counters of the caller are as before after a subdialog', async (t) => {
  const call =
    talk(`<form><field name="a" type="digits?length=1"><prompt count="1">One.</prompt><prompt count="2">Two.</prompt>
      <nomatch count="1">First.</nomatch><nomatch count="2">Second.<reprompt/></nomatch>
      <filled><if cond="a == '1'"><clear namelist="s"/><assign name="a" expr="undefined"/><goto nextitem="s"/></if></filled></field>
      <subdialog name="s" expr="true" src="#sub"><filled><goto nextitem="a"/></filled></subdialog></form>
    <form id="sub"><field name="b" type="digits?length=1"><prompt>Sub.</prompt><nomatch>Sub nomatch.</nomatch><filled><return/></filled></field></form>`)
  const sub = call.press('*').press('1')
  t.same(sub.said, ['Sub.'])
  const back = sub.press('*').press('2')
  t.same(back.said, ['Two.'])
  t.same(back.press('*').said, ['Second.', 'Two.'])
})

t.test('a parameter that the subdialog does not declare is error.semantic', async (t) => {
  const call =
    talk(`<form><subdialog name="s" src="#sub"><param name="unknown" expr="1"/></subdialog></form>
    <form id="sub"><catch event="error.semantic"><return event="bad.param"/></catch><block/></form>`)
  t.same(call.thrown.slice(0, 2), ['error.semantic', 'bad.param'])
})

t.test('parameters are those of the first dialog, whatever becomes of it', async (t) => {
  const call =
    talk(`<form><subdialog name="s" src="#sub"><param name="p" expr="'given'"/></subdialog></form>
    <form id="sub"><var name="x" expr="nothing"/><catch event="error"><goto next="#other"/></catch></form>
    <form id="other"><var name="p" expr="'own'"/><block><value expr="p"/><return/></block></form>`)
  t.same(call.said, ['own'])
})

t.test('a subdialog that is not there is error.badfetch in its item', async (t) => {
  const call = talk(
    `<form><subdialog name="s" src="no.vxml"><catch event="error.badfetch">Here.<exit/></catch></subdialog></form>`,
  )
  t.same(call.said, ['Here.'])
})

t.test('subdialogs have the root of their own document', async (t) => {
  const call = talk({
    'one.vxml': vxml('<var name="who" expr="\'one\'"/>'),
    'two.vxml': vxml('<var name="who" expr="\'two\'"/><catch event="x">Two. <return/></catch>'),
    'main.vxml': vxml(
      '<form><subdialog name="s" src="sub.vxml"/><block><value expr="who"/></block></form>',
      'application="one.vxml"',
    ),
    'sub.vxml': vxml(
      '<form><block><value expr="who"/></block><block><throw event="x"/></block></form>',
      'application="two.vxml"',
    ),
  })
  t.same(call.said, ['two', 'Two.', 'one'])
})

t.test('a subdialog that calls itself without end is error.semantic', async (t) => {
  const call = talk('<form id="f"><subdialog name="s" src="#f"/></form>')
  t.same(call.thrown, ['error.semantic'])
  t.same(call.wait, { kind: 'end', how: 'failed' })
})

t.test('exit in a subdialog ends the call', async (t) => {
  const call = talk(
    '<form><subdialog name="s" src="#sub"/><block>Never.</block></form><form id="sub"><block><exit/></block></form>',
  )
  t.same([call.said, call.wait], [[], { kind: 'end', how: 'exit' }])
})

t.test('objects given to a subdialog are the same objects', async (t) => {
  const call =
    talk(`<form><var name="list" expr="[]"/><subdialog name="s" src="#sub"><param name="p" expr="list"/></subdialog>
    <block><value expr="list.length"/><value expr="s.p === list"/></block></form>
    <form id="sub"><var name="p"/><field name="a" type="digits?length=1"><filled><script>p.push(a)</script><return namelist="p"/></filled></field></form>`)
  t.same(call.press('3').said, ['1true'])
})
