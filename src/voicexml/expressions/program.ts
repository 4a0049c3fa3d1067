import {
  type Expression,
  type FunctionDeclaration,
  type FunctionExpression,
  type Node,
  parse,
  parseExpressionAt,
  type Statement,
  tokenizer,
  tokTypes,
  type VariableDeclarator,
} from 'acorn'
import { compileRegexp, type Regexp } from './regexp/regexp.ts'

/** A parsed expression or script; frozen in use, shared by all sessions. */
export type Program = {
  /** Names it in saved sessions; the caller of the parser chose it. */
  readonly id: string
  readonly source: string
  readonly body:
    | { readonly kind: 'expression'; readonly expression: Expression }
    | { readonly kind: 'script'; readonly statements: readonly Statement[]; readonly code: Hoisted }
  /** Its functions by the offset of their first character. */
  readonly functions: ReadonlyMap<number, FunctionCode>
  /** Its regular expressions, likewise. */
  readonly regexps: ReadonlyMap<number, Regexp>
}

/** What a function or a script declares before its first statement runs (ECMA-262 5.1, 10.5). */
export type Hoisted = {
  readonly variables: readonly string[]
  readonly functions: readonly FunctionDeclaration[]
}

export type FunctionCode = Hoisted & {
  readonly node: FunctionDeclaration | FunctionExpression
  readonly name: string | null
  readonly parameters: readonly string[]
  readonly statements: readonly Statement[]
  readonly usesArguments: boolean
}

export type ParseFault = { readonly message: string; readonly offset: number }

/** Longest source, in UTF-16 units. */
const MAX_SOURCE = 65_536
/** Nesting of syntax nodes. */
const MAX_NESTING = 250

type Parsed = { readonly program: Program } | { readonly fault: ParseFault }

/** Parses one ECMAScript 5.1 expression, as the `expr` and `cond` attributes hold. Never throws. */
export const parseExpression = (source: string, id: string): Parsed =>
  parsed(source, () => {
    const expression = parseExpressionAt(source, 0, { ecmaVersion: 5 })
    const rest = isLast(source, expression) ? null : tokenAfter(source, expression)
    if (rest !== null && rest.type !== tokTypes.eof) {
      return { message: 'more than one expression', offset: expression.end + rest.start }
    }
    const found = nothingFound()
    const refused = inspect(expression, found, nothingHoisted())
    return refused ?? { id, source, body: { kind: 'expression', expression }, ...found }
  })

/** Whether nothing but space follows; then the tokens need no second look. */
const isLast = (source: string, { end }: Expression): boolean =>
  end === source.length || source.slice(end).trim() === ''

/** What follows an expression; parentheses around the whole of it are in no node. */
const tokenAfter = (source: string, { start, end }: Expression) => {
  const around = [...tokenizer(source.slice(0, start), { ecmaVersion: 5 })].length
  const after = tokenizer(source.slice(end), { ecmaVersion: 5 })
  let token = after.getToken()
  for (let open = around; open > 0 && token.type === tokTypes.parenR; open -= 1) {
    token = after.getToken()
  }
  return token
}

/** Parses ECMAScript 5.1 statements, as `<script>` holds. Never throws. */
export const parseScript = (source: string, id: string): Parsed =>
  parsed(source, () => {
    const statements = parse(source, { ecmaVersion: 5 }).body as Statement[]
    const found = nothingFound()
    const code = nothingHoisted()
    const refused = statements.map((node) => inspect(node, found, code)).find((f) => f !== null)
    return refused ?? { id, source, body: { kind: 'script', statements, code }, ...found }
  })

const parsed = (source: string, read: () => Program | ParseFault): Parsed => {
  if (source.length > MAX_SOURCE) return { fault: { message: 'the script is too long', offset: 0 } }
  try {
    const result = read()
    return 'message' in result ? { fault: result } : { program: Object.freeze(result) }
  } catch (error) {
    if (!(error instanceof Error)) throw error
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error
    const { pos = 0 } = error as { pos?: number }
    const { message } = error
    if (error instanceof RangeError || message.startsWith('Not enough stack space')) {
      return { fault: { message: 'nested too deeply', offset: pos } }
    }
    return { fault: { message: message.replace(/ \(\d+:\d+\)$/, ''), offset: pos } }
  }
}

type Hoisting = { variables: string[]; functions: FunctionDeclaration[]; usesArguments: boolean }

const nothingHoisted = (): Hoisting => ({ variables: [], functions: [], usesArguments: false })

type Found = { functions: Map<number, FunctionCode>; regexps: Map<number, Regexp> }

const nothingFound = (): Found => ({ functions: new Map(), regexps: new Map() })

/** Refuses what the interpreter has no meaning for, and collects declarations on the way. */
const inspect = (node: Node, found: Found, hoisting: Hoisting, nesting = 0): ParseFault | null => {
  if (nesting > MAX_NESTING) return { message: 'nested too deeply', offset: node.start }
  const refused = refusedSyntax(node) ?? regexpIn(node, found)
  if (refused) return { message: refused, offset: node.start }

  const code =
    node.type === 'FunctionDeclaration' || node.type === 'FunctionExpression'
      ? (node as FunctionDeclaration | FunctionExpression)
      : null
  if (code?.type === 'FunctionDeclaration') hoisting.functions.push(code)
  if (node.type === 'VariableDeclarator')
    hoisting.variables.push(nameOf((node as VariableDeclarator).id))
  if (node.type === 'Identifier' && nameOf(node) === 'arguments') hoisting.usesArguments = true

  const inner = code ? nothingHoisted() : hoisting
  for (const child of childrenOf(node)) {
    const fault = inspect(child, found, inner, nesting + 1)
    if (fault) return fault
  }
  if (code) {
    found.functions.set(code.start, {
      ...inner,
      node: code,
      name: code.id?.name ?? null,
      parameters: code.params.map(nameOf),
      statements: code.body.body,
    })
  }
  return null
}

const nameOf = (node: Node): string => ('name' in node ? String(node.name) : '')

const refusedSyntax = (node: Node): string | null => {
  if (node.type === 'WithStatement') return 'with is not supported'
  if (node.type === 'Property' && 'kind' in node && node.kind !== 'init') {
    return 'getters and setters are not supported'
  }
  return null
}

/** Keeps a regular expression; what is wrong with it. */
const regexpIn = (node: Node, { regexps }: Found): string | null => {
  const { regex } = node as Node & { regex?: { pattern: string; flags: string } }
  if (node.type !== 'Literal' || !regex) return null
  const compiled = compileRegexp(regex.pattern, regex.flags)
  if ('fault' in compiled) return compiled.fault
  regexps.set(node.start, compiled)
  return null
}

/** The syntax nodes directly below a node, in source order. */
export const childrenOf = (node: Node): Node[] => {
  const found: Node[] = []
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) found.push(...value.filter(isNode))
    else if (isNode(value)) found.push(value)
  }
  return found
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value
