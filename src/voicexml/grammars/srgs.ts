import type { Place, XmlElement, XmlNode } from '../element.ts'
import { type Program, parseScript } from '../expressions/program.ts'
import { builtinGrammar } from './builtin.ts'
import { choice, type Expansion, KEYS, keys, type Rule, repeat, sequence } from './expansion.ts'
import { type Compiled, compileRule } from './grammar.ts'

/** Where the address of a grammar leads: its root element and the name by which it is known. */
export type GrammarSource = { readonly xml: XmlElement; readonly file: string }

/**
 * Finds the grammar that a `<ruleref uri>` names, given without its fragment, in a grammar of file `from`
 * (null = the one handed to `srgsGrammar`); null when there is none.
 */
export type ResolveGrammar = (uri: string, from: string | null) => GrammarSource | null

const MAX_REPEAT = 255
/** Elements one in another, those of the rules referred to included. */
const MAX_NESTING = 200

/**
 * Compiles a `<grammar>` element of SRGS 1.0 (https://www.w3.org/TR/speech-grammar/) in `dtmf` mode, inline
 * or the root of a file. `fragment` chooses a public rule in place of the root rule. Rules that lead back
 * to themselves are a fault, as are repeats over 255. Weights and probabilities change nothing.
 */
export const srgsGrammar = (
  xml: XmlElement,
  resolve: ResolveGrammar = () => null,
  fragment: string | null = null,
): Compiled => {
  const book: Book = { resolve, rules: new Map(), globals: new Map() }
  try {
    const source: Source = { xml, file: null }
    return compileRule(
      findRule(book, source, { fragment, foreign: fragment !== null }, { above: [], nesting: 0 }),
    )
  } catch (error) {
    if (!isRefusal(error)) throw error
    return error.refusal
  }
}

type Source = { readonly xml: XmlElement; readonly file: string | null }

/** What one compilation has read so far. */
type Book = {
  readonly resolve: ResolveGrammar
  readonly rules: Map<XmlElement, Rule>
  readonly globals: Map<XmlElement, readonly Program[]>
}

type Context = {
  readonly book: Book
  readonly source: Source
  readonly format: TagFormat
  /** Rules under way, outermost first. */
  readonly above: readonly XmlElement[]
  readonly nesting: number
}

type Refusal = Error & { readonly refusal: Compiled }

const isRefusal = (error: unknown): error is Refusal => error instanceof Error && 'refusal' in error

const refuse = (refusal: Compiled): never => {
  throw Object.assign(new Error('grammar refused'), { refusal })
}

const fail = (message: string, place: Place, { file }: Source): never =>
  refuse({ fault: { message, place, file } })

const elementsOf = (parent: XmlElement, name: string): XmlElement[] =>
  parent.children.filter(
    (child): child is XmlElement => child.kind === 'element' && child.name === name,
  )

type Wanted = { readonly fragment: string | null; readonly foreign: boolean }

const findRule = (
  book: Book,
  source: Source,
  { fragment, foreign }: Wanted,
  { above, nesting }: Pick<Context, 'above' | 'nesting'>,
): Rule => {
  const { xml } = source
  const format = checkHeader(source)
  const rules = elementsOf(xml, 'rule')
  const root =
    xml.attributes['root'] ?? (rules.length === 1 ? rules[0]?.attributes['id'] : undefined)
  const id = fragment ?? root
  if (id === undefined) return fail('the grammar names no root rule', xml.place, source)
  const [rule, twin] = rules.filter((each) => each.attributes['id'] === id)
  if (!rule) return fail(`there is no rule ${id}`, xml.place, source)
  if (twin) return fail(`there are two rules ${id}`, twin.place, source)
  if (foreign && id !== root && rule.attributes['scope'] !== 'public') {
    return fail(`rule ${id} is not public`, rule.place, source)
  }
  return expandRule({ book, source, format, above, nesting }, rule, id)
}

const expandRule = (context: Context, element: XmlElement, id: string): Rule => {
  const { book, source, above } = context
  const known = book.rules.get(element)
  if (known) return known
  if (above.includes(element)) return fail(`rule ${id} leads back to itself`, element.place, source)
  const body = expandAll({ ...context, above: [...above, element] }, element.children)
  const rule: Rule = { name: id, body, globals: globalsOf(context), interpret: null }
  book.rules.set(element, rule)
  return rule
}

type TagFormat = 'script' | 'literal'

/** Refuses what is no SRGS grammar over keys; how its tags are meant. */
const checkHeader = ({ xml }: Source): TagFormat => {
  const { mode, type, 'tag-format': format } = xml.attributes
  if (xml.name !== 'grammar') return refuse({ unsupported: `<${xml.name}>` })
  if (type !== undefined && type.trim() !== 'application/srgs+xml') {
    return refuse({ unsupported: type })
  }
  if (mode !== 'dtmf') return refuse({ unsupported: 'mode voice' })
  if (elementsOf(xml, 'rule').length === 0)
    return refuse({ unsupported: 'a grammar without rules' })
  if (format === undefined || /^semantics\/1\.0(\.2006)?$/.test(format)) return 'script'
  if (/^semantics\/1\.0(\.2006)?-literals$/.test(format)) return 'literal'
  return refuse({ unsupported: `tag-format ${format}` })
}

