import fc from 'fast-check'
import t from 'tap'
import { schema } from '../../../src/voicexml/check/schema.ts'
import { codesOf, findingsOf, vxml } from './checked.ts'

const found = (files: Readonly<Record<string, string>>, code: string) =>
  findingsOf({ files }).filter((one) => one.code === code)

const person =
  '<form id="person"><object classid="builtin:hotline/enqueue"><filled>До свидания</filled></object></form>'

t.test('a finding stands at the attribute it is about', async (t) => {
  const source = vxml('\n<form>\n  <block>\n    <goto expr="1 +"/>\n  </block>\n</form>')
  const [finding] = found({ 'main.vxml': source }, 'bad-expression')
  t.match(finding, { file: 'main.vxml', place: { line: 4 }, severity: 'error' })
  t.ok((finding?.place.column ?? 0) > 5)
})

t.test('findings come in the order of reading', async (t) => {
  const bad = vxml('<form><block><goto/></block><block>\n<goto/></block></form>')
  const files = findingsOf({ files: { 'b.vxml': bad, 'a.vxml': bad } })
    .filter(({ code }) => code === 'missing-attribute')
    .map(({ file, place }) => `${file}:${place.line}`)
  t.strictSame(files, ['a.vxml:1', 'a.vxml:2', 'b.vxml:1', 'b.vxml:2'])
})

t.test('where addresses lead', async (t) => {
  const rows: [source: string, dead: boolean][] = [
    ['<goto next="sub/two.vxml"/>', false],
    ['<goto next="/sub/two.vxml#b"/>', false],
    ['<goto next="sub/two.vxml#c"/>', true],
    ['<goto next="../main.vxml"/>', true],
    ['<goto next="sub/../main.vxml"/>', false],
    ['<submit next="https://example.com/x" namelist=""/>', false],
    ['<submit next="sub/two.vxml?day=1"/>', false],
    ["<goto expr=\"'sub/two.vxml' + (session.hotline ? '#a' : '#c')\"/>", true],
    ["<goto expr=\"session.hotline ? 'sub/two.vxml#a' : '#x'\"/>", true],
    ['<goto expr="session.hotline.next"/>', false],
    ['<script src="sub/gone.js"/>', true],
    ['<script src="sub/there.js"/>', false],
  ]
  for (const [content, dead] of rows) {
    const files = {
      'main.vxml': vxml(`<form><block>${content}</block></form>`),
      'sub/two.vxml': vxml('<form id="a"/><form id="b"/>'),
      'sub/there.js': 'var a = 1',
    }
    t.equal(found(files, 'dead-target').length > 0, dead, content)
  }
})

t.test('a document that is there and cannot be read is no dead target as well', async (t) => {
  const files = {
    'main.vxml': vxml('<form><block><goto next="torn.vxml"/></block></form>'),
    'torn.vxml': '<vxml',
  }
  t.notOk(codesOf({ files }).includes('dead-target'))
})

t.test('what can be reached', async (t) => {
  const other = (document: string, rest: Record<string, string> = {}) =>
    codesOf({ files: { 'main.vxml': document, 'other.vxml': vxml('<form/>'), ...rest } }).includes(
      'unreachable-document',
    )
  t.ok(other(vxml('<form/>')))
  t.notOk(
    other(
      vxml(
        '<link event="help" dtmf="1"/><catch event="help"><goto next="other.vxml"/></catch><form><field name="f"/></form>',
      ),
    ),
  )
  t.notOk(other(vxml('<form><subdialog src="other.vxml"/></form>')))
  t.notOk(
    other(vxml('<form><block><goto expr="\'other.vxml#\' + session.hotline.x"/></block></form>')),
  )
  t.notOk(
    other(vxml('<form><block><throw event="x"/></block></form>', ' application="root.vxml"'), {
      'root.vxml': vxml('<catch event="x"><goto next="other.vxml"/></catch>'),
    }),
    'a handler of the root document leads on from its leaves',
  )
})

