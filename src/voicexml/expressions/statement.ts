import type { Expression, Pattern, Statement, SwitchStatement, TryStatement } from 'acorn'
import { createError } from './builtin/error.ts'
import { strictlyEqual } from './convert.ts'
import { createClosure, evaluateExpression, refer } from './expression.ts'
import { isScriptFault, type ScriptFault, scriptFault, thrownFault } from './fault.ts'
import { enter, type Frame, leave, writeVariable } from './frame.ts'
import { charge } from './machine.ts'
import { isStillIn, keysIn } from './parents.ts'
import type { Hoisted } from './program.ts'

import { createScope, declare, isObject, type Scope, type Value } from './value.ts'

/** How a statement ended; null = at its end. */
type Completion =
  | null
  | { readonly kind: 'return'; readonly value: Value }
  | { readonly kind: 'break' | 'continue'; readonly label: string | null }

/** Makes the variables and functions of a script or function body known before it runs (ECMA-262 5.1, 10.5). */
export const hoist = ({ variables, functions }: Hoisted, scope: Scope, frame: Frame): void => {
  for (const declaration of functions) {
    declare(scope, declaration.id.name, createClosure(declaration, frame))
  }
  for (const name of variables) if (!Object.hasOwn(scope, name)) declare(scope, name)
}

/** Runs statements (12); the value they return. Throws a `ScriptFault`. */
export const runStatements = (statements: readonly Statement[], frame: Frame): Value => {
  const completion = runList(statements, frame)
  return completion?.kind === 'return' ? completion.value : undefined
}

const runList = (statements: readonly Statement[], frame: Frame): Completion => {
  for (const statement of statements) {
    const completion = run(statement, frame)
    if (completion) return completion
  }
  return null
}

const run = (node: Statement, frame: Frame, labels: readonly string[] = []): Completion => {
  enter(frame, node)
  const completion = execute(node, frame, labels)
  leave(frame)
  return completion
}

const execute = (node: Statement, frame: Frame, labels: readonly string[]): Completion => {
  switch (node.type) {
    case 'EmptyStatement':
    case 'FunctionDeclaration':
    case 'DebuggerStatement':
      return null
    case 'ExpressionStatement':
      evaluateExpression(node.expression, frame)
      return null
    case 'VariableDeclaration':
      for (const { id, init } of node.declarations) {
        if (init) writeVariable(frame, nameOf(id), evaluateExpression(init, frame))
      }
      return null
    case 'BlockStatement':
      return runList(node.body, frame)
    case 'IfStatement':
      if (evaluateExpression(node.test, frame)) return run(node.consequent, frame)
      return node.alternate ? run(node.alternate, frame) : null
    case 'ReturnStatement': {
      const value = node.argument ? evaluateExpression(node.argument, frame) : undefined
      return { kind: 'return', value }
    }
    case 'BreakStatement':
      return { kind: 'break', label: node.label?.name ?? null }
    case 'ContinueStatement':
      return { kind: 'continue', label: node.label?.name ?? null }
    case 'LabeledStatement': {
      const completion = run(node.body, frame, [...labels, node.label.name])
      return isBreakTo(completion, node.label.name) ? null : completion
    }
    case 'ThrowStatement':
      throw thrownFault(evaluateExpression(node.argument, frame))
    case 'TryStatement':
      return runTry(node, frame)
    case 'SwitchStatement':
      return runSwitch(node, frame)
    case 'WhileStatement':
      return loop(labels, {
        test: () => Boolean(evaluateExpression(node.test, frame)),
        body: () => run(node.body, frame),
      })
    case 'DoWhileStatement': {
      let first = true
      return loop(labels, {
        test: () => {
          const again = first || Boolean(evaluateExpression(node.test, frame))
          first = false
          return again
        },
        body: () => run(node.body, frame),
      })
    }
    case 'ForStatement': {
      if (node.init?.type === 'VariableDeclaration') run(node.init, frame)
      else if (node.init) evaluateExpression(node.init, frame)
      const { test, update } = node
      return loop(labels, {
        test: () => !test || Boolean(evaluateExpression(test, frame)),
        body: () => run(node.body, frame),
        after: () => {
          if (update) evaluateExpression(update, frame)
        },
      })
    }
    case 'ForInStatement': {
      const target = evaluateExpression(node.right, frame)
      const keys = keysIn(target)
      charge(frame.machine, keys.length >> 3)
      const set = loopVariable(node.left as Parameters<typeof loopVariable>[0], frame)
      let key: string | undefined
      let at = 0
      return loop(labels, {
        test: () => {
          do key = keys[at++]
          while (key !== undefined && isObject(target) && !isStillIn(target, key))
          return key !== undefined
        },
        body: () => {
          set(key)
          return run(node.body, frame)
        },
      })
    }
    default:
      throw scriptFault('SyntaxError', `${node.type} is not supported`)
  }
}

