import t from 'tap'
import { findings, talk, vxml } from './support/talk.ts'

const said = (files: Parameters<typeof talk>[0], document = 'main.vxml') =>
  talk(files, { document }).said

t.test(
  'goto leads to a dialog of the document, keeping the variables of the document',
  async (t) => {
    t.same(
      said(`<var name="n" expr="1"/><form><block><assign name="document.n" expr="n + 1"/><goto next="#g"/></block></form>
    <form id="g"><block><value expr="n"/></block></form>`),
      ['2'],
    )
  },
)

t.test('goto with the address of its own document begins the document anew', async (t) => {
  const call = talk(`<var name="n" expr="1"/><form><field name="k" type="digits?length=1"/>
    <block><assign name="n" expr="n + 1"/><goto next="main.vxml#g"/></block></form>
    <form id="g"><block><value expr="n"/></block></form>`)
  t.same(call.press('1').said, ['1'])
})

t.test('goto to another document leads to its first dialog, or to the one named', async (t) => {
  const files = {
    'a/main.vxml': vxml('<form><block><goto next="../b/other.vxml"/></block></form>'),
    'b/other.vxml': vxml(
      '<form><block>First. <goto expr="\'#\' + \'x\'"/></block></form><form id="x"><block>X.<goto next="/top.vxml#y"/></block></form>',
    ),
    'top.vxml': vxml('<form><block>No.</block></form><form id="y"><block>Y.</block></form>'),
  }
  t.same(said(files, 'a/main.vxml'), ['First.', 'X.', 'Y.'])
})

t.test(
  'what does not exist is error.badfetch where the goto stands, with its prompts kept',
  async (t) => {
    const page = (address: string) =>
      `<form><catch event="error.badfetch">Still here, <value expr="x"/>.</catch><var name="x" expr="1"/>
    <block>Before. <goto next="${address}"/></block><block>On.</block></form>`
    for (const address of [
      'no.vxml',
      '#no',
      'broken.vxml',
      'http://example.com/x.vxml',
      '../../x.vxml',
    ]) {
      const files = { 'main.vxml': page(address), 'broken.vxml': vxml('<form><goto/></form>') }
      t.same(said(files), ['Before.', 'Still here, 1.', 'On.'], address)
    }
  },
)

t.test('a document whose root is not there, or has a root itself, is not entered', async (t) => {
  const page = (application: string) => ({
    'main.vxml': vxml(
      '<form><catch><value expr="_event"/></catch><block><goto next="leaf.vxml"/></block></form>',
    ),
    'leaf.vxml': vxml('<form><block>Leaf.</block></form>', `application="${application}"`),
    'middle.vxml': vxml('<form/>', 'application="root.vxml"'),
    'root.vxml': vxml('<form/>'),
  })
  t.same(said(page('no.vxml')), ['error.badfetch.http.404'])
  t.same(said(page('middle.vxml')), ['error.semantic'])
  t.same(said(page('root.vxml')), ['Leaf.'])
})

t.test('prompts queued before a transition are played after it, in order', async (t) => {
  t.same(
    said({
      'main.vxml': vxml('<form><block>One.<goto next="two.vxml"/></block></form>'),
      'two.vxml': vxml(
        '<form><block>Two.</block><field name="a" type="digits"><prompt>Three?</prompt></field></form>',
      ),
    }),
    ['One.', 'Two.', 'Three?'],
  )
})

const root = vxml(`<var name="n" expr="0"/>
  <form id="r"><block>root <value expr="application.n"/> <value expr="document.n"/></block></form>`)
const leaf = (body: string) =>
  vxml(
    `<form><block><assign name="application.n" expr="application.n + 1"/>${body}</block></form>`,
    'application="root.vxml"',
  )

t.test('the scope of the application lives as long as leaf follows leaf of one root', async (t) => {
  const files = {
    'root.vxml': root,
    'main.vxml': leaf('<goto next="second.vxml"/>'),
    'second.vxml': leaf('<goto next="third.vxml"/>'),
    'third.vxml': leaf('<value expr="n"/>'),
  }
  t.same(said(files), ['3'])
})

t.test('a leaf that goes to its root finds it as it was', async (t) => {
  t.same(said({ 'root.vxml': root, 'main.vxml': leaf('<goto next="root.vxml"/>') }), ['root 1 1'])
})

t.test('a leaf that submits to its root begins the application anew', async (t) => {
  t.same(said({ 'root.vxml': root, 'main.vxml': leaf('<submit next="root.vxml"/>') }), ['root 0 0'])
})