t.test('a subdialog returns to whoever called it', async (t) => {
  const menu = (rest: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<form><subdialog src="ask.vxml"/><block><goto next="#person"/></block></form>${person}`,
        ),
        'ask.vxml': vxml(
          `<menu><choice dtmf="1" next="#back">Да</choice><catch><exit/></catch></menu><form id="back"><block>${rest}</block></form>`,
        ),
      },
    })
  t.notOk(menu('<return/>').includes('no-way-out'))
  t.ok(menu('<exit/>').includes('no-way-out'))
})

t.test('which names are in sight', async (t) => {
  const rows: [content: string, undeclared: boolean][] = [
    ['<var name="a" expr="1"/><form><block><log expr="a"/></block></form>', false],
    ['<form><var name="a"/></form><form><block><log expr="a"/></block></form>', true],
    ['<form><field name="f"/><block><log expr="f + f$.utterance"/></block></form>', false],
    ['<form><block><var name="a"/></block><block><log expr="a"/></block></form>', true],
    ['<form><block><if cond="true"><var name="a"/></if><log expr="a"/></block></form>', false],
    [
      '<form><block><script>function f(x) { var y = x; return y }</script><log expr="f(1)"/></block></form>',
      false,
    ],
    ['<form><block><script>function f(x) { return z }</script></block></form>', true],
    ['<form><block><assign name="a" expr="1"/></block></form>', true],
    ['<form><block><assign name="application.a" expr="1"/></block></form>', false],
    ['<form><block><log expr="typeof a"/></block></form>', false],
    ['<form><block><log expr="({ a: 1 }).a + Math.max(1, 2)"/></block></form>', false],
    ['<form><block><log expr="function (a) { return a }(1)"/></block></form>', false],
    ['<form><block><foreach item="a" array="[1]"><log expr="a"/></foreach></block></form>', false],
    ['<catch><log expr="_event + f"/></catch><form><field name="f"/></form>', false],
    ['<form><block><log expr="_event"/></block></form>', true],
    ['<form><block><exit namelist="a"/></block></form>', true],
    ['<script src="gone.js"/><form><block><log expr="a"/></block></form>', false],
    [
      '<form><block><data name="a" src="https://example.com"/><log expr="a"/></block></form>',
      false,
    ],
  ]
  for (const [content, undeclared] of rows)
    t.equal(
      found({ 'main.vxml': vxml(content) }, 'undeclared-name').length > 0,
      undeclared,
      content,
    )
  const leaf = vxml(
    '<form><block><log expr="shared + own"/></block></form>',
    ' application="r.vxml"',
  )
  const root = vxml('<var name="shared"/><script src="r.js"/>')
  t.strictSame(
    found({ 'main.vxml': leaf, 'r.vxml': root, 'r.js': 'var own = 1' }, 'undeclared-name'),
    [],
  )
  t.equal(found({ 'main.vxml': leaf, 'r.vxml': root, 'r.js': '' }, 'undeclared-name').length, 1)
})

t.test(
  'a variable of content is there from its declaration on, and not in other branches',
  async (t) => {
    const rows: [content: string, undeclared: boolean][] = [
      ['<if cond="session.x"><var name="a"/><else/><log expr="a"/></if>', true],
      ['<if cond="session.x"><var name="a"/><elseif cond="a"/>Да</if>', true],
      ['<if cond="session.x"><var name="a"/><log expr="a"/></if>', false],
      ['<if cond="session.x"><var name="a"/></if><log expr="a"/>', false],
      ['<log expr="a"/><var name="a"/>', true],
      ['<var name="a" expr="a"/>', true],
      ['<var name="a"/><if cond="session.x">Да<else/><log expr="a"/></if>', false],
      [
        '<if cond="session.x"><var name="a"/></if><if cond="session.y">Да<else/><log expr="a"/></if>',
        false,
      ],
      [
        '<foreach array="[1]" item="i"><if cond="i == 2"><log expr="a"/></if><var name="a"/></foreach>',
        false,
      ],
      ['<script>var a = 1</script><log expr="a"/><if cond="a"><var name="a"/></if>', false],
    ]
    for (const [content, undeclared] of rows) {
      const files = { 'main.vxml': vxml(`<form><block>${content}</block></form>`) }
      t.equal(found(files, 'undeclared-name').length > 0, undeclared, content)
    }
  },
)

t.test('addresses are relative to xml:base', async (t) => {
  const rows: [base: string, next: string, dead: boolean][] = [
    ['sub/', 'two.vxml', false],
    ['/sub/any.vxml', 'two.vxml', false],
    ['sub', 'two.vxml', true],
    ['sub/', '/main.vxml', false],
    ['sub/', '#here', false],
    ['https://example.com/', 'two.vxml', false],
  ]
  for (const [base, next, dead] of rows) {
    const form = `<form id="here"><block><goto next="${next}"/></block></form>`
    const files = {
      'main.vxml': vxml(form, ` xml:base="${base}"`),
      'sub/two.vxml': vxml('<form/>'),
    }
    t.equal(found(files, 'dead-target').length > 0, dead, `${base} ${next}`)
  }
  const audio = (base: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<form><block><prompt xml:base="${base}"><audio src="a.wav"/></prompt></block></form>`,
        ),
      },
      audio: ['sub/a.wav'],
    })
  t.notOk(audio('sub/').includes('missing-audio'))
  t.ok(audio('other/').includes('missing-audio'))
})

