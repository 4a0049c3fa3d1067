import fc from 'fast-check'
import t from 'tap'
import type { XmlElement, XmlNode } from '../../src/voicexml/element.ts'
import { MAX_BYTES, readXml } from '../../src/voicexml/read-xml.ts'

const tree = (source: string): XmlElement => {
  const read = readXml(source, 'a.vxml')
  if ('findings' in read) throw new Error(JSON.stringify(read.findings))
  return read.root
}

const refusal = (source: string): string => {
  const read = readXml(source, 'a.vxml')
  if (!('findings' in read)) return 'accepted'
  const [finding] = read.findings
  return `${finding?.place.line}:${finding?.place.column} ${finding?.code}`
}

t.test('a document becomes a frozen tree with the places of elements and attributes', async (t) => {
  const root = tree(
    '\uFEFF<?xml version="1.0" encoding="utf-8"?>\r\n<!-- top -->\r\n' +
      '<vxml version="2.1" xmlns="http://www.w3.org/2001/vxml"\r\n  xml:lang="ru-RU">\r\n' +
      ' <form id="f"/>text &amp; <![CDATA[<more>]]><!-- not here --> end</vxml>\n',
  )
  t.equal(root.name, 'vxml')
  t.same(root.place, { line: 3, column: 1 })
  t.same({ ...root.attributes }, { version: '2.1', 'xml:lang': 'ru-RU' })
  t.same(root.attributePlaces['xml:lang'], { line: 4, column: 3 })
  t.equal(Object.getPrototypeOf(root.attributes), null)
  t.ok(Object.isFrozen(root) && Object.isFrozen(root.attributes) && Object.isFrozen(root.children))
  const [space, form, text] = root.children
  t.same(space, { kind: 'text', text: '\n ', place: { line: 4, column: 20 } })
  t.same(form?.place, { line: 5, column: 2 })
  t.same(text, { kind: 'text', text: 'text & <more> end', place: { line: 5, column: 16 } })
})

t.test('our elements lose their prefix and foreign ones keep it', async (t) => {
  const root = tree(
    '<v:vxml xmlns:v="http://www.w3.org/2001/vxml" xmlns:r="http://example.org/r"><r:form/></v:vxml>',
  )
  t.equal(root.name, 'vxml')
  t.match(root.children[0], { name: 'r:form' })
})

t.test('white space in attribute values is normalised as XML 1.0 section 3.3.3 says', async (t) => {
  t.equal(tree('<a x="1\r\n2\t3&#10;4"/>').attributes['x'], '1 2 3\n4')
})

t.test('document types and entities are refused, but not inside comments and CDATA', async (t) => {
  t.equal(refusal('<?xml version="1.0"?>\n <!DOCTYPE vxml><vxml/>'), '2:2 xml-doctype')
  t.equal(refusal('<!doctype a [<!ENTITY x "y">]><a>&x;</a>'), '1:1 xml-doctype')
  t.equal(refusal('<a><!ENTITY x "y"></a>'), '1:4 xml-doctype')
  t.equal(refusal('<!-- <!DOCTYPE a> --><a><![CDATA[<!ENTITY b "c">]]></a>'), 'accepted')
})

t.test('what is not well formed is refused with its place', async (t) => {
  for (const [source, expected] of [
    ['', '1:1'],
    ['   \n', '2:1'],
    ['<a>\n<b></a>', '2:4'],
    ['<a/>\n<b/>', '2:1'],
    ['<a/>text', '1:5'],
    ['text<a/>', '1:1'],
    ['<a>', '1:4'],
    ['</a>', '1:1'],
    ['<a b=1/>', '1:6'],
    ['<a b/>', '1:4'],
    ['<a b="1" b="2"/>', '1:10'],
    ['<a b="1"c="2"/>', '1:9'],
    ['<a b="<"/>', '1:7'],
    ['<a b="x', '1:6'],
    ['<a>x && y</a>', '1:6'],
    ['<a>&nbsp;</a>', '1:4'],
    ['<a b="&b;"/>', '1:7'],
    ['<a>a < b</a>', '1:6'],
    ['<a>]]></a>', '1:4'],
    ['<a><!-- -- --></a>', '1:9'],
    ['<a><!-- </a>', '1:4'],
    ['<a><![CDATA[ </a>', '1:4'],
    ['<a><?xml version="1.0"?></a>', '1:4'],
    ['<a><?p </a>', '1:4'],
    ['<a><?p!?></a>', '1:4'],
    ['<a><!x></a>', '1:4'],
    ['<a </a>', '1:4'],
    ['<a></a b>', '1:4'],
    ['<p:a/>', '1:1'],
    ['<a p:b="1"/>', '1:1'],
    ['<a xmlns:p="u" xmlns:q="u" p:b="1" q:b="2"/>', '1:1'],
    ['<?xml version="1.1"?><a/>', '1:1'],
    ['<?xml encoding="UTF-8"?><a/>', '1:1'],
  ] as const) {
    t.equal(refusal(source), `${expected} xml-not-well-formed`, source)
  }
})

