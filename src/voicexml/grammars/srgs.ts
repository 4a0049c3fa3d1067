import type { Place, XmlElement, XmlNode } from '../element.ts'
import { type Program, parseExpression, parseScript } from '../expressions/program.ts'
import { builtinGrammar } from './builtin.ts'
import {
  choice,
  type Expansion,
  KEYS,
  keys,
  type Rule,
  repeat,
  sequence,
  type Tag,
} from './expansion.ts'
import { type Compiled, compileRule } from './grammar.ts'

/** Where the address of a grammar leads: its root element and the name by which it is known. */
export type GrammarSource = { readonly xml: XmlElement; readonly file: string }

/**
 * Finds the grammar that a `<ruleref uri>` names, given without its fragment, in a grammar of file `from`
 * (null = the one handed to `srgsGrammar`); null when there is none.
 */
export type ResolveGrammar = (uri: string, from: string | null) => GrammarSource | null

const MAX_REPEAT = 1_000
/** Elements one in another, those of the rules referred to included. */
const MAX_NESTING = 200
/** Keys and elements in all rules that are used. */
const MAX_SIZE = 100_000

/**
 * Compiles a `<grammar>` element of SRGS 1.0 (https://www.w3.org/TR/speech-grammar/) in `dtmf` mode, inline
 * or the root of a file. `fragment` chooses a public rule in place of the root rule. A rule may lead back to
 * itself at its end only; repeats over 1000 are a fault. Of alternatives that take the same keys the heavier
 * is meant, of equally heavy ones the first; how probable a repeat is changes nothing.
 */
export const srgsGrammar = (
  xml: XmlElement,
  resolve: ResolveGrammar = () => null,
  fragment: string | null = null,
): Compiled => {
  const book: Book = { resolve, headers: new Map(), rules: new Map(), size: 0 }
  try {
    const source: Source = { xml, file: null }
    return compileRule(findRule(book, source, { fragment, foreign: fragment !== null, nesting: 0 }))
  } catch (error) {
    if (!isRefusal(error)) throw error
    return error.refusal
  }
}

/** Media types under which VoiceXML knows SRGS in XML; the second is older than its registration. */
const MEDIA_TYPES = ['application/srgs+xml', 'application/grammar+xml']

/** Whether the `type` that a `<grammar>` names can be read here; parameters such as `charset` do not matter. */
export const isReadable = (type: string): boolean =>
  MEDIA_TYPES.includes(type.split(';')[0]?.trim().toLowerCase() ?? '')

type Source = { readonly xml: XmlElement; readonly file: string | null }

/** What one compilation has read so far. */
type Book = {
  readonly resolve: ResolveGrammar
  readonly headers: Map<XmlElement, Header>
  readonly rules: Map<XmlElement, Rule>
  /** Keys and elements so far. */
  size: number
}

/** What a grammar says before and about its rules. */
type Header = {
  readonly format: TagFormat
  readonly declared: boolean
  readonly root: string | undefined
  readonly rules: ReadonlyMap<string, XmlElement>
  readonly globals: readonly Program[]
}

type TagFormat = 'script' | 'literal'