t.test('a root that goes to its leaf keeps its variables', async (t) => {
  const files = {
    'main.vxml': vxml(
      '<var name="n" expr="0"/><form><block><assign name="n" expr="7"/><goto next="leaf.vxml"/></block></form>',
    ),
    'leaf.vxml': vxml('<form><block><value expr="n"/></block></form>', 'application="main.vxml"'),
  }
  t.same(said(files), ['7'])
})

t.test('another root begins another application', async (t) => {
  const files = {
    'root.vxml': root,
    'other.vxml': root,
    'main.vxml': leaf('<goto next="second.vxml"/>'),
    'second.vxml': vxml(
      '<form><block><value expr="n"/></block></form>',
      'application="other.vxml"',
    ),
  }
  t.same(said(files), ['0'])
})

t.test('submit to its own document loads it again, even by a fragment', async (t) => {
  const call = talk(`<var name="n" expr="1"/><form><field name="k" type="digits?length=1"/>
    <block><assign name="n" expr="2"/><submit next="#g" namelist="k n"/></block></form>
    <form id="g"><block><value expr="n"/></block></form>`)
  t.same(call.press('1').said, ['1'])
})

t.test('submit of something undeclared is error.semantic', async (t) => {
  const call = talk('<form><block><submit next="main.vxml" namelist="nothing"/></block></form>')
  t.same(call.thrown, ['error.semantic'])
})

t.test('scopes shadow one another and can be named', async (t) => {
  const files = {
    'root.vxml': vxml('<var name="v" expr="\'application\'"/>'),
    'main.vxml': vxml(
      `<var name="v" expr="'document'"/><form><var name="v" expr="'dialog'"/>
      <block><var name="v" expr="'anonymous'"/>
      <value expr="v"/> <value expr="dialog.v"/> <value expr="document.v"/> <value expr="application.v"/></block>
      <block><value expr="v"/></block></form>`,
      'application="root.vxml"',
    ),
  }
  t.same(said(files), ['anonymous dialog document application', 'dialog'])
})

t.test('session variables can be read and not changed', async (t) => {
  const call = talk(
    `<form><catch event="error.semantic">Refused.</catch>
    <block><value expr="session.connection.local.uri"/> <value expr="connection.remote.uri"/></block>
    <block><assign name="session.connection.local.uri" expr="1"/></block>
    <block><script>session.more = 1</script></block>
    <block><value expr="session.connection.local.uri"/></block></form>`,
    { session: { connection: { local: { uri: 'tel:1' }, remote: { uri: 'tel:2' } } } },
  )
  t.same(call.said, ['tel:1 tel:2', 'Refused.', 'Refused.', 'tel:1'])
})

t.test('functions of scripts live on from turn to turn with what they close over', async (t) => {
  const call = talk({
    'lib.js': 'function counter() { var n = 0; return function () { n += 1; return n } }',
    'main.vxml': vxml(`<script src="lib.js"/><script>var next = counter()</script>
      <form><field name="a" type="digits?length=1"><prompt><value expr="next()"/></prompt><filled><clear namelist="a"/></filled></field></form>`),
  })
  t.same(call.said, ['1'])
  t.same(call.press('1').said, ['2'])
  t.same(call.press('1').press('1').said, ['3'])
})

t.test(
  'assigning to what is not declared is error.semantic, as is declaring with a scope',
  async (t) => {
    const page = (content: string) =>
      `<form><catch event="error.semantic">Semantic.</catch><block>${content}</block></form>`
    for (const content of [
      '<assign name="nothing" expr="1"/>',
      '<assign name="dialog.nothing" expr="1"/>',
      '<assign name="application.nothing" expr="1"/>',
      '<clear namelist="document.nothing"/>',
      '<exit namelist="dialog.nothing"/>',
      '<var name="dialog.x"/>',
      '<clear namelist="nothing"/>',
      '<assign name="1" expr="1"/>',
      '<script>undeclared()</script>',
      '<return/>',
      '<exit namelist="nothing"/>',
      '<if cond="nothing"/>',
      '<foreach item="x" array="1">x</foreach>',
    ]) {
      t.same(said(page(content)), ['Semantic.'], content)
    }
  },
)

t.test('properties of objects need no declaration', async (t) => {
  const page = `<var name="o" expr="new Object()"/><form><block>
    <assign name="o.a" expr="1"/><assign name="document.o.b" expr="2"/>
    <script>application.f = function () { return o.a + o.b }</script><value expr="f()"/></block></form>`
  t.same(said(page), ['3'])
})

