import type { Node } from 'acorn'
import { globals } from './builtin/globals.ts'
import { budgetFault, scriptFault, typeFault } from './fault.ts'
import type { Program } from './program.ts'
import type { Machine, Scope, Value } from './value.ts'

/** Where a node is evaluated: the scopes it sees, innermost first, and its `this`. */
export type Frame = {
  readonly machine: Machine
  readonly program: Program
  readonly scopes: readonly Scope[]
  readonly self: Value
}

/** Books one node; what enters must call `leave`, but for a fault, after which `catch` restores the depth. */
export const enter = ({ machine, program }: Frame, node: Node): void => {
  const { budget } = machine
  machine.program = program.id
  machine.offset = node.start
  budget.steps -= 1
  if (budget.steps < 0) throw budgetFault('the script runs too long')
  budget.depth -= 1
  if (budget.depth < 0) throw budgetFault('nested too deeply')
}

export const leave = ({ machine }: Frame): void => {
  machine.budget.depth += 1
}

const holderOf = (frame: Frame, name: string): Scope | null => {
  for (const scope of frame.scopes) if (Object.hasOwn(scope, name)) return scope
  return null
}

/** Reads a variable; a `ReferenceError` fault when no scope declares it. */
export const readVariable = (frame: Frame, name: string): Value => {
  const holder = holderOf(frame, name)
  if (holder) return holder[name]
  if (globals.has(name)) return globals.get(name)
  throw scriptFault('ReferenceError', `${name} is not declared`)
}

/** True when reading the variable is not a fault. */
export const isReadable = (frame: Frame, name: string): boolean =>
  holderOf(frame, name) !== null || globals.has(name)

/** Sets the nearest variable of that name; one that nobody declared is a `ReferenceError` fault. */
export const writeVariable = (frame: Frame, name: string, value: Value): void => {
  const holder = holderOf(frame, name)
  if (!holder) {
    throw globals.has(name)
      ? typeFault(`${name} is read-only`)
      : scriptFault('ReferenceError', `${name} is not declared`)
  }
  if (!Reflect.set(holder, name, value)) throw typeFault(`${name} is read-only`)
}
