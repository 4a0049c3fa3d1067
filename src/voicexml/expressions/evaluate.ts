import { toText } from './convert.ts'
import { evaluateExpression, refer } from './expression.ts'
import { budgetFault, isScriptFault, type ScriptFault, scriptFault, typeFault } from './fault.ts'
import type { Frame } from './frame.ts'
import { charge } from './machine.ts'
import type { Program } from './program.ts'
import { hoist, runStatements } from './statement.ts'
import type { Budget, Machine } from './value.ts'
import { createScope, declare, type Scope, type Slot, slotOf, type Value } from './value.ts'

/**
 * Evaluates an expression or runs a script. `scopes` are innermost first; what a script declares goes
 * into the first, which is also its `this`. A script has no value. The budget counts down. Throws
 * nothing but `ScriptFault`.
 */
export const evaluate = (program: Program, scopes: readonly Scope[], budget: Budget): Value =>
  within(program, scopes, budget, (frame) => {
    if (program.body.kind === 'expression') {
      return evaluateExpression(program.body.expression, frame)
    }
    const { code } = program.body
    const [scope] = scopes
    charge(frame.machine, (code.variables.length + code.functions.length) >> 2)
    if (scope) hoist(code, scope, frame)
    return runStatements(program.body.statements, frame)
  })

/** True for a program that names a variable or property, so that `assign` can write it. */
export const isReference = ({ body }: Program): boolean =>
  body.kind === 'expression' &&
  (body.expression.type === 'Identifier' || body.expression.type === 'MemberExpression')

/**
 * Writes to the variable or property that the expression names, as `<assign name>` does. A variable
 * that no scope declares is a fault. Throws nothing but `ScriptFault`.
 */
export const assign = (
  target: Program,
  value: Value,
  scopes: readonly Scope[],
  budget: Budget,
): void => {
  within(target, scopes, budget, (frame) => {
    if (target.body.kind !== 'expression') throw typeFault('a script cannot be assigned')
    refer(target.body.expression, frame).set(value)
    return undefined
  })
}

/** What a value is as text, `toString` of the document included. Throws nothing but `ScriptFault`. */
export const textOf = (value: Value, budget: Budget): string => {
  if (typeof value === 'string') return value
  const machine = createMachine(budget)
  return String(guarded(machine, () => toText(machine, value)))
}

const within = (
  program: Program,
  scopes: readonly Scope[],
  budget: Budget,
  body: (frame: Frame) => Value,
): Value => {
  const machine = createMachine(budget)
  machine.program = program.id
  return guarded(machine, () => body({ machine, program, scopes, self: scopes[0] }))
}

const createMachine = (budget: Budget): Machine => {
  const machine: Machine = {
    budget,
    program: '',
    offset: 0,
    call: (callee, self, args) => callValue(machine, callee, self, args),
  }
  return machine
}

const guarded = (machine: Machine, body: () => Value): Value => {
  const { depth } = machine.budget
  try {
    return body()
  } catch (error) {
    const fault = asFault(error)
    fault.at ??= { program: machine.program, offset: machine.offset }
    throw fault
  } finally {
    machine.budget.depth = depth
  }
}

/** The stack of the process is the last net under the depth budget. */
const asFault = (error: unknown): ScriptFault => {
  if (isScriptFault(error)) return error
  if (error instanceof RangeError) return budgetFault('nested too deeply')
  return scriptFault('Error', 'the script cannot be evaluated', null, error)
}

/** How much deeper a call goes than a node: it takes so many frames of the process stack. */
const CALL_DEPTH = 4

const callValue = (machine: Machine, callee: Value, self: Value, args: readonly Value[]): Value => {
  const hidden = slotOf(callee)
  charge(machine, 1 + (args.length >> 2))
  machine.budget.depth -= CALL_DEPTH
  if (machine.budget.depth < 0) throw budgetFault('nested too deeply')
  const value =
    hidden?.kind === 'closure'
      ? callClosure(machine, hidden, self, args)
      : callNative(machine, hidden, self, args)
  machine.budget.depth += CALL_DEPTH
  return value
}

const callNative = (
  machine: Machine,
  hidden: Slot | undefined,
  self: Value,
  args: readonly Value[],
): Value => {
  if (hidden?.kind !== 'native' || !hidden.run) throw typeFault('what is called is not a function')
  return hidden.run(machine, self, args)
}

const callClosure = (
  machine: Machine,
  { program, code, scopes }: Extract<Slot, { kind: 'closure' }>,
  self: Value,
  args: readonly Value[],
): Value => {
  const scope = createScope()
  const frame: Frame = { machine, program, scopes: [scope, ...scopes], self }
  charge(machine, (code.parameters.length + code.variables.length + code.functions.length) >> 2)
  if (code.usesArguments) declare(scope, 'arguments', [...args])
  code.parameters.forEach((name, at) => {
    declare(scope, name, args[at])
  })
  hoist(code, scope, frame)
  const caller = { program: machine.program, offset: machine.offset }
  const value = runStatements(code.statements, frame)
  Object.assign(machine, caller)
  return value
}