t.test('what is fetched from elsewhere may not be there', async (t) => {
  const rows: [content: string, code: string | null][] = [
    ['<data name="d" src="https://example.com/d"/>Да<exit/>', 'silent-end'],
    ['<data name="d" srcexpr="session.x"/>Да<exit/>', 'silent-end'],
    ['<data name="d" src="d.xml"/>Да<exit/>', null],
    ['<goto next="https://example.com/a.vxml"/>', 'silent-end'],
    ['<submit next="https://example.com/a.vxml"/>', 'silent-end'],
  ]
  const form = (content: string, handler: string) => ({
    'main.vxml': vxml(`${handler}<form><block>${content}</block></form>`),
    'd.xml': '<d/>',
  })
  for (const [content, code] of rows) {
    const mute = form(content, '<catch event="error.badfetch"><exit/></catch>')
    t.equal(found(mute, 'silent-end').length > 0, code !== null, content)
    const polite = form(content, '<catch event="error.badfetch">Увы<exit/></catch>')
    t.same(found(polite, 'silent-end'), [], content)
    t.same(found(form(content, ''), 'uncaught-event'), [], content)
  }
  t.ok(found(form('<data name="d" src="gone.xml"/>', ''), 'dead-target').length > 0)
})

t.test('a subdialog of another server may not be there', async (t) => {
  const files = (handler: string) => ({
    'main.vxml': vxml(
      `<form><subdialog src="https://example.com/s.vxml">${handler}</subdialog><block>Да<exit/></block></form>`,
    ),
  })
  t.ok(found(files('<error><exit/></error>'), 'silent-end').length > 0)
  t.same(found(files('<error>Увы<exit/></error>'), 'silent-end'), [])
})

t.test('the type of a grammar tells before its file does', async (t) => {
  const grammar =
    '<grammar xmlns="http://www.w3.org/2001/06/grammar" mode="dtmf" version="1.0" root="r"><rule id="r">1</rule></grammar>'
  const field = (type: string) => ({
    'main.vxml': vxml(
      `<form><field name="a"><grammar src="k.grxml" type="${type}"/></field></form>`,
    ),
    'k.grxml': grammar,
  })
  t.ok(found(field('application/x-gsl'), 'bad-grammar').length > 0)
  t.same(found(field('application/srgs+xml'), 'bad-grammar'), [])
})