const nameOf = (pattern: Pattern): string => (pattern.type === 'Identifier' ? pattern.name : '')

const isBreakTo = (completion: Completion, label: string | null): boolean =>
  completion?.kind === 'break' && completion.label === label

const loopVariable = (
  left: Extract<Statement, { type: 'VariableDeclaration' }> | Pattern,
  frame: Frame,
): ((key: Value) => void) => {
  if (left.type !== 'VariableDeclaration') return (key) => refer(left, frame).set(key)
  const [declarator] = left.declarations
  return (key) => writeVariable(frame, declarator ? nameOf(declarator.id) : '', key)
}

type Loop = {
  readonly test: () => boolean
  readonly body: () => Completion
  readonly after?: () => void
}

const loop = (labels: readonly string[], { test, body, after }: Loop): Completion => {
  while (test()) {
    const completion = body()
    if (isBreakTo(completion, null)) return null
    const goesOn =
      completion === null ||
      (completion.kind === 'continue' &&
        (completion.label === null || labels.includes(completion.label)))
    if (!goesOn) return completion
    after?.()
  }
  return null
}

const runSwitch = (node: SwitchStatement, frame: Frame): Completion => {
  const value = evaluateExpression(node.discriminant, frame)
  const found = node.cases.findIndex(
    ({ test }) =>
      test && strictlyEqual(frame.machine, evaluateExpression(test as Expression, frame), value),
  )
  const from = found >= 0 ? found : node.cases.findIndex(({ test }) => !test)
  if (from < 0) return null
  for (const { consequent } of node.cases.slice(from)) {
    const completion = runList(consequent, frame)
    if (completion) return isBreakTo(completion, null) ? null : completion
  }
  return null
}

/** Steps that a caught fault costs. */
const CAUGHT = 20

const runTry = (node: TryStatement, frame: Frame): Completion => {
  const { budget } = frame.machine
  const { depth } = budget
  const guarded = (body: () => Completion): Completion | ScriptFault => {
    try {
      return body()
    } catch (error) {
      if (!isScriptFault(error) || error.errorName === 'BudgetError') throw error
      budget.depth = depth
      charge(frame.machine, CAUGHT)
      const { program, offset } = frame.machine
      error.at ??= { program, offset }
      return error
    }
  }
  const { handler, finalizer } = node
  let outcome = guarded(() => runList(node.block.body, frame))
  if (isScriptFault(outcome) && handler) {
    const scope = createScope()
    const { errorName, message, thrown } = outcome
    if (handler.param) {
      declare(scope, nameOf(handler.param), thrown ? thrown.value : createError(errorName, message))
    }
    const inner = { ...frame, scopes: [scope, ...frame.scopes] }
    outcome = guarded(() => runList(handler.body.body, inner))
  }
  const last = finalizer ? runList(finalizer.body, frame) : null
  if (last) return last
  if (isScriptFault(outcome)) throw outcome
  return outcome
}
