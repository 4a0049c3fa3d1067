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
    const rest = tokenizer(source.slice(expression.end), { ecmaVersion: 5 }).getToken()
    if (rest.type !== tokTypes.eof) {
      return { message: 'more than one expression', offset: expression.end + rest.start }
    }
    const functions = new Map<number, FunctionCode>()
    const refused = inspect(expression, functions, nothingHoisted())
    return refused ?? { id, source, body: { kind: 'expression', expression }, functions }
  })

/** Parses ECMAScript 5.1 statements, as `<script>` holds. Never throws. */
export const parseScript = (source: string, id: string): Parsed =>
  parsed(source, () => {
    const statements = parse(source, { ecmaVersion: 5 }).body as Statement[]
    const functions = new Map<number, FunctionCode>()
    const code = nothingHoisted()
    const refused = statements.map((node) => inspect(node, functions, code)).find((f) => f !== null)
    return refused ?? { id, source, body: { kind: 'script', statements, code }, functions }
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

/** Refuses what the interpreter has no meaning for, and collects declarations on the way. */
const inspect = (
  node: Node,
  functions: Map<number, FunctionCode>,
  hoisting: Hoisting,
  nesting = 0,
): ParseFault | null => {
  if (nesting > MAX_NESTING) return { message: 'nested too deeply', offset: node.start }
  const refused = refusedSyntax(node)
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
    const fault = inspect(child, functions, inner, nesting + 1)
    if (fault) return fault
  }
  if (code) {
    functions.set(code.start, {
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
  if (node.type === 'Literal' && 'regex' in node) return 'regular expressions are not supported'
  if (node.type === 'Property' && 'kind' in node && node.kind !== 'init') {
    return 'getters and setters are not supported'
  }
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
