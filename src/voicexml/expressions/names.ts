import type { Node } from 'acorn'
import { globals } from './builtin/globals.ts'
import { childrenOf, type Program } from './program.ts'

/** A name at its place in the source, UTF-16 units from 0. */
export type NameUse = { readonly name: string; readonly offset: number }

/**
 * The variables a program reads or writes without declaring them itself, in source order, repeated as
 * often as they stand. Built-in names and operands of `typeof`, which may be undeclared, are left out.
 */
export const freeNames = (program: Program): readonly NameUse[] =>
  uses(program)
    .filter((use) => !use.probed && !globals.has(use.name))
    .map(plain)

/** Of these the ones it assigns to: by an assignment operator, `++`, `--` or as the variable of a `for … in`. */
export const assignedNames = (program: Program): readonly NameUse[] =>
  uses(program)
    .filter((use) => use.assigned)
    .map(plain)

/** What a script declares in the scope it runs in. */
export const declaredNames = ({ body }: Program): readonly string[] =>
  body.kind === 'script' ? declarations(body.code) : []

type Use = NameUse & { readonly assigned: boolean; readonly probed: boolean }

const plain = ({ name, offset }: Use): NameUse => ({ name, offset })

const declarations = (code: {
  readonly variables: readonly string[]
  readonly functions: readonly { readonly id: { readonly name: string } }[]
}): string[] => [
  ...new Set([...code.functions.map((declared) => declared.id.name), ...code.variables]),
]

const uses = (program: Program): Use[] => {
  const found: Use[] = []

  const visit = (node: Node, known: ReadonlySet<string>, role: 'read' | 'assigned' | 'probed') => {
    switch (node.type) {
      case 'Identifier': {
        const { name } = node as Node & { name: string }
        if (known.has(name)) return
        const [assigned, probed] = [role === 'assigned', role === 'probed']
        found.push({ name, offset: node.start, assigned, probed })
        return
      }
      case 'FunctionDeclaration':
      case 'FunctionExpression': {
        const code = program.functions.get(node.start)
        if (!code) return
        const own = [...code.parameters, ...declarations(code), 'arguments', code.name ?? '']
        const inner = new Set([...known, ...own])
        for (const statement of code.statements) visit(statement, inner, 'read')
        return
      }
      case 'CatchClause': {
        const { param, body } = node as Node & { param: { name: string } | null; body: Node }
        visit(body, param ? new Set([...known, param.name]) : known, 'read')
        return
      }
    }
    for (const [child, childRole] of operands(node)) visit(child, known, childRole)
  }

  const known = new Set(declaredNames(program))
  if (program.body.kind === 'expression') visit(program.body.expression, known, 'read')
  else for (const statement of program.body.statements) visit(statement, known, 'read')
  return found
}

/** The children of a node that may use variables; names of properties and labels are not among them. */
const operands = (node: Node): [Node, 'read' | 'assigned' | 'probed'][] => {
  const parts = node as Node & { [part: string]: Node | boolean | string | undefined }
  const assigned = (part: unknown): Node | undefined => {
    const target = part as Node | undefined
    return target?.type === 'Identifier' ? target : undefined
  }
  const target =
    node.type === 'AssignmentExpression' || node.type === 'ForInStatement'
      ? assigned(parts['left'])
      : node.type === 'UpdateExpression'
        ? assigned(parts['argument'])
        : undefined
  const probed = node.type === 'UnaryExpression' && parts['operator'] === 'typeof'
  const hidden = new Set<unknown>([
    node.type === 'MemberExpression' && parts['computed'] !== true ? parts['property'] : null,
    node.type === 'Property' ? parts['key'] : null,
    node.type === 'VariableDeclarator' ? parts['id'] : null,
    ['LabeledStatement', 'BreakStatement', 'ContinueStatement'].includes(node.type)
      ? parts['label']
      : null,
  ])
  return childrenOf(node)
    .filter((child) => !hidden.has(child))
    .map((child) => [child, child === target ? 'assigned' : probed ? 'probed' : 'read'])
}
