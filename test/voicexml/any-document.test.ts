import fc from 'fast-check'
import t from 'tap'
import { type AttributeKind, schema } from '../../src/voicexml/check/schema.ts'
import { type Talk, talk, vxml } from './support/talk.ts'

const texts: Readonly<Record<Exclude<AttributeKind, readonly string[]>, readonly string[]>> = {
  text: ['builtin:hotline/hours', 'digits?length=1', 'boolean', 'timeout', 'termchar', 'date', ''],
  expr: [
    'a',
    'b',
    'a + 1',
    "'#x'",
    'undefined',
    '[1, 2]',
    'unknown',
    '1 +',
    'application',
    "'my.event'",
  ],
  uri: [
    '#x',
    '#y',
    'main.vxml',
    'main.vxml#x',
    'prompt:hello',
    'builtin:dtmf/digits',
    'builtin:hotline/hours',
  ],
  name: ['a', 'b', 'c', '__proto__', 'dialog.a'],
  names: ['a', 'a b', 'c', ''],
  events: [
    'noinput',
    'nomatch',
    'error',
    'error.semantic',
    'my.event',
    'cancel',
    'a b',
    '.',
    'constructor',
  ],
  time: ['0s', '5s', '200ms', 'soon'],
  count: ['1', '2', '3', 'x'],
  whole: ['0', '1'],
  keys: ['1', '2', '12', '*', '#', 'x'],
  id: ['x', 'y', 'z'],
}

const valueFor = (kind: AttributeKind | undefined): fc.Arbitrary<string> =>
  fc.constantFrom(...(typeof kind === 'string' ? texts[kind] : (kind ?? [''])))

/** Names that some attribute groups share: one of each group is given, the rest is left to the checker. */
const choiceOf = (group: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...group)

/** An element of the schema with sound attributes and, to a depth, some of the children it may have. */
const element = (name: string, depth: number): fc.Arbitrary<string> => {
  const rule = schema.get(name)
  if (rule === undefined) return fc.constant('')
  const grouped = new Set([...rule.exactlyOne, ...rule.atMostOne].flat())
  const free = [...rule.attributes.keys()].filter(
    (each) => !grouped.has(each) && !rule.required.includes(each) && !each.startsWith('xml'),
  )
  const content =
    name === 'foreach'
      ? ['audio', 'value']
      : [...(rule.children ?? [])].filter((each) => each !== 'data')
  return fc
    .tuple(
      fc.tuple(...rule.exactlyOne.map(choiceOf)),
      fc.subarray(free, { maxLength: Math.min(2, free.length) }),
      depth === 0 || content.length === 0
        ? fc.constant([])
        : fc.array(
            fc.constantFrom(...content).chain((child) => element(child, depth - 1)),
            { maxLength: 4 },
          ),
    )
    .chain(([chosen, more, inside]) => {
      const given = [...rule.required, ...chosen, ...more]
      return fc.tuple(...given.map((each) => valueFor(rule.attributes.get(each)))).map((values) => {
        const attributes = given.map((each, at) => ` ${each}="${values[at]}"`).join('')
        const script = name === 'script' ? 'var c = 1' : 'words '
        return `<${name}${attributes}>${rule.text ? script : ''}${inside.join('')}</${name}>`
      })
    })
}

const topLevel = [...(schema.get('vxml')?.children ?? [])].filter((each) => each !== 'data')

const documents = fc
  .tuple(
    element('form', 4),
    element('menu', 3),
    fc.array(
      fc.constantFrom(...topLevel).chain((name) => element(name, 2)),
      { maxLength: 3 },
    ),
  )
  .map(([form, menu, more]) =>
    vxml(`<var name="a" expr="1"/>${form}${menu}${more.join('')}
      <form id="y"><field name="b" type="digits"><prompt>Keys?</prompt></field></form>`),
  )

const inputs = fc.constantFrom('1', '12', '*', '', '0')

t.test('whatever a document says, each turn ends in a wait', async () => {
  fc.assert(
    fc.property(documents, fc.array(inputs, { maxLength: 6 }), (document, keys) => {
      let call: Talk = talk({ 'main.vxml': document })
      for (const digits of keys) {
        if (call.turn.session === null) break
        call = call.wait.kind === 'object' ? call.answer({ open: true }) : call.press(digits)
      }
      return call.turn.session === null || call.hangup().wait.kind === 'end'
    }),
    { numRuns: 200 },
  )
})