type Context = {
  readonly book: Book
  readonly source: Source
  readonly format: TagFormat
  /** Whether the grammar names its format. */
  readonly declared: boolean
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

type Wanted = {
  readonly fragment: string | null
  readonly foreign: boolean
  readonly nesting: number
}

const findRule = (book: Book, source: Source, { fragment, foreign, nesting }: Wanted): Rule => {
  const { xml } = source
  const header = book.headers.get(xml) ?? readHeader(source)
  book.headers.set(xml, header)
  const id = fragment ?? header.root
  if (id === undefined) return fail('the grammar names no root rule', xml.place, source)
  const element = header.rules.get(id)
  if (!element) return fail(`there is no rule ${id}`, xml.place, source)
  if (foreign && fragment !== null && element.attributes['scope'] !== 'public') {
    return fail(`rule ${id} is not public`, element.place, source)
  }
  return book.rules.get(element) ?? expandRule({ book, source, nesting, ...header }, element, id)
}

/** The rule is known before its body is, so that it can lead back to itself. */
const expandRule = (context: Context & Header, element: XmlElement, name: string): Rule => {
  const { book, source, globals, declared } = context
  const origin = { place: element.place, file: source.file }
  const body: Expansion[] = []
  const rule: Rule = { name, body: sequence(body), globals, interpret: null, declared, origin }
  book.rules.set(element, rule)
  for (const part of expandAll(context, element.children)) body.push(part)
  return rule
}

/** Refuses what is no SRGS grammar over keys. */
const readHeader = (source: Source): Header => {
  const { xml } = source
  const { mode, type, version, 'tag-format': format } = xml.attributes
  if (xml.name !== 'grammar') return refuse({ unsupported: `<${xml.name}>` })
  if (type !== undefined && !isReadable(type)) return refuse({ unsupported: type })
  if (mode !== 'dtmf') return refuse({ unsupported: 'mode voice' })
  if (elementsOf(xml, 'rule').length === 0) {
    return refuse({ unsupported: 'a grammar without rules' })
  }
  if (version !== undefined && version.trim() !== '1.0') {
    return refuse({ unsupported: `version ${version} of SRGS` })
  }
  const tagFormat = formatNamed(format)
  return {
    format: tagFormat,
    declared: format !== undefined,
    globals:
      tagFormat === 'script' ? elementsOf(xml, 'tag').map((tag) => scriptOf(tag, source)) : [],
    ...readRules(source),
  }
}

const formatNamed = (format: string | undefined): TagFormat => {
  if (format === undefined || /^semantics\/1\.0(\.2006)?$/.test(format)) return 'script'
  if (/^semantics\/1\.0(\.2006)?-literals$/.test(format)) return 'literal'
  return refuse({ unsupported: `tag-format ${format}` })
}

const HEADINGS = ['rule', 'tag', 'meta', 'metadata', 'lexicon']

const readRules = (source: Source): Pick<Header, 'root' | 'rules'> => {
  const { xml } = source
  const rules = new Map<string, XmlElement>()
  for (const child of xml.children) {
    if (child.kind === 'text' ? child.text.trim() !== '' : !HEADINGS.includes(child.name)) {
      const what = child.kind === 'text' ? 'text' : `<${child.name}>`
      return fail(`${what} does not belong between rules`, child.place, source)
    }
    if (child.kind === 'text' || child.name !== 'rule') continue
    const { id, scope = 'private' } = child.attributes
    if (id === undefined || SPECIAL.has(id)) {
      return fail(`a rule needs a name of its own`, child.place, source)
    }
    if (scope !== 'private' && scope !== 'public') {
      return fail(`scope "${scope}" is neither private nor public`, child.place, source)
    }
    if (rules.has(id)) return fail(`there are two rules ${id}`, child.place, source)
    rules.set(id, child)
  }
  return {
    rules,
    root: xml.attributes['root'] ?? (rules.size === 1 ? [...rules.keys()][0] : undefined),
  }
}

const expandAll = (context: Context, nodes: readonly XmlNode[]): Expansion[] =>
  nodes.flatMap((node) => expand(context, node))

const expand = (outer: Context, node: XmlNode): Expansion[] => {
  const context = { ...outer, nesting: outer.nesting + 1 }
  const { source } = context
  if (context.nesting > MAX_NESTING) {
    return fail(`nested deeper than ${MAX_NESTING} elements`, node.place, source)
  }
  grow(context, node.place, 1)
  if (node.kind === 'text') return tokens(context, node.text, node.place)
  switch (node.name) {
    case 'token':
      return tokens(context, textOf(node), node.place)
    case 'item':
      return [expandItem(context, node)]
    case 'one-of':
      return [expandChoice(context, node)]
    case 'ruleref':
      return [expandReference(context, node)]
    case 'tag':
      return [{ kind: 'tag', tag: tagOf(context, node) }]
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

const tagOf = ({ format, declared, source }: Context, tag: XmlElement): Tag => {
  const text = textOf(tag).trim()
  if (format === 'literal') return { kind: 'literal', value: text }
  if (!declared && isWords(text)) return { kind: 'words', value: text }
  return { kind: 'script', program: scriptOf(tag, source, declared) }
}

/** One name, or several that are no script. */
const isWords = (text: string): boolean =>
  /^\p{L}[\p{L}\p{N}_]*(?:\s+[\p{L}\p{N}_]+)*$/u.test(text) &&
  !VALUE_WORDS.has(text) &&
  (/^\S+$/.test(text) || 'fault' in parseScript(text, 'tag'))

const VALUE_WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'undefined', 'this'])

/** A tag that is one expression has a value where its grammar does not say how tags are meant. */
const scriptOf = (tag: XmlElement, source: Source, declared = true): Program => {
  const { line, column } = tag.place
  const text = textOf(tag)
  const id = `tag:${source.file ?? ''}:${line}:${column}`
  const alone =
    declared || /^\s*function\b/.test(text) ? null : parseExpression(text.replace(/;\s*$/, ''), id)
  const parsed = alone !== null && 'program' in alone ? alone : parseScript(text, id)
  return 'fault' in parsed
    ? fail(`the tag: ${parsed.fault.message}`, tag.place, source)
    : parsed.program
}

/** Keys apart or together, in quotes or not. `A` to `D` are on no telephone and match nothing. */
const tokens = (context: Context, text: string, place: Place): Expansion[] => {
  const plain = text.replace(/[\s"]+/g, '')
  grow(context, place, plain.length)
  return Array.from(plain, (key) => {
    if (KEYS.includes(key)) return keys(key)
    if (/[A-D]/.test(key)) return { kind: 'void' }
    return fail(`${key} is not a key`, place, context.source)
  })
}

const grow = ({ book, source }: Context, place: Place, size: number): void => {
  book.size += size
  if (book.size > MAX_SIZE) fail('the grammar is too large', place, source)
}

const expandItem = (context: Context, item: XmlElement): Expansion => {
  const body = sequence(expandAll(context, item.children))
  const times = item.attributes['repeat']
  if ((numberIn(context, item, 'repeat-prob') ?? 0) > 1) {
    return fail('repeat-prob is more than 1', item.place, context.source)
  }
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
  const weighed = items.map((item) => ({
    weight: numberIn(context, item, 'weight') ?? 1,
    body: expandItem(context, item),
  }))
  return choice(weighed.toSorted((a, b) => b.weight - a.weight).map(({ body }) => body))
}

/** A number without sign and exponent, as `weight` and `repeat-prob` have it. */
const numberIn = ({ source }: Context, item: XmlElement, name: string): number | null => {
  const text = item.attributes[name]
  if (text === undefined) return null
  return /^\s*(\d{1,9}(\.\d*)?|\.\d+)\s*$/.test(text)
    ? Number(text)
    : fail(`${name} "${text}" is not a number`, item.place, source)
}

const expandReference = (context: Context, reference: XmlElement): Expansion => {
  const { book, source, nesting } = context
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
    return { kind: 'rule', rule: findRule(book, source, { fragment, foreign: false, nesting }) }
  }
  const target = book.resolve(address, source.file)
  if (!target) return fail(`there is no grammar ${address}`, reference.place, source)
  return { kind: 'rule', rule: findRule(book, target, { fragment, foreign: true, nesting }) }
}

const SPECIAL: ReadonlyMap<string, Expansion> = new Map([
  ['NULL', sequence([])],
  ['VOID', { kind: 'void' }],
  ['GARBAGE', repeat(keys(KEYS), 0, null)],
])

const specialRule = (name: string, place: Place, source: Source): Expansion =>
  SPECIAL.get(name) ?? fail(`there is no special rule ${name}`, place, source)