t.test('a script with neither an address nor a text is error.badfetch', async (t) => {
  const page = '<form><catch event="error.badfetch">Bad.</catch><block><script/>On.</block></form>'
  t.same(said(page), ['Bad.'])
})

t.test('var without a value keeps the one there is', async (t) => {
  t.same(
    said('<form><var name="x" expr="1"/><var name="x"/><block><value expr="x"/></block></form>'),
    ['1'],
  )
})

t.test('if takes the first branch that holds', async (t) => {
  const page = (x: number) =>
    `<form><block><if cond="${x} == 1">one<elseif cond="${x} == 2"/>two<elseif cond="true"/>other<else/>never</if></block></form>`
  t.same(
    [1, 2, 3].map((x) => said(page(x))),
    [['one'], ['two'], ['other']],
  )
})

t.test('foreach goes through a copy of an array, in content and in prompts', async (t) => {
  t.same(
    said(`<form><var name="list" expr="['a', 'b']"/><block>
    <foreach item="x" array="list"><log expr="x"/><script>list.push('c')</script><prompt><value expr="x"/></prompt></foreach>
    <prompt><foreach item="y" array="list"><value expr="y"/>, </foreach></prompt></block></form>`),
    ['a', 'b', 'a, b, c, c,'],
  )
})

t.test('attributes that exclude one another keep a document from being compiled', async (t) => {
  const bad = (body: string) => findings({ 'main.vxml': vxml(body) })
  t.same(bad('<form><block><goto next="#a" expr="1"/></block></form>'), [
    'main.vxml:1 attribute-conflict',
  ])
  t.same(bad('<form><block><throw/></block></form>'), ['main.vxml:1 missing-attribute'])
  t.same(bad('<form><subdialog/></form>'), ['main.vxml:1 missing-attribute'])
  t.same(bad('<form><field name="a"><filled mode="any"/></field></form>'), [
    'main.vxml:1 attribute-conflict',
  ])
  t.same(bad('<form><block><var name="a" expr="1 +"/></block></form>'), [
    'main.vxml:1 bad-expression',
  ])
  t.same(bad('<form><field name="a"/><field name="a"/></form>'), ['main.vxml:1 duplicate-name'])
  t.same(bad('<form id="a"/><form id="a"/>'), ['main.vxml:1 duplicate-name'])
  t.same(
    bad(
      '<form><field name="a"><grammar mode="dtmf" version="1.0" root="no"><rule id="r">1</rule></grammar></field></form>',
    ),
    ['main.vxml:1 bad-grammar'],
  )
})

t.test('a call to a document that is not there ends as failed', async (t) => {
  const call = talk('<form/>', { document: 'no.vxml' })
  t.same(call.thrown, ['error.badfetch.http.404'])
  t.same(call.wait, { kind: 'end', how: 'failed' })
  t.same(
    talk('<form><block>Never.</block></form><form id="x"><block>X.</block></form>', {
      document: 'main.vxml#x',
    }).said,
    ['X.'],
  )
})

t.test('endless transitions end in error.semantic, and then in the end of the call', async (t) => {
  const loop = talk(
    `<catch event="error.semantic">Caught. <exit/></catch><form id="f"><block><goto next="#f"/></block></form>`,
  )
  t.same(loop.said, ['Caught.'])
  const stubborn = talk(
    `<catch><goto next="#f"/></catch><form id="f"><block><goto next="#f"/></block></form>`,
  )
  t.same(stubborn.wait, { kind: 'end', how: 'failed' })
  const script = talk('<form><block><script>while (true) {}</script></block></form>')
  t.same(script.thrown, ['error.semantic'])
  const handled = talk(`<catch event="error.semantic"><value expr="_event + '!'"/><exit/></catch>
    <form><block><script>while (true) {}</script></block></form>`)
  t.same(handled.said, ['error.semantic!'], 'the handler can still compute')
  const spinning = talk(
    '<form><field name="a" type="digits"/><block name="b"><clear namelist="b"/></block></form>',
  ).press('1')
  t.same(spinning.wait, { kind: 'end', how: 'failed' })
  const long = talk(
    `<form><block><script>var s = 'x'; while (s.length &lt; 40000) s += s;</script><value expr="s"/><value expr="s"/></block></form>`,
  )
  t.same(long.thrown, ['error.semantic'])
})