t.test('a computed key must have in every language what any has', async (t) => {
  const missing = (english: Record<string, string>) =>
    findingsOf({
      files: {
        'main.vxml': vxml(
          '<form><block><audio expr="\'prompt:state.\' + session.hotline.x"/></block></form>',
        ),
      },
      languages: ['ru-RU', 'en-US'],
      prompts: { 'ru-RU': { 'state.open': 'Открыто' }, 'en-US': english },
    }).map(({ code, message }) => `${code} ${message}`)
  t.strictSame(missing({}), ['missing-prompt en-US has no prompt state.open'])
  t.strictSame(missing({ 'state.open': 'Open' }), [])
})

t.test('a prompt is wanted only where it can be heard', async (t) => {
  const flow = (attributes: string) => ({
    files: {
      'main.vxml': vxml(
        `<form><block><prompt${attributes}><audio src="prompt:hi"/></prompt></block></form>`,
      ),
    },
    languages: ['ru-RU', 'en-US'],
    prompts: { 'ru-RU': { hi: 'Привет' }, 'en-US': {} },
  })
  t.ok(codesOf(flow('')).includes('missing-prompt'))
  t.notOk(codesOf(flow(' xml:lang="ru-RU"')).includes('missing-prompt'))
  t.notOk(codesOf(flow(' xml:lang="ru"')).includes('missing-prompt'), 'ru is served by ru-RU')
})

t.test('loops end where the caller can act', async (t) => {
  const loop = (inside: string, after = '<block><goto next="#a"/></block>') =>
    codesOf({ files: { 'main.vxml': vxml(`<form id="a">${inside}${after}</form>`) } }).filter(
      (code) => /loop|recursion|endless/.test(code),
    )
  const prompt = '<prompt>Да?</prompt>'
  t.strictSame(loop(''), ['endless-loop'])
  t.strictSame(loop(`<field name="f">${prompt}</field>`), [])
  t.strictSame(loop('<field name="f"/>'), ['silent-loop'])
  t.strictSame(loop('<object classid="builtin:hotline/hours"/>'), ['endless-loop'])
  t.strictSame(loop('<object classid="builtin:hotline/enqueue"/>'), ['silent-loop'])
  t.strictSame(loop('<block><if cond="session.x"><exit/></if></block>'), ['possible-loop'])
  t.strictSame(loop('<block><if cond="true"><exit/></if></block>'), [])
  t.strictSame(loop('<block><if cond="session.x"><exit/><else/><exit/></if></block>'), [])
  t.strictSame(loop('<subdialog src="#a"/>'), ['subdialog-recursion'])
  t.strictSame(
    loop('<block><throw event="x"/></block><catch event="x"><throw event="x"/></catch>', ''),
    ['endless-loop'],
    'a handler that throws what it catches',
  )
  t.strictSame(
    loop(
      '<block><throw event="x"/></block><catch event="x"><throw event="x"/></catch><catch event="x" count="3"><exit/></catch>',
      '',
    ),
    [],
    'until it is counted',
  )
})

t.test('a counter ends a circle, a condition that nothing changes does not', async (t) => {
  const asked = (change: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<var name="asked" expr="0"/><form id="a"><block>${change}</block><field name="f" type="digits"><prompt>Номер</prompt><noinput><if cond="asked &lt; 3"><goto next="#a"/></if>Пока<exit/></noinput><nomatch>Нет<exit/></nomatch></field></form>`,
        ),
      },
    }).filter((code) => code === 'endless-noinput')
  t.strictSame(asked('<assign name="asked" expr="asked + 1"/>'), [])
  t.strictSame(asked('<log>нет</log>'), ['endless-noinput'])
})

t.test('counts begin anew when a form is entered anew', async (t) => {
  const field = (leave: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<form id="a"><field name="f" type="digits"><prompt>Номер</prompt><noinput>${leave}</noinput><noinput count="3">Пока<exit/></noinput><nomatch>Нет<exit/></nomatch></field></form>`,
        ),
      },
    }).filter((code) => /noinput|unused/.test(code))
  t.strictSame(field('<goto next="#a"/>'), ['endless-noinput', 'unused-handler'])
  t.strictSame(field('<reprompt/>'), [])
})

