import fc from 'fast-check'
import t from 'tap'
import { nothingGiven } from '../../src/voicexml/fetch-request.ts'
import { resume, resumeWith, start, startWith } from '../../src/voicexml/interpret.ts'
import type { Session } from '../../src/voicexml/session.ts'
import type { Setting } from '../../src/voicexml/setting.ts'
import { compile, talk, vxml } from './support/talk.ts'
import { fetchedFrom, pages, type Servers, webTalk } from './support/web-talk.ts'

const field = (name: string, filled: string, prompt = 'Key?') =>
  `<field name="${name}" type="digits?length=1"><prompt>${prompt}</prompt><filled>${filled}</filled></field>`

t.test('a call goes on in a document of a web server, on any node', async (t) => {
  const call = webTalk(
    `<var name="x" expr="1"/><form><block>Off. <goto next="http://a.example/dir/one.vxml"/></block></form>`,
    pages({
      'http://a.example/dir/one.vxml': vxml(
        `<var name="kept" expr="'kept'"/><script>function twice(n) { return n + n }</script>
        <form id="first">${field('k', `<goto next="two.vxml#b"/>`, 'One?')}</form>
        <form id="again"><block><value expr="twice(kept)"/></block></form>`,
      ),
      'http://a.example/dir/two.vxml': vxml(
        `<form id="a"><block>Never.</block></form>
         <form id="b">${field('k', `Key <value expr="k"/>. <goto next="flow:/back.vxml#here"/>`)}</form>`,
      ),
    }),
  )
  t.same(call.said, ['Off.', 'One?'])
  t.match(call.turn.wait, { position: 'http://a.example/dir/one.vxml#first/k' })
  const two = call.press('1')
  t.same(two.said, ['Key?'])
  const gone = two.press('7')
  t.same(gone.said[0], 'Key 7.')
  t.same(gone.thrown, ['error.badfetch.http.404'], 'the folder has no such file')
})

t.test('from a document of a web server flow:/ leads back into the flow folder', async (t) => {
  const call = webTalk(
    {
      'main.vxml': `<form><block><goto next="http://a.example/x"/></block></form>`,
      'sub/back.vxml': `<form id="f"><block>Never.</block></form><form id="g"><block>Home.</block></form>`,
      b: vxml('<form/>'),
    },
    pages({
      'http://a.example/x': vxml(
        '<form><block><goto next="flow:/sub/back.vxml#g"/></block></form>',
      ),
    }),
  )
  t.same(call.said, ['Home.'])
})

t.test('functions and variables of a fetched document live on from turn to turn', async (t) => {
  const call = webTalk(
    `<form><block><goto next="http://a.example/x"/></block></form>`,
    pages({
      'http://a.example/x': vxml(
        `<var name="n" expr="1"/><script>var f = function () { n = n + 1; return n }</script>
        <form>${field('k', `<assign name="n" expr="f() * 10"/><clear namelist="k"/>`, `<value expr="n"/>`)}</form>`,
      ),
    }),
  )
  t.same(call.said, ['1'])
  t.same(call.press('1').said, ['20'])
  t.same(call.press('1').press('1').said, ['210'])
})

t.test('a fetched leaf has its fetched root, which stays while leaves change', async (t) => {
  const requests: string[] = []
  const servers: Servers = ({ url }) => {
    requests.push(url)
    return {
      'http://a.example/root': vxml(
        `<var name="shared" expr="0"/><link next="#menu"><grammar mode="dtmf" root="r"><rule id="r">*</rule></grammar></link>
         <form id="menu"><block>Menu <value expr="shared"/>. <exit/></block></form>`,
      ),
      'http://a.example/leaf1': vxml(
        `<form><block><assign name="application.shared" expr="5"/><goto next="leaf2"/></block></form>`,
        'application="root"',
      ),
      'http://a.example/leaf2': vxml(
        `<form>${field('k', '<exit/>', '<value expr="shared"/>')}</form>`,
        'application="root"',
      ),
    }[url]
  }
  const call = webTalk(`<form><block><goto next="http://a.example/leaf1"/></block></form>`, servers)
  t.same(call.said, ['5'])
  t.same(requests, ['http://a.example/leaf1', 'http://a.example/root', 'http://a.example/leaf2'])
  t.same(call.press('*').said, ['Menu 5.'])
})

