import { resolveAddress } from './addresses.ts'
import { attributePlace } from './check/walk.ts'
import type { Finding, Place, XmlElement } from './element.ts'
import { type Program, parseExpression, type parseScript } from './expressions/program.ts'
import type { FetchRequest } from './fetch-request.ts'
import { cachingIn, requestFor } from './fetching.ts'
import type { Condition, Document, Expression, GrammarSource, Origin, Run, Target } from './flow.ts'
import type { Compiled } from './grammars/grammar.ts'
import { contextOf, evaluate, raise, textOf } from './run.ts'
import type { Sending } from './submission.ts'
import { targetOf } from './targets.ts'

type ParsedProgram = ReturnType<typeof parseExpression>

/** What has been compiled before and is the same wherever it stands. */
export type Known = {
  /** By their texts. */
  readonly expressions: Map<string, ParsedProgram>
  /** Built-in grammars by address, sequences of keys by `keys ` and the keys. */
  readonly grammars: Map<string, Compiled>
}

export const nothingKnown = (): Known => ({ expressions: new Map(), grammars: new Map() })

/** What compiling one document shares between its elements. */
export type Compiler = Origin & {
  /** Nearest `xml:lang`; null: the language of the call. */
  readonly language: string | null
  /** Base of the prompt being compiled, where that has one of its own. */
  readonly promptBase?: string
  readonly findings: Finding[]
  /** What names of programs begin with; no other document has it. */
  readonly source: string
  readonly programs: Map<string, Program>
  readonly known: Known
  /** Grammars that stand in the document itself, or are named by a constant address. */
  readonly grammar: (element: XmlElement, compiler: Compiler) => GrammarSource
}

/** The same compiler inside an element that may set the language and the base of addresses. */
export const within = (element: XmlElement, compiler: Compiler): Compiler => {
  const { 'xml:lang': language = compiler.language, 'xml:base': address } = element.attributes
  const base = baseOf(address, compiler)
  const own = element.name === 'prompt' && address !== undefined ? { promptBase: base } : {}
  return { ...compiler, language, base, ...own }
}

const baseOf = (address: string | undefined, { base }: Compiler): string => {
  const resolved = address === undefined ? null : resolveAddress(address, base)
  if (resolved?.kind === 'web') return resolved.url
  if (resolved?.kind !== 'file') return base
  return address?.endsWith('/') ? `${resolved.path}/` : resolved.path
}

export const fault = (compiler: Compiler, place: Place, code: string, message: string): void => {
  compiler.findings.push({ file: compiler.path, place, severity: 'error', code, message })
}

export const misplaced = (element: XmlElement, compiler: Compiler): void => {
  fault(compiler, element.place, 'misplaced-element', `<${element.name}> does not belong here`)
}

/**
 * A program from text in the document. One that does not parse is a finding `bad-expression`; where it
 * stands it does what any fault of a script does, throw `error.semantic`.
 */
export const compileProgram = (
  source: string,
  place: Place,
  compiler: Compiler,
  parse: typeof parseScript = parseExpression,
): Script => {
  const id = `${compiler.source}:${place.line}:${place.column}:${compiler.programs.size}`
  const parsed = parse === parseExpression ? parsedOnce(source, id, compiler) : parse(source, id)
  if ('fault' in parsed) {
    fault(compiler, place, 'bad-expression', `${source.trim()}: ${parsed.fault.message}`)
    return () => raise('error.semantic', `${source.trim()}: ${parsed.fault.message}`)
  }
  compiler.programs.set(id, parsed.program)
  return () => parsed.program
}

/** The same expression stands in many places; the programs share its syntax. */
const parsedOnce = (source: string, id: string, { known }: Compiler): ParsedProgram => {
  const parsed = known.expressions.get(source) ?? parseExpression(source, id)
  known.expressions.set(source, parsed)
  if ('fault' in parsed || parsed.program.id === id) return parsed
  return { program: Object.freeze({ ...parsed.program, id }) }
}

/** Gives the program, or raises the event of one that could not be parsed. */
export type Script = () => Program

/** The expression in an attribute; null when the attribute is absent. */
export const expressionIn = (
  element: XmlElement,
  name: string,
  compiler: Compiler,
): Expression | null => {
  const source = element.attributes[name]
  if (source === undefined) return null
  const script = compileProgram(source, attributePlace(element, name), compiler)
  return (run) => evaluate(run, script())
}

/** The condition in `cond`; absent, it always holds. */
export const conditionIn = (element: XmlElement, compiler: Compiler): Condition => {
  const expression = expressionIn(element, 'cond', compiler)
  return expression === null ? () => true : (run) => Boolean(expression(run))
}

/** What a pair of attributes such as `next` and `expr` gives: constant text or the text of a value. */
export const textIn = (
  element: XmlElement,
  constant: string,
  computed: string,
  compiler: Compiler,
): ((run: Run) => string) | null => {
  const text = element.attributes[constant]
  if (text !== undefined) return () => text
  const expression = expressionIn(element, computed, compiler)
  return expression === null ? null : (run) => textOf(run, expression(run))
}

/**
 * Where such a pair leads: from the document that is active, or from `origin`. A constant address of a file is
 * looked up once for each document that is active when it is followed.
 */
export const targetIn = (
  element: XmlElement,
  constant: string,
  computed: string,
  compiler: Compiler,
  { origin, submitted = false }: { readonly origin?: Origin; readonly submitted?: boolean } = {},
): ((run: Run, sending?: Sending) => Target) => {
  const address = textIn(element, constant, computed, compiler)
  const caching = cachingIn(element, 'document')
  const find = (run: Run, sending?: Sending): Target => {
    const asking = (asker: Run, url: string): FetchRequest =>
      requestFor(asker, 'document', url, caching, sending)
    const from = origin ?? contextOf(run).document
    return targetOf(run, address?.(run) ?? '', from, submitted, asking)
  }
  if (element.attributes[constant] === undefined) return find
  const known = new WeakMap<Document, Target>()
  return (run, sending) => {
    const { document } = contextOf(run)
    const before = known.get(document)
    if (before !== undefined) return before
    const target = find(run, sending)
    if (target.document.pin === undefined && target.root?.pin === undefined) {
      known.set(document, target)
    }
    return target
  }
}

export const wordsIn = (text: string | undefined): readonly string[] =>
  (text ?? '').split(/\s+/).filter((word) => word !== '')
