import fc from 'fast-check'
import t from 'tap'
import { readData } from '../../src/voicexml/xml-data.ts'
import { talk, vxml } from './support/talk.ts'
import { pages, type Servers, webTalk } from './support/web-talk.ts'

const quote = `<?xml version="1.0"?><?access-control allow="*"?>
<!-- made up --><quote xmlns:x="urn:x" at="12:00" x:lang="en"><ticker>F</ticker><name>Ford</name><!--c-->
<change x:unit="p"> 1.00</change><last><![CDATA[3<0]]>.00</last><?pi some data?></quote>`

/** What expressions over `d` are, told one by one. */
const values = (xml: string, ...expressions: string[]): unknown[] =>
  webTalk(
    `<form><block><data name="d" src="http://a.example/d"/>
      ${expressions.map((each) => `<log expr="JSON.stringify(${each.replaceAll('"', '&quot;').replaceAll('<', '&lt;')})"/>`).join('')}</block>
      <error><log>fault <value expr="_event"/></log></error></form>`,
    pages({ 'http://a.example/d': xml }),
  ).logged.map((text) =>
    text === '' ? undefined : text.startsWith('fault') ? text : JSON.parse(text),
  )

t.test('data gives scripts the document as a tree', async (t) => {
  t.same(
    values(
      quote,
      'd.nodeType',
      'd.nodeName',
      'd.parentNode',
      'd.ownerDocument',
      'd.documentElement.tagName',
      'd.documentElement.childNodes.length',
      'd.documentElement.firstChild.nodeName',
      'd.documentElement.firstChild.firstChild.nodeValue',
      'd.documentElement.firstChild.firstChild.data',
      'd.documentElement.firstChild.nextSibling.firstChild.length',
      'd.documentElement.lastChild.target',
      'd.documentElement.lastChild.data',
      'd.documentElement.firstChild.previousSibling',
      'd.documentElement.textContent.length',
      'd.documentElement.firstChild.parentNode === d.documentElement',
      'd.documentElement.ownerDocument === d',
      'd.childNodes.length',
      'd.childNodes[0].target',
    ),
    [
      9,
      '#document',
      null,
      null,
      'quote',
      7,
      'ticker',
      'F',
      'F',
      4,
      'pi',
      'some data',
      null,
      17,
      true,
      true,
      3,
      'access-control',
    ],
  )
})

t.test('elements are found by name and namespace, attributes by name', async (t) => {
  t.same(
    values(
      quote,
      'd.getElementsByTagName("name").item(0).firstChild.data',
      'd.getElementsByTagName("*").length',
      'd.getElementsByTagName("quote").length',
      'd.documentElement.getElementsByTagName("quote").length',
      'd.getElementsByTagName("none").length',
      'd.getElementsByTagName("none").item(0)',
      'd.getElementsByTagName("none")[0] === undefined',
      'd.getElementsByTagNameNS("*", "last")[0].tagName',
      'd.getElementsByTagNameNS(null, "last").length',
      'd.getElementsByTagNameNS("urn:x", "last").length',
      'd.documentElement.getAttribute("at")',
      'd.documentElement.getAttribute("none")',
      'd.documentElement.hasAttribute("at")',
      'd.documentElement.getAttributeNS("urn:x", "lang")',
      'd.documentElement.hasAttributeNS("urn:x", "at")',
      'd.documentElement.getAttributeNode("x:lang").prefix',
      'd.documentElement.getAttributeNode("x:lang").namespaceURI',
      'd.documentElement.getAttributeNode("x:lang").ownerElement.localName',
      'd.documentElement.attributes.getNamedItem("at").value',
      'd.documentElement.attributes.getNamedItem("none")',
      'd.documentElement.attributes.getNamedItemNS("urn:x", "lang").nodeValue',
      'd.documentElement.hasChildNodes()',
      'd.documentElement.lastChild.hasAttributes()',
      'd.documentElement.firstChild.firstChild.substringData(0, 5)',
      'Node.TEXT_NODE === d.documentElement.firstChild.firstChild.nodeType',
      'd.documentElement.ELEMENT_NODE',
      'd.getElementById("x")',
    ),
    [
      'Ford',
      5,
      1,
      0,
      0,
      null,
      true,
      'last',
      1,
      0,
      '12:00',
      '',
      true,
      'en',
      false,
      'x',
      'urn:x',
      'quote',
      '12:00',
      null,
      'en',
      true,
      false,
      'F',
      true,
      1,
      null,
    ],
  )
})

t.test('nothing of the tree can be changed', async (t) => {
  for (const write of [
    'd.documentElement.nodeValue = 1',
    'd.childNodes[0] = 1',
    'd.documentElement.foo = 1',
    'd.documentElement.appendChild(d)',
    'd.createElement("x")',
    'd.getElementsByTagName("name").length = 0',
    'd.documentElement.setAttribute("at", "")',
  ]) {
    t.same(values(quote, write), ['fault error.semantic'], write)
  }
  t.same(
    values(quote, 'd.documentElement.constructor === undefined', 'd.__proto__ === undefined'),
    [true, true],
  )
})

t.test('nodes live on in the session, which keeps only where they are', async (t) => {
  const call = webTalk(
    `<var name="all"/><var name="node"/><var name="get"/><form id="f">
      <block><data name="d" src="http://a.example/d"/><assign name="all" expr="[d, d.documentElement.childNodes]"/>
        <assign name="node" expr="d.getElementsByTagName('name')[0]"/><assign name="get" expr="node.getElementsByTagName"/></block>
      <field name="k" type="digits?length=1"><prompt>Key?</prompt><filled>
        <if cond="all[1][1] === node &amp;&amp; node.ownerDocument === all[0]">Same.</if>
        <value expr="node.firstChild.data"/> <value expr="typeof get"/></filled></field>
      <field name="l" type="digits?length=1"/></form>`,
    pages({ 'http://a.example/d': `${quote.replace('Ford', `Ford${'!'.repeat(20_000)}`)}` }),
  )
  t.same(call.said, ['Key?'])
  t.match(call.turn.session?.pinned, [{ purpose: 'data', url: 'http://a.example/d' }])
  t.ok(call.size < 1_500, `${call.size}`)
  const next = call.press('1')
  t.match(next.said.join(' '), /^Same\. Ford!+ function$/)
})

t.test('data that no variable holds any more is forgotten', async (t) => {
  const call = webTalk(
    `<form id="f"><block><data name="d" src="http://a.example/d"/></block>
      <field name="k" type="digits?length=1"><prompt>Key?</prompt></field></form>`,
    pages({ 'http://a.example/d': quote }),
  )
  t.equal(call.turn.session?.pinned, undefined)
})

t.test('data is declared where it stands, and declared again it gets the new value', async (t) => {
  const servers = pages({ 'http://a.example/1': '<a>1</a>', 'http://a.example/2': '<a>2</a>' })
  const call = webTalk(
    `<data name="g" src="http://a.example/1"/><form><data name="f" src="http://a.example/2"/>
      <block><value expr="document.g.documentElement.textContent"/> <value expr="dialog.f.documentElement.textContent"/>
      <data name="g" src="http://a.example/2"/><value expr="g.documentElement.textContent"/>
      <data name="g" src="http://a.example/1"/><value expr="g.documentElement.textContent"/></block>
      <block><value expr="g.documentElement.textContent"/></block></form>`,
    servers,
  )
  t.same(call.said.join(' ').split(/\s+/), ['1', '2', '2', '1', '1'])
})

t.test('data without a name only sends', async (t) => {
  const call = webTalk(
    `<form><var name="v" expr="7"/><block><data src="http://a.example/d" namelist="v" method="post"/>Sent.</block></form>`,
    () => 'no xml at all',
  )
  t.same(call.said, ['Sent.'])
  t.match(call.requests, [
    { purpose: 'data', method: 'post', body: { entries: [{ name: 'v', value: '7' }] } },
  ])
})

t.test('data sends what its namelist names and nothing without one', async (t) => {
  const url = (attributes: string) =>
    webTalk(
      `<form><var name="v" expr="7"/><block><data name="d" src="http://a.example/d" ${attributes}/></block></form>`,
      () => '<a/>',
    ).requests[0]?.url
  t.equal(url(''), 'http://a.example/d')
  t.equal(url('namelist="v"'), 'http://a.example/d?v=7')
})

t.test('what is no XML, or cannot be had, is error.badfetch', async (t) => {
  const thrown = (servers: Servers, attributes = 'src="http://a.example/d"') =>
    webTalk(`<form><block><data name="d" ${attributes}/></block></form>`, servers).thrown[0]
  for (const text of [
    '',
    'no xml',
    '<a>',
    '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    '<?xml version="1.0" encoding="utf-16"?><a/>',
    `${'<a>'.repeat(200_000)}`,
    `<a>${'<b/>'.repeat(30_000)}</a>`,
    '<a>\u0001</a>',
    `<a>${`<b ${Array.from({ length: 100 }, (_, i) => `a${i}=""`).join(' ')}/>`.repeat(300)}</a>`,
    '<a xmlns:b="">\uFFFF</a>',
    '{"json": true}',
  ]) {
    t.equal(
      thrown(() => text),
      'error.badfetch',
      text.slice(0, 40),
    )
  }
  t.equal(thrown(pages({})), 'error.badfetch.http.404')
  t.equal(thrown(pages({}), ''), 'error.badfetch', 'no address')
  t.equal(thrown(pages({}), 'src="ftp://a.example/"'), 'error.badfetch')
  t.equal(
    thrown(() => '<a/>', 'srcexpr="nobody"'),
    'error.semantic',
  )
})

t.test('an access-control instruction says whose documents may read', async (t) => {
  const said = (instruction: string) =>
    webTalk(
      `<form><block><goto next="http://voice.a.example/x"/></block></form>`,
      pages({
        'http://voice.a.example/x':
          vxml(`<form><block><data name="d" src="http://b.example/d"/>Read.</block>
          <catch event="error.noauthorization">Not for you.</catch></form>`),
        'http://b.example/d': `${instruction}<a/>`,
      }),
    ).said
  const may = ['Read.']
  const mayNot = ['Not for you.']
  t.same(said(''), may)
  t.same(said('<?access-control allow="*"?>'), may)
  t.same(said('<?access-control allow="*.a.example"?>'), may)
  t.same(said('<?access-control allow="b.example voice.a.example"?>'), may)
  t.same(said('<?access-control allow="* " deny="*.b.example"?>'), may)
  t.same(said('<?access-control allow="a.example"?>'), mayNot)
  t.same(said('<?access-control deny="*"?>'), mayNot)
  t.same(said('<?access-control allow="*" deny="*.a.example"?>'), mayNot)
  t.same(said('<?access-control allow="*.a.example" deny="voice.a.example"?>'), mayNot)
  t.same(said('<?access-control?>'), mayNot)
})

t.test('data is read from XML files of the flow folder too', async (t) => {
  const call = talk({
    'main.vxml': `<form><block><data name="d" src="lists/days.xml"/><value expr="d.documentElement.getAttribute('first')"/></block>
      <field name="k" type="digits?length=1"><prompt>Key?</prompt><filled><value expr="d.documentElement.tagName"/></filled></field></form>`,
    'lists/days.xml': '<days first="Monday"/>',
  })
  t.same(call.said, ['Monday', 'Key?'])
  t.same(talk(`<form><block><data name="d" src="none.xml"/></block></form>`).thrown, [
    'error.badfetch.http.404',
  ])
})

t.test('a loop over data is an array that a script made of it', async (t) => {
  const call = webTalk(
    `<script>function names(d) { var found = []; var all = d.getElementsByTagName('n');
        for (var i = 0; i &lt; all.length; i += 1) found.push(all.item(i).firstChild.data); return found }</script>
     <form><block><data name="d" src="http://a.example/d"/>
      <prompt><foreach item="n" array="names(d)"><value expr="n"/><break/></foreach></prompt></block></form>`,
    pages({ 'http://a.example/d': '<a><n>x</n><n>y</n></a>' }),
  )
  t.match(call.turn.prompts[0]?.segments, [
    { parts: ['x', { kind: 'break' }, 'y', { kind: 'break' }] },
  ])
})

t.test('reading a great tree again and again comes to the end of the budget', async (t) => {
  const call = webTalk(
    `<form><block><data name="d" src="http://a.example/d"/>
      <script>for (var i = 0; ; i += 1) d.getElementsByTagName('n' + i)</script></block></form>`,
    () => `<a>${'<b/>'.repeat(9_000)}</a>`,
  )
  t.same(call.thrown, ['error.semantic'])
})

t.test('whatever a server sends, reading it as data ends well or as a fault', async () => {
  const piece = fc.constantFrom(
    '<a>',
    '</a>',
    '<b x="1"/>',
    '<?p d?>',
    '<!-- c -->',
    '<![CDATA[x]]>',
    '&amp;',
    'é',
    ']]>',
    '<',
    '&',
    'xmlns:n="u"',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
      (text) => {
        const read = readData(text)
        if ('fault' in read) return true
        const { nodes } = read.tree
        return nodes.every(
          ({ children, attributes, parent, end }, index) =>
            [...children, ...attributes].every((child) => child > index && child < end) &&
            (index === 0 ? parent === -1 : parent >= 0 && parent < index),
        )
      },
    ),
    { numRuns: 500 },
  )
})