t.test('a file of the folder may have a root on a web server', async (t) => {
  const call = webTalk(
    {
      'main.vxml': vxml(
        `<form>${field('k', '<value expr="r"/>')}</form>`,
        'application="http://a.example/root"',
      ),
    },
    pages({ 'http://a.example/root': vxml(`<var name="r" expr="'rooted'"/>`) }),
  )
  t.same(call.press('1').said, ['rooted'])
  const without = webTalk(
    {
      'main.vxml': vxml(
        `<catch event="error.badfetch">Lost.</catch><form><block>Never.</block></form>`,
        'application="http://a.example/root"',
      ),
    },
    pages({}),
  )
  t.same(without.said, ['Lost.'])
})

t.test('subdialogs, choices and links lead to web servers', async (t) => {
  const call = webTalk(
    `<form><subdialog name="s" src="http://a.example/sub"><param name="p" expr="6"/>
      <filled>Got <value expr="s.answer"/>. <goto next="#m"/></filled></subdialog></form>
     <menu id="m"><prompt>Menu.</prompt><choice dtmf="1" next="http://a.example/chosen">one</choice></menu>`,
    pages({
      'http://a.example/sub':
        vxml(`<form><var name="p"/><field name="k" type="digits?length=1"><prompt>Sub <value expr="p"/>?</prompt></field>
        <block><var name="answer" expr="p * k"/><return namelist="answer"/></block></form>`),
      'http://a.example/chosen': vxml('<form><block>Chosen.</block></form>'),
    }),
  )
  t.same(call.said, ['Sub 6?'])
  t.match(call.turn.session?.contexts, [{ document: 'main.vxml' }, { document: 0 }])
  const back = call.press('7')
  t.same(back.said, ['Got 42.', 'Menu.'])
  t.equal(back.turn.session?.pinned, undefined, 'nothing is left of what the call has done with')
  t.same(back.press('1').said, ['Chosen.'])
})

t.test('a call stays on the text it stands on while the server changes it', async (t) => {
  let version = 1
  const call = webTalk(`<form><block><goto next="http://a.example/x"/></block></form>`, () =>
    vxml(
      `<form>${field('k', `<goto next="http://a.example/x"/>`, `Version ${version}?`)}<noinput>still ${version}</noinput></form>`,
    ),
  )
  t.same(call.said, ['Version 1?'])
  version = 2
  t.same(call.press('').said, ['still 1'])
  t.same(call.press('1').said, ['Version 2?'], 'going there again fetches it again')
})

t.test('what cannot be had is error.badfetch where the transition stands', async (t) => {
  const from = (target: string, servers: Servers) =>
    webTalk(
      `<form><block>Before. ${target}</block><catch event="error.badfetch.http">Http <value expr="_event"/>.</catch>
        <error><value expr="_event"/></error></form>`,
      servers,
    ).said
  const go = '<goto next="http://a.example/x"/>'
  t.same(from(go, pages({})), ['Before.', 'Http error.badfetch.http.404.'])
  t.same(
    from(go, () => ({ fails: 'error.badfetch' })),
    ['Before.', 'error.badfetch'],
  )
  t.same(
    from(go, () => 'no xml'),
    ['Before.', 'error.badfetch'],
  )
  t.same(
    from(go, () => '<!DOCTYPE vxml [<!ENTITY a "b">]><vxml version="2.1"/>'),
    ['Before.', 'error.badfetch'],
  )
  t.same(
    from(go, () => '<html/>'),
    ['Before.', 'error.badfetch'],
  )
  t.same(
    from(go, () => vxml('<nonsense/>')),
    ['Before.', 'error.badfetch'],
  )
  t.same(
    from(go, () => vxml('')),
    ['Before.', 'error.badfetch'],
    'it has no dialog',
  )
  t.same(
    from('<goto next="http://a.example/x#gone"/>', () => vxml('<form id="f"/>')),
    ['Before.', 'error.badfetch'],
  )
  t.same(from('<goto next="ftp://a.example/x"/>', pages({})), ['Before.', 'error.badfetch'])
})

t.test(
  'what is wrong with a fetched document is told with its place and without its query',
  async (t) => {
    const call = webTalk(
      `<var name="secret" expr="4711"/><form><block><submit next="http://a.example/x" namelist="secret"/></block></form>`,
      () => vxml('\n<nonsense/>'),
    )
    t.match(call.messages, [/^http:\/\/a\.example\/x\?…: 2:1 unknown-element/])
  },
)

