/** A node of an ECMAScript syntax tree (ESTree), as far as these walks care. */
export type Syntax = { readonly type: string; readonly [key: string]: unknown }

/** What a program reads and declares beyond its own functions. */
export type Names = {
  /** Read or written, but declared by no function or statement of the program itself. */
  readonly free: ReadonlySet<string>
  /** Variables and functions that a script leaves behind in its scope. */
  readonly declared: ReadonlySet<string>
  /** Every string literal, in order. */
  readonly literals: readonly string[]
}

type Frame = ReadonlySet<string>

/** Names in an ES5 program. `typeof name` reads nothing: it is how a script asks whether a name is there. */
export const namesIn = (program: Syntax): Names => {
  const free = new Set<string>()
  const literals: string[] = []
  const declared = declaredIn(program)

  const visit = (node: Syntax, frames: readonly Frame[]): void => {
    switch (node.type) {
      case 'Identifier': {
        const name = String(node['name'])
        if (!frames.some((frame) => frame.has(name))) free.add(name)
        return
      }
      case 'Literal':
        if (typeof node['value'] === 'string') literals.push(node['value'])
        return
      case 'UnaryExpression':
        if (node['operator'] === 'typeof' && isSyntax(node['argument'], 'Identifier')) return
        break
      case 'MemberExpression':
        visitAll([node['object'], node['computed'] === true ? node['property'] : null], frames)
        return
      case 'Property':
        visitAll([node['computed'] === true ? node['key'] : null, node['value']], frames)
        return
      case 'LabeledStatement':
        visitAll([node['body']], frames)
        return
      case 'BreakStatement':
      case 'ContinueStatement':
        return
      case 'CatchClause':
        visitAll([node['body']], [...frames, new Set(boundBy(node['param']))])
        return
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression': {
        const parameters = (node['params'] as unknown[]).flatMap(boundBy)
        const own = new Set(['arguments', ...boundBy(node['id']), ...parameters])
        const body = node['body'] as Syntax
        for (const name of declaredIn(body)) own.add(name)
        visitAll([body], [...frames, own])
        return
      }
    }
    visitAll(Object.values(node), frames)
  }
  const visitAll = (values: readonly unknown[], frames: readonly Frame[]): void => {
    for (const value of values)
      if (Array.isArray(value)) visitAll(value, frames)
      else if (isSyntax(value)) visit(value, frames)
  }
  visit(program, [declared])
  return { free, declared, literals }
}

const isSyntax = (value: unknown, type?: string): value is Syntax =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Syntax).type === 'string' &&
  (type === undefined || (value as Syntax).type === type)

const boundBy = (pattern: unknown): string[] =>
  isSyntax(pattern, 'Identifier') ? [String(pattern['name'])] : []

/** `var` and function declarations of a body, which ES5 lifts to its top. */
const declaredIn = (body: Syntax): Set<string> => {
  const names = new Set<string>()
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) visit(one)
    if (!isSyntax(value)) return
    if (value.type === 'FunctionDeclaration') {
      for (const name of boundBy(value['id'])) names.add(name)
      return
    }
    if (value.type === 'FunctionExpression' || value.type === 'ArrowFunctionExpression') return
    if (value.type === 'VariableDeclarator')
      for (const name of boundBy(value['id'])) names.add(name)
    for (const inner of Object.values(value)) visit(inner)
  }
  visit(body)
  return names
}