t.test('a handler whose condition never holds leaves the event to others', async (t) => {
  const field = (handlers: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<form><field name="f" type="digits"><prompt>Номер</prompt><nomatch>Нет<exit/></nomatch>${handlers}</field></form>`,
        ),
      },
    }).filter((code) => /noinput|constant/.test(code))
  t.strictSame(field('<noinput cond="false">Пока<exit/></noinput>'), [
    'constant-condition',
    'unhandled-noinput',
  ])
  t.strictSame(field('<noinput>Ещё<reprompt/></noinput>'), ['endless-noinput'])
  t.strictSame(field('<noinput cond="session.x">Пока<exit/></noinput><noinput>Ещё</noinput>'), [
    'endless-noinput',
  ])
  t.strictSame(field('<noinput>Ещё</noinput><noinput count="2">Пока<exit/></noinput>'), [])
})

t.test('a form in which nothing is left to do hangs up', async (t) => {
  const field = (filled: string) =>
    findingsOf({
      files: {
        'main.vxml': vxml(
          `<form><var name="n" expr="0"/><field name="f" type="digits"><prompt>Номер</prompt><filled>${filled}</filled><noinput>Пока<exit/></noinput><nomatch>Нет<exit/></nomatch></field></form>`,
        ),
      },
    }).filter(({ code }) => code === 'silent-end')
  t.match(field('<log>Да</log>')[0]?.message, /nothing is left to do/)
  t.strictSame(field('Спасибо'), [])
  t.strictSame(field('Ещё<clear namelist="f"/>'), [])
  t.equal(
    field('<assign name="n" expr="n + 1"/><if cond="n &lt; 3">Ещё<clear namelist="f"/></if>')
      .length,
    1,
    'the third time',
  )
})

t.test('silence that leads from menu to menu for ever is found', async (t) => {
  const menus = (last: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<menu id="a"><prompt>Раз</prompt><choice dtmf="1" next="#person"/><noinput><goto next="#b"/></noinput></menu><menu id="b"><prompt>Два</prompt><choice dtmf="1" next="#person"/><noinput><goto next="#${last}"/></noinput></menu>${person}`,
        ),
      },
    }).includes('endless-noinput')
  t.ok(menus('a'))
  t.notOk(menus('person'))
})

t.test('what a platform function answers is followed to the end of the call', async (t) => {
  const filled = (content: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<form><object name="call" classid="builtin:hotline/enqueue"><filled>${content}</filled></object></form>`,
        ),
      },
    }).includes('silent-end')
  t.ok(filled('<exit/>'), 'nobody was there')
  t.notOk(filled('<if cond="call.status == \'bridged\'"><exit/></if>Никого нет<exit/>'))
  t.ok(filled('<if cond="call.status != \'closed\'"><exit/></if>Никого нет<exit/>'))
})

t.test('a transfer that fails is no polite end', async (t) => {
  const transfer = (content: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<form><transfer name="call" dest="tel:+74950000000" bridge="true"><filled>${content}</filled></transfer></form>`,
        ),
      },
    }).includes('silent-end')
  t.ok(transfer('<exit/>'))
  t.notOk(
    transfer(
      "<if cond=\"call == 'busy' || call == 'noanswer' || call == 'network_busy' || call == 'unknown'\">Занято</if><exit/>",
    ),
  )
})

t.test('a way to a person that one language closes is no way in that language', async (t) => {
  const found = findingsOf({
    files: {
      'main.vxml': vxml(
        `<var name="language" expr="session.hotline.languages[0]"/><menu><prompt>Раз</prompt><choice dtmf="1" next="#ask"/><noinput>Пока<exit/></noinput></menu><form id="ask"><block><if cond="application.language == 'en-US'">Sorry<exit/></if><goto next="#person"/></block></form>${person}`,
      ),
    },
    languages: ['ru-RU', 'en-US'],
  }).filter(({ code }) => code === 'no-way-out')
  t.equal(found.length, 1)
  t.match(found[0]?.message, /en-US/)
})