t.test('a document that fetches itself for ever ends with error.badfetch', async (t) => {
  const call = webTalk(`<form><block><goto next="http://a.example/x"/></block></form>`, () =>
    vxml(`<form><block><goto next="http://a.example/x"/></block></form>`),
  )
  t.equal(call.requests.length, 16)
  t.equal(call.thrown[0], 'error.badfetch')
  t.match(call.turn.wait, { kind: 'end' })
})

t.test('where nobody can fetch, everything from outside is error.badfetch at once', async (t) => {
  for (const content of [
    '<goto next="http://a.example/x"/>',
    '<submit next="http://a.example/x"/>',
    '<data name="d" src="http://a.example/x"/>',
    '<script src="http://a.example/x"/>',
  ]) {
    t.same(talk(`<form><block>${content}</block></form>`).thrown, ['error.badfetch'], content)
  }
})

t.test('submit sends values as the specification says', async (t) => {
  const requests = (submit: string, more = '') =>
    webTalk(
      `<var name="d" expr="'doc'"/><form><var name="v" expr="'a b&amp;ü'"/>${more}
        <field name="k" type="digits?length=1"/><field name="late" type="digits"/>
        <filled mode="any">${submit}</filled></form>`,
      () => vxml('<form><block>Done.</block></form>'),
    ).press('3').requests
  t.match(requests('<submit next="http://a.example/x"/>'), [
    { method: 'get', url: 'http://a.example/x?k=3&late=undefined', body: null },
  ])
  t.match(
    requests('<submit next="http://a.example/x?q=1#f" namelist="v document.d k$.utterance"/>'),
    [{ url: 'http://a.example/x?q=1&v=a+b%26%C3%BC&document.d=doc&k%24.utterance=3' }],
  )
  t.match(requests('<submit next="http://a.example/x" namelist="k" method="post"/>'), [
    {
      method: 'post',
      url: 'http://a.example/x',
      body: { enctype: 'application/x-www-form-urlencoded', entries: [{ name: 'k', value: '3' }] },
    },
  ])
  t.match(
    requests(
      '<submit next="http://a.example/x" namelist="o" method="post" enctype="multipart/form-data"/>',
      `<var name="o" expr="({ a: 1, b: [true, null], f: function () {} })"/>`,
    )[0]?.body?.entries,
    [
      { name: 'o.a', value: '1' },
      { name: 'o.b.0', value: 'true' },
      { name: 'o.b.1', value: 'null' },
    ],
  )
})

t.test('values without end are not sent', async (t) => {
  for (const value of [
    `(function () { var a = []; a.push(a); return a })()`,
    `(function () { var a = []; for (var i = 0; i &lt; 600; i += 1) a.push(i); return a })()`,
    `(function () { var a = [], s = 'x'; while (s.length &lt; 60000) s += s; for (var i = 0; i &lt; 9; i += 1) a.push(s); return a })()`,
  ]) {
    const call = webTalk(
      `<form><var name="v" expr="${value}"/><block><submit next="http://a.example/x" namelist="v" method="post"/></block></form>`,
      () => vxml('<form/>'),
    )
    t.same(call.thrown, ['error.semantic'])
    t.same(call.requests, [])
  }
})

t.test('an undeclared name in a namelist is error.semantic and nothing is sent', async (t) => {
  const call = webTalk(
    `<form><block><submit next="http://a.example/x" namelist="nobody"/></block></form>`,
    () => vxml('<form/>'),
  )
  t.same(call.thrown, ['error.semantic'])
  t.same(call.requests, [])
})

t.test('timeouts and ages come from attributes, else from properties of their kind', async (t) => {
  const request = (attributes: string, properties = '') =>
    webTalk(
      `${properties}<form><block><data src="http://a.example/d" ${attributes}/></block></form>`,
      () => '<d/>',
    ).requests[0]
  t.match(request(''), { timeoutMs: null, maxAgeSeconds: null, maxStaleSeconds: null })
  t.match(request('fetchtimeout="1.5s" maxage="10" maxstale="0"'), {
    timeoutMs: 1500,
    maxAgeSeconds: 10,
    maxStaleSeconds: 0,
  })
  const properties = `<property name="fetchtimeout" value="700ms"/><property name="datamaxage" value="5"/>
    <property name="documentmaxage" value="6"/><property name="datamaxstale" value="7"/>`
  t.match(request('', properties), { timeoutMs: 700, maxAgeSeconds: 5, maxStaleSeconds: 7 })
  t.match(request('maxage="1"', properties), { timeoutMs: 700, maxAgeSeconds: 1 })
})