t.test(
  'a call that begins in a document with errors gets to the handlers of that document',
  async (t) => {
    const broken = talk(`<catch event="error.badfetch">Sorry, <value expr="_event"/>.</catch>
    <form><block>Never.<goto next="#a" expr="1"/></block></form>`)
    t.same(broken.said, ['Sorry, error.badfetch.'])
    t.same(broken.wait, { kind: 'end', how: 'failed' })
    const helped = talk({
      'main.vxml': vxml(
        '<form><catch event="error"><goto next="operator.vxml"/></catch><block><throw/></block></form>',
      ),
      'operator.vxml': vxml('<form><block>Operator.</block></form>'),
    })
    t.same(helped.said, ['Operator.'])
  },
)

t.test('xml:base is what relative addresses refer to', async (t) => {
  const files = {
    'main.vxml': vxml(
      '<form><block>Main.<goto next="next.vxml"/></block></form>',
      'xml:base="sub/"',
    ),
    'next.vxml': vxml('<form><block>Wrong.</block></form>'),
    'sub/next.vxml': vxml('<form><block>Sub.</block></form>'),
  }
  t.same(said(files), ['Main.', 'Sub.'])
})

t.test('a link of the root that names only a dialog means one of the root', async (t) => {
  const files = {
    'root.vxml': vxml(
      '<var name="n" expr="4"/><link dtmf="0" next="#help"/><form id="help"><block>Root <value expr="n"/>.</block></form>',
    ),
    'main.vxml': vxml(
      '<menu><choice dtmf="1" event="x">x</choice></menu><form id="help"><block>Leaf.</block></form>',
      'application="root.vxml"',
    ),
  }
  t.same(talk(files).press('0').said, ['Root 4.'])
})

t.test('what cannot be compiled is found with its place', async (t) => {
  const code = (body: string) =>
    findings({ 'main.vxml': vxml(body) }).map((each) => each.split(' ')[1])
  t.same(code('<form><block name="b"/><filled namelist="b"/></form>'), ['dead-item'])
  t.same(code('<form><block><script src="a.js">x</script></block></form>'), ['attribute-conflict'])
  t.same(code('<form><field name="a"><grammar/></field></form>')[0], 'attribute-conflict')
  t.same(
    code('<form><field name="a"><grammar src="a.grxml"><rule id="r"/></grammar></field></form>'),
    ['attribute-conflict'],
  )
  t.same(
    findings({ 'a.js': 'var a =\n ;', 'b.grxml': '<grammar', 'notes.txt': '<' }),
    ['a.js:2 bad-expression', 'b.grxml:1 xml-not-well-formed'].reverse(),
  )
})

t.test('names that ECMAScript reserves cannot be declared', async (t) => {
  t.same(talk('<form><block><var name="delete"/></block></form>').thrown, ['error.semantic'])
})

t.test('an expression or grammar with a fault does harm only where it stands', async (t) => {
  const expression = talk(
    '<form><catch event="error.semantic">Semantic.</catch><block>Before.<value expr="1 +"/></block><block>On.</block></form>',
  )
  t.same(expression.said, ['Semantic.', 'On.'])
  const grammar =
    talk(`<form><catch event="error.badfetch">Grammar.<exit/></catch><block>Before.</block><field name="a">
    <grammar mode="dtmf" version="1.0" root="no"><rule id="r">1</rule></grammar></field></form>`)
  t.same(grammar.said, ['Before.', 'Grammar.'])
})

t.test('a filled that watches what is not there is error.semantic', async (t) => {
  const call = talk(
    '<form><field name="a" type="digits?length=1"/><filled namelist="a b" mode="any">x</filled></form>',
  )
  t.same(call.press('1').thrown, ['error.semantic'])
})

t.test('foreach in a prompt holds speech only, in content no bare markup', async (t) => {
  const code = (body: string) =>
    findings({ 'main.vxml': vxml(body) }).map((each) => each.split(' ')[1])
  t.same(
    code(
      '<form><block><prompt><foreach item="x" array="[]"><if cond="x"/></foreach></prompt></block></form>',
    ),
    ['misplaced-element'],
  )
  t.same(code('<form><block><foreach item="x" array="[]"><break/></foreach></block></form>'), [
    'misplaced-element',
  ])
})

t.test(
  'a call that begins in a leaf of a root that cannot be gets to the handlers of the leaf',
  async (t) => {
    const leaf = vxml(
      '<catch event="error"><value expr="_event"/><throw event="x"/></catch><form><block>Never.</block></form>',
      'application="root.vxml"',
    )
    const call = talk({
      'main.vxml': leaf,
      'root.vxml': vxml('<form/>', 'application="top.vxml"'),
      'top.vxml': vxml('<form/>'),
    })
    t.same(call.said, ['error.semantic'])
    t.same(talk({ 'main.vxml': leaf }).said, ['error.badfetch.http.404'])
  },
)
