import fc from 'fast-check'
import t from 'tap'
import { schema } from '../../../src/voicexml/check/schema.ts'
import { codesOf, findingsOf, vxml } from './checked.ts'

const found = (files: Readonly<Record<string, string>>, code: string) =>
  findingsOf({ files }).filter((one) => one.code === code)

const person = '<form id="person"><object classid="builtin:hotline/enqueue"/></form>'

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
        '<link event="help" dtmf="1"/><catch event="help"><goto next="other.vxml"/></catch><form/>',
      ),
    ),
  )
  t.notOk(other(vxml('<form><subdialog src="other.vxml"/></form>')))
  t.notOk(
    other(vxml('<form><block><goto expr="\'other.vxml#\' + session.hotline.x"/></block></form>')),
  )
  t.notOk(
    other(vxml('<form/>', ' application="root.vxml"'), {
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
  const loop = (inside: string) =>
    codesOf({
      files: { 'main.vxml': vxml(`<form id="a">${inside}<block><goto next="#a"/></block></form>`) },
    }).filter((code) => code.endsWith('-loop'))
  t.strictSame(loop(''), ['endless-loop'])
  t.strictSame(loop('<field name="f"/>'), [])
  t.strictSame(loop('<object classid="builtin:hotline/hours"/>'), ['endless-loop'])
  t.strictSame(loop('<object classid="builtin:hotline/enqueue"/>'), [])
  t.strictSame(loop('<block><if cond="true"><exit/></if></block>'), ['possible-loop'])
  t.strictSame(loop('<block><if cond="true"><exit/><else/><exit/></if></block>'), [])
  t.strictSame(loop('<subdialog src="#a"/>'), ['endless-loop'], 'a subdialog that calls itself')
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
  t.strictSame(codes, ['no-way-out'])
})