t.test('only UTF-8 text of XML characters is read', async (t) => {
  t.equal(refusal('<?xml version="1.0" encoding="windows-1251"?><a/>'), '1:1 xml-encoding')
  t.equal(refusal('<?xml version="1.0" encoding="UTF-16"?><a/>'), '1:1 xml-encoding')
  t.equal(refusal('<a>\n\uFFFD</a>'), '2:1 xml-encoding')
  t.equal(refusal('<a>\n\0</a>'), '2:1 xml-character')
  t.equal(refusal('<a b="\u0001"/>'), '1:7 xml-character')
  t.equal(refusal('<a>\uD800</a>'), '1:4 xml-character')
  t.equal(refusal('<a>\uFFFE</a>'), '1:4 xml-character')
  t.equal(refusal('<a>&#0;</a>'), '1:4 xml-character')
  t.equal(refusal('<a>&#xD800;</a>'), '1:4 xml-character')
  t.equal(refusal('<a b="&#9999999;"/>'), '1:7 xml-character')
  t.same(tree('<a>&#x1F600;😀</a>').children[0], {
    kind: 'text',
    text: '😀😀',
    place: { line: 1, column: 4 },
  })
})

t.test('size, depth and number are limited before a tree is built', async (t) => {
  t.equal(refusal('<a>'.repeat(170_000)), '1:193 xml-too-deep')
  t.equal(refusal('<a>'.repeat(200_000)), '1:1 xml-too-large')
  t.equal(refusal(`<a>${'é'.repeat(MAX_BYTES / 2)}</a>`), '1:1 xml-too-large')
  t.match(refusal(`<a>${'<b/>'.repeat(20_000)}</a>`), /xml-too-many-nodes/)
  t.match(
    refusal(`<a ${Array.from({ length: 200 }, (_, n) => `b${n}=""`).join(' ')}/>`),
    /xml-too-many-nodes/,
  )
  t.equal(refusal('<a>'.repeat(64) + '</a>'.repeat(64)), 'accepted')
  t.equal(refusal(`<a b="${'x'.repeat(MAX_BYTES - 20)}"/>`), 'accepted')
  t.equal(refusal(`<a>${'&amp;'.repeat(100_000)}</a>`), 'accepted')
})

t.test('names of the language itself are harmless as attribute names', async (t) => {
  const { attributes } = tree('<a __proto__="1" constructor="2"/>')
  t.same(Object.entries(attributes), [
    ['__proto__', '1'],
    ['constructor', '2'],
  ])
})

const write = (node: XmlNode): string => {
  const escaped = (text: string) => text.replace(/[&<>"\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`)
  if (node.kind === 'text') return escaped(node.text)
  const attributes = Object.entries(node.attributes).map(([k, v]) => ` ${k}="${escaped(v)}"`)
  return `<${node.name}${attributes.join('')}>${node.children.map(write).join('')}</${node.name}>`
}
const content = (node: XmlNode): unknown =>
  node.kind === 'text'
    ? node.text
    : [node.name, Object.entries(node.attributes), node.children.map(content)]

t.test('property: a tree written out and read again is the same tree', async (t) => {
  const name = fc.stringMatching(/^[a-zй_][a-z0-9.й-]{0,5}$/).filter((n) => n !== 'xmlns')
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 8 })
    .filter((s) => !/[^\t\n\r\x20-\uD7FF\uE000-\uFFFC\u{10000}-\u{10FFFF}]/u.test(s))
  const place = { line: 1, column: 1 }
  const element: fc.Memo<XmlElement> = fc.memo((n) =>
    fc
      .record({
        name,
        attributes: fc.dictionary(name, text, { maxKeys: 3 }),
        children: fc.array(
          n > 1
            ? fc.oneof(
                text.map((text): XmlNode => ({ kind: 'text', text, place })),
                element(n - 1),
              )
            : text.map((text): XmlNode => ({ kind: 'text', text, place })),
          { maxLength: 3 },
        ),
      })
      .map(({ name, attributes, children }): XmlElement => {
        const apart = children.filter(
          (child, at) => child.kind === 'element' || children[at - 1]?.kind !== 'text',
        )
        return { kind: 'element', name, attributes, attributePlaces: {}, children: apart, place }
      }),
  )
  fc.assert(
    fc.property(element(4), (root) => {
      t.same(content(tree(write(root))), content(root))
    }),
    { numRuns: 60 },
  )
})

t.test('property: any text is either read or refused with a place inside it', async () => {
  const piece = fc.constantFrom(
    ...[
      '<a>',
      '</a>',
      '<a/>',
      '<',
      '>',
      '&',
      '&lt;',
      '"',
      "'",
      ' b="c"',
      '<!--',
      '-->',
      ']]>',
      'x',
    ],
    ...['<![CDATA[', '<?x ', '?>', '\n', '=', '<a b="1">', '\0', '<!DOCTYPE', '&#0;', 'xmlns', ':'],
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const source = pieces.join('')
      const read = readXml(source, 'f')
      if ('root' in read) return tree(write(read.root)) !== null
      const [finding] = read.findings
      const lines = source.split('\n')
      const line = lines[(finding?.place.line ?? 0) - 1]
      return line !== undefined && (finding?.place.column ?? 0) <= line.length + 1
    }),
    { numRuns: 300 },
  )
})