t.test('scripts and grammars come from web servers', async (t) => {
  const call = webTalk(
    `<script src="http://a.example/s.js"/><var name="dir" expr="'http://a.example/'"/>
     <form><field name="k"><grammar src="http://a.example/g.grxml#pair"/><prompt><value expr="twice(4)"/></prompt>
       <filled><value expr="k"/><value expr="twice(k.length)"/></filled></field>
     <field name="l"><grammar srcexpr="dir + 'g.grxml'"/><prompt>More?</prompt></field></form>`,
    pages({
      'http://a.example/s.js': 'function twice(n) { return n * 2 }',
      'http://a.example/g.grxml': `<grammar version="1.0" mode="dtmf" root="one" xmlns="http://www.w3.org/2001/06/grammar">
        <rule id="one">1</rule><rule id="pair" scope="public"><ruleref uri="more.grxml#key"/><ruleref uri="#one"/></rule></grammar>`,
      'http://a.example/more.grxml': `<grammar version="1.0" mode="dtmf" root="key" xmlns="http://www.w3.org/2001/06/grammar">
        <rule id="key" scope="public">8</rule></grammar>`,
    }),
  )
  t.same(call.said, ['8'])
  t.match(call.turn.wait, { maxDigits: 2 })
  t.same(call.requests.length, 3)
  const more = call.press('81')
  t.match(more.said[0], /81\s*4/)
  t.same(
    more.requests.map(({ url }) => url),
    ['http://a.example/g.grxml'],
  )
  t.same(more.press('2').thrown, ['nomatch'])
})

t.test(
  'keys are matched by the grammar that was listened for, whatever its server has now',
  async (t) => {
    let key = '1'
    const call = webTalk(
      `<form><field name="k"><grammar src="http://a.example/g"/><nomatch>No.<reprompt/></nomatch><filled>Yes.</filled></field></form>`,
      () => `<grammar version="1.0" mode="dtmf" root="r"><rule id="r">${key}</rule></grammar>`,
    )
    key = '2'
    t.same(call.press('1').said, ['Yes.'])
    const again = call.press('2')
    t.same(again.said, ['No.'])
    t.same(again.press('2').said, ['Yes.'], 'asked again, the grammar is fetched again')
  },
)

t.test('a grammar of a web server that is none is the event of the specification', async (t) => {
  const thrown = (text: string) =>
    webTalk(`<form><field name="k"><grammar src="http://a.example/g"/></field></form>`, () => text)
      .thrown[0]
  t.equal(thrown('#ABNF 1.0;'), 'error.unsupported.format')
  t.equal(
    thrown('<grammar mode="voice" root="r"><rule id="r">x</rule></grammar>'),
    'error.unsupported.format',
  )
  t.equal(thrown('<grammar'), 'error.badfetch')
})

t.test(
  'a script that cannot be parsed is error.semantic, one that is not there error.badfetch',
  async (t) => {
    const thrown = (servers: Servers) =>
      webTalk(`<form><block><script src="http://a.example/s"/></block></form>`, servers).thrown
    t.same(
      thrown(() => 'var ='),
      ['error.semantic'],
    )
    t.same(thrown(pages({})), ['error.badfetch.http.404'])
  },
)

t.test(
  'a recording of a web server is played if it is there, else what stands for it is said',
  async (t) => {
    const call = webTalk(
      `<form><block><audio src="http://a.example/yes.wav">Never.</audio><audio expr="'http://a.example/no.wav'">Fallback.</audio>
      <audio src="http://a.example/yes.wav"/></block></form>`,
      pages({ 'http://a.example/yes.wav': '' }),
    )
    const yes = { kind: 'audio', src: 'http://a.example/yes.wav' }
    t.match(
      call.turn.prompts.flatMap(({ segments }) => segments),
      [yes, { parts: ['Fallback.'] }, yes],
    )
    t.match(call.requests, [
      { purpose: 'audio', method: 'head', url: yes.src },
      { purpose: 'audio', method: 'head', url: 'http://a.example/no.wav' },
    ])
    t.same(call.thrown, [])
  },
)

t.test('when the caller is gone a handler can still send', async (t) => {
  const call = webTalk(
    `<catch event="connection.disconnect.hangup"><data src="http://a.example/log" method="post" namelist="_event"/></catch>
     <form>${field('k', '')}</form>`,
    () => '',
  )
  const gone = call.hangup()
  t.match(gone.requests, [
    { method: 'post', body: { entries: [{ value: 'connection.disconnect.hangup' }] } },
  ])
  t.match(gone.turn.wait, { how: 'hangup' })
})