const globalsOf = ({ book, source, format }: Context): readonly Program[] => {
  const known = book.globals.get(source.xml)
  if (known) return known
  const tags = format === 'script' ? elementsOf(source.xml, 'tag') : []
  const programs = tags.map((tag) => scriptOf(tag, source))
  book.globals.set(source.xml, programs)
  return programs
}

const expandAll = (context: Context, nodes: readonly XmlNode[]): Expansion =>
  sequence(...nodes.flatMap((node) => expand(context, node)))

const expand = (outer: Context, node: XmlNode): Expansion[] => {
  const context = { ...outer, nesting: outer.nesting + 1 }
  const { source } = context
  if (context.nesting > MAX_NESTING) {
    return fail(`nested deeper than ${MAX_NESTING} elements`, node.place, source)
  }
  if (node.kind === 'text') return tokens(node.text, node.place, source)
  switch (node.name) {
    case 'token':
      return tokens(textOf(node), node.place, source)
    case 'item':
      return [expandItem(context, node)]
    case 'one-of':
      return [expandChoice(context, node)]
    case 'ruleref':
      return [expandReference(context, node)]
    case 'tag':
      return [
        {
          kind: 'tag',
          tag:
            context.format === 'literal'
              ? { kind: 'literal', value: textOf(node).trim() }
              : { kind: 'script', program: scriptOf(node, source) },
        },
      ]
    case 'example':
    case 'meta':
    case 'metadata':
    case 'lexicon':
      return []
    default:
      return fail(`<${node.name}> does not belong in a rule`, node.place, source)
  }
}

const textOf = (element: XmlElement): string =>
  element.children.map((child) => (child.kind === 'text' ? child.text : '')).join('')

const scriptOf = (tag: XmlElement, source: Source): Program => {
  const { line, column } = tag.place
  const parsed = parseScript(textOf(tag), `tag:${source.file ?? ''}:${line}:${column}`)
  return 'fault' in parsed
    ? fail(`the tag: ${parsed.fault.message}`, tag.place, source)
    : parsed.program
}

/** Keys apart or together, in quotes or not. `A` to `D` are on no telephone and match nothing. */
const tokens = (text: string, place: Place, source: Source): Expansion[] =>
  Array.from(text.replace(/[\s"]+/g, ''), (key) => {
    if (KEYS.includes(key)) return keys(key)
    if (/[A-D]/.test(key)) return { kind: 'void' }
    return fail(`${key} is not a key`, place, source)
  })

const expandItem = (context: Context, item: XmlElement): Expansion => {
  const body = expandAll(context, item.children)
  const times = item.attributes['repeat']
  if (times === undefined) return body
  const [, from = '', range, to = ''] = /^\s*(\d{1,9})\s*(-)?\s*(\d{0,9})\s*$/.exec(times) ?? []
  const min = Number(from)
  const max = range === undefined ? min : to === '' ? null : Number(to)
  if (from === '' || (range === undefined && to !== '') || (max !== null && max < min)) {
    return fail(`repeat "${times}" is not a number or a range`, item.place, context.source)
  }
  if (Math.max(min, max ?? 0) > MAX_REPEAT) {
    return fail(`repeat "${times}" is more than ${MAX_REPEAT}`, item.place, context.source)
  }
  return repeat(body, min, max)
}

const expandChoice = (context: Context, oneOf: XmlElement): Expansion => {
  for (const child of oneOf.children) {
    if (child.kind === 'text' ? child.text.trim() !== '' : child.name !== 'item') {
      return fail('<one-of> holds only <item>', child.place, context.source)
    }
  }
  const items = elementsOf(oneOf, 'item')
  if (items.length === 0) return fail('<one-of> is empty', oneOf.place, context.source)
  return choice(...items.map((item) => expandItem(context, item)))
}

const expandReference = (context: Context, reference: XmlElement): Expansion => {
  const { book, source } = context
  const { uri, special } = reference.attributes
  if ((uri === undefined) === (special === undefined)) {
    return fail('<ruleref> needs either uri or special', reference.place, source)
  }
  if (uri === undefined) return specialRule(special ?? '', reference.place, source)
  if (uri.startsWith('builtin:')) {
    const built = builtinGrammar(uri)
    if ('fault' in built) return fail(built.fault.message, reference.place, source)
    return 'grammar' in built ? { kind: 'rule', rule: built.grammar.root } : refuse(built)
  }
  const hash = uri.indexOf('#')
  const address = hash < 0 ? uri : uri.slice(0, hash)
  const fragment = hash < 0 ? null : uri.slice(hash + 1)
  if (address === '') {
    return { kind: 'rule', rule: findRule(book, source, { fragment, foreign: false }, context) }
  }
  const target = book.resolve(address, source.file)
  if (!target) return fail(`there is no grammar ${address}`, reference.place, source)
  return { kind: 'rule', rule: findRule(book, target, { fragment, foreign: true }, context) }
}

const specialRule = (name: string, place: Place, source: Source): Expansion => {
  switch (name) {
    case 'NULL':
      return sequence()
    case 'VOID':
      return { kind: 'void' }
    case 'GARBAGE':
      return repeat(keys(KEYS), 0, null)
    default:
      return fail(`there is no special rule ${name}`, place, source)
  }
}
