import {
  onceFor,
  type ReadVariable,
  type Verdict,
  variableOf,
  verdictOf,
} from './abstract-values.ts'
import type { Syntax } from './names-in.ts'

/** A condition as the proofs use it: read once. */
export type Condition = {
  readonly source: string
  readonly decide: (read: ReadVariable) => Verdict
  /** Variables it looks at, without their scopes. */
  readonly reads: readonly string[]
  /** Equal for conditions that say the same, or the contrary when `inverted` differs. */
  readonly key: string
  readonly inverted: boolean
}

/** What has been parsed already; a `Reading` is one. */
type Parsed = {
  readonly expression: (
    source: string,
  ) => { readonly syntax: Syntax; readonly variables: ReadonlySet<string> } | null
  readonly conditions: Map<string, Condition | null>
}

/** Null for one that does not parse, which may hold or not. */
export const conditionOf = (source: string, reading: Parsed): Condition | null => {
  const known = reading.conditions.get(source)
  if (known !== undefined) return known
  const parsed = reading.expression(source)
  const condition = parsed === null ? null : read(source, parsed.syntax, parsed.variables)
  reading.conditions.set(source, condition)
  return condition
}

const read = (source: string, syntax: Syntax, variables: ReadonlySet<string>): Condition => {
  const reads = [...variables]
  const decide = onceFor(reads, (values) => verdictOf(syntax, values))
  return { source, decide, reads, ...normalised(syntax, source) }
}

const opposites: ReadonlyMap<unknown, string> = new Map([
  ['!=', '=='],
  ['!==', '==='],
])

const normalised = (syntax: Syntax, source: string): { key: string; inverted: boolean } => {
  let node = syntax
  let inverted = false
  for (;;) {
    if (node.type === 'ParenthesizedExpression') node = node['expression'] as Syntax
    else if (node.type === 'UnaryExpression' && node['operator'] === '!') {
      node = node['argument'] as Syntax
      inverted = !inverted
    } else break
  }
  const text = ({ start, end }: Syntax) => source.slice(Number(start), Number(end))
  const opposite = opposites.get(node['operator'])
  if (node.type !== 'BinaryExpression' || opposite === undefined)
    return { key: text(node).replace(/\s+/g, ' '), inverted }
  const [left, right] = [node['left'] as Syntax, node['right'] as Syntax]
  return { key: `${text(left)} ${opposite} ${text(right)}`, inverted: !inverted }
}

/** Every variable that occurs in an expression. */
export const variablesIn = (syntax: Syntax): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one)
    if (typeof value !== 'object' || value === null || !('type' in value)) return
    const node = value as Syntax
    const name = variableOf(node)
    if (name !== null) names.add(name)
    else if (node.type === 'MemberExpression' && node['computed'] !== true) visit(node['object'])
    else for (const inner of Object.values(node)) visit(inner)
  }
  visit(syntax)
  return names
}