t.test('whatever a turn is given of its answers, it comes out the same', async (t) => {
  const files = `<form><var name="log" expr="''"/><block>
      <foreach item="n" array="[1, 2, 3]"><data name="d" srcexpr="'http://a.example/' + n"/>
        <assign name="log" expr="log + d.documentElement.textContent"/></foreach>
      <data name="d" src="http://a.example/gone"/></block>
    <catch event="error.badfetch"><script src="http://a.example/s"/><value expr="log + more"/>
      <goto next="http://a.example/doc"/></catch></form>`
  const servers = pages({
    'http://a.example/1': '<a>x</a>',
    'http://a.example/2': '<a>y</a>',
    'http://a.example/3': '<a>z</a>',
    'http://a.example/s': `var more = '!'`,
    'http://a.example/doc': vxml(`<form>${field('k', '', '<value expr="1"/>')}</form>`),
  })
  const call = webTalk(files, servers)
  t.same(call.said, ['xyz!', '1'])
  const fetched = call.requests.map((request) => fetchedFrom(servers, request))
  t.equal(fetched.length, 6)
  const setting: Setting = {
    flow: compile(files).flow,
    catalogues: new Map(),
    hasAudio: () => false,
  }
  const run = (answers: typeof fetched) =>
    startWith(
      setting,
      { document: 'main.vxml', language: 'en-US', session: {} },
      { ...nothingGiven, fetched: answers },
    )
  const whole = JSON.stringify(run(fetched))
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 6 }), { maxLength: 8 }), (splits) => {
      for (const split of splits) {
        const partial = run(fetched.slice(0, split))
        if (split < 6) {
          if (!('need' in partial) || partial.need.kind !== 'fetch') return false
          if (partial.need.index !== split) return false
          if (JSON.stringify(partial.need.request) !== JSON.stringify(fetched[split]?.request))
            return false
        }
      }
      return JSON.stringify(run(fetched)) === whole
    }),
    { numRuns: 50 },
  )
  t.match(
    run([...fetched].reverse()),
    { need: { kind: 'fetch', index: 0 } },
    'answers to other requests are none',
  )
})

t.test('a session without anything from outside is what it was', async (t) => {
  const { flow } = compile(`<form>${field('k', '')}</form>`)
  const setting: Setting = { flow, catalogues: new Map(), hasAudio: () => false }
  const call = { document: 'main.vxml', language: 'en-US', session: {} }
  const turn = start(setting, call)
  t.same(startWith(setting, call, nothingGiven), turn)
  t.notOk('pinned' in (turn.session ?? {}))
  const session = turn.session as Session
  const input = { kind: 'digits', digits: '1' } as const
  t.same(resumeWith(session, input, setting, nothingGiven), resume(session, input, setting))
})

t.test('whatever servers answer, the call waits for its caller or ends, and says so', async () => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom(
      '<a/>',
      'var x = 1',
      'throw 1',
      vxml(`<form>${field('k', '<goto next="http://a.example/doc"/>')}</form>`),
      vxml('<form><block><goto next="next"/></block></form>'),
      vxml('<form><block><return/></block></form>', 'application="root"'),
      vxml('<script>while (true) {}</script><form/>'),
      vxml('<var name="v" expr="nobody"/><form><block>Said.</block></form>'),
      '<grammar mode="dtmf" root="r"><rule id="r">1</rule></grammar>',
      '<grammar mode="dtmf" root="r"><rule id="r"><ruleref uri="self"/></rule></grammar>',
    ),
  )
  const answer = fc.oneof(text, fc.constant({ fails: 'error.badfetch' }), fc.constant(undefined))
  fc.assert(
    fc.property(fc.array(answer, { minLength: 1, maxLength: 8 }), (answers) => {
      let asked = 0
      const servers: Servers = () => {
        asked += 1
        return answers[asked % answers.length]
      }
      let call = webTalk(
        `<form><block><script src="http://a.example/s"/><data name="d" src="http://a.example/d"/></block>
          <field name="k"><grammar src="http://a.example/g"/><prompt>Key?</prompt></field>
          <subdialog name="s" src="http://a.example/sub"/><block><goto next="http://a.example/doc"/></block>
          <error count="3"><exit/></error><error>Sorry.</error></form>`,
        servers,
      )
      for (let turn = 0; turn < 4 && call.turn.wait.kind === 'input'; turn += 1) {
        call = call.press('1')
      }
      return call.turn.wait.kind === 'input' || call.turn.wait.kind === 'end'
    }),
    { numRuns: 60 },
  )
})