t.test('a root document leads from the document that is heard', async (t) => {
  const reached = codesOf({
    files: {
      'a/main.vxml': vxml(
        '<form><block><throw event="x"/></block></form><form id="here"><block>Да</block></form>',
        ' application="../root.vxml"',
      ),
      'root.vxml': vxml('<catch event="x"><goto next="#here"/></catch>'),
    },
  })
  t.notOk(reached.includes('unreachable-dialog'))
  t.notOk(reached.includes('dead-target'))
  const gone = codesOf({
    files: {
      'a/main.vxml': vxml('<form><block>Да</block></form>', ' application="../root.vxml"'),
      'root.vxml': vxml('<catch event="x"><goto next="other.vxml"/></catch>'),
      'other.vxml': vxml('<form><block>Да</block></form>'),
    },
  })
  t.ok(gone.includes('dead-target'), 'there is no a/other.vxml')
})

t.test('a link is hidden by a field that takes its keys', async (t) => {
  const field = (type: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<link dtmf="0" next="#person"/><form><field name="f" type="${type}"/></form>${person}`,
        ),
      },
    }).includes('key-shadows-link')
  t.ok(field('digits?length=1'))
  t.notOk(field('digits?length=4'))
})

t.test('choices are numbered only with dtmf="true"', async (t) => {
  const menu = (attributes: string) =>
    codesOf({
      files: {
        'main.vxml': vxml(
          `<menu${attributes}><choice next="#person">А</choice><choice dtmf="1" next="#person">Б</choice></menu>${person}`,
        ),
      },
    }).includes('key-clash')
  t.ok(menu(' dtmf="true"'))
  t.notOk(menu(''))
})

t.test('any tree of elements is checked to its end', async (_t) => {
  const names = [...schema.keys(), 'unknown']
  const attributes = [
    ...new Set([...schema.values()].flatMap((rule) => [...rule.attributes.keys()])),
  ]
  const value = fc.constantFrom(
    '',
    '1',
    '#a',
    'a',
    'main.vxml',
    '1 +',
    'a.b',
    'prompt:x',
    '__proto__',
    'true',
    '5s',
  )
  const { element } = fc.letrec<{ element: string; children: string }>((tie) => ({
    element: fc
      .tuple(
        fc.constantFrom(...names),
        fc.uniqueArray(fc.tuple(fc.constantFrom(...attributes), value), {
          maxLength: 4,
          selector: ([name]) => name,
        }),
        tie('children'),
      )
      .map(([name, pairs, children]) => {
        const written = pairs.map(([key, text]) => ` ${key}="${text}"`).join('')
        return `<${name}${written}>${children}</${name}>`
      }),
    children: fc.oneof(
      { maxDepth: 5 },
      fc.constant('текст'),
      fc.tuple(tie('element'), tie('element')).map((all) => all.join('')),
    ),
  }))
  fc.assert(
    fc.property(fc.array(element, { maxLength: 4 }), (elements) => {
      for (const finding of findingsOf({ files: { 'main.vxml': vxml(elements.join('')) } }))
        if (finding.place.line < 1 || finding.place.column < 1 || finding.message === '')
          return false
      return true
    }),
    { numRuns: 300 },
  )
})

t.test('a thousand documents are checked together', async (t) => {
  const files: Record<string, string> = {}
  for (let index = 0; index < 1000; index++)
    files[`d/${index}.vxml`] = vxml(
      `<menu id="m"><prompt><audio src="prompt:p${index}"/></prompt>${[1, 2, 3].map((key) => `<choice dtmf="${key}" next="${(index * 3 + key) % 1000}.vxml#f"/>`).join('')}<catch><exit/></catch></menu><form id="f"><block><log expr="session.hotline.line + ${index}"/><goto next="#m"/></block></form>`,
    )
  const prompts = Object.fromEntries(Object.keys(files).map((_, index) => [`p${index}`, 'Текст']))
  const codes = codesOf({ files, prompts: { 'ru-RU': prompts } })
  t.ok(codes.includes('no-way-out'))
})
