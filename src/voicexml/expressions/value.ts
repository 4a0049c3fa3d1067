import type { FunctionCode, Program } from './program.ts'
import type { Regexp } from './regexp/regexp.ts'

/**
 * What an expression computes with. Objects have no prototype, so a key such as `__proto__` is a key
 * like any other; arrays are real arrays whose methods come from a table, never from their prototype.
 */
export type Value = undefined | null | boolean | number | string | ScriptObject | Value[]

/** Hides what an object is besides its properties; no document can name a symbol. */
export const slot: unique symbol = Symbol('slot')

/** Leads from what `new` made to the `prototype` of the document's function; set once, so there is no cycle. */
export const parent: unique symbol = Symbol('parent')

export type ScriptObject = { [key: string]: Value; [slot]?: Slot; [parent]?: ScriptObject }

/** One frame of variables: `session`, `application`, `document`, `dialog`, an anonymous one, a call. */
export type Scope = ScriptObject

export type Slot =
  | {
      readonly kind: 'closure'
      readonly program: Program
      readonly code: FunctionCode
      readonly scopes: readonly Scope[]
    }
  | Native
  | { readonly kind: 'date'; milliseconds: number }
  | { readonly kind: 'error' }
  | { readonly kind: 'regexp'; readonly regexp: Regexp }
  | HostObject

/** What scripts may still use up. One budget serves all evaluations of a turn: it counts down. */
export type Budget = {
  /** Nodes that may still be evaluated; work on long texts and arrays counts in proportion. */
  steps: number
  /** Nesting of nodes that may still be added; a call counts four times. About 150 calls deep by default. */
  depth: number
  /** Longest text, in UTF-16 units. */
  readonly maxText: number
  /** Longest array. */
  readonly maxItems: number
  /** What `new Date()` tells, milliseconds since 1970; null makes it a fault. */
  readonly now: number | null
}

/** One evaluation under way. */
export type Machine = {
  readonly budget: Budget
  /** Calls a function value; throws a `TypeError` fault for any other value. */
  readonly call: (callee: Value, self: Value, args: readonly Value[]) => Value
  /** The node being evaluated, for faults. */
  program: string
  offset: number
}

/** A function or namespace that the interpreter supplies; `id` names it in a saved session. */
export type Native = {
  readonly kind: 'native'
  readonly id: string
  readonly run?: (machine: Machine, self: Value, args: readonly Value[]) => Value
  readonly construct?: (machine: Machine, args: readonly Value[]) => Value
  readonly hasInstance?: (value: Value) => boolean
}

/** Something of the platform that scripts can only read, such as a node of XML data. */
export type HostObject = {
  readonly kind: 'host'
  /** Undefined: there is no such property. */
  readonly read: (key: string) => Value
  /** Carries out a method that `read` gave. */
  readonly call: (method: string, machine: Machine, args: readonly Value[]) => Value
  /** By which the platform finds it again. */
  readonly saved: readonly (string | number)[]
}

/** Stands where a prototype would: there is nothing in it, and nothing can be put there. */
const BLANK = Object.freeze(Object.create(null))

/** An empty object. It inherits nothing; the blank prototype keeps it out of V8's slow dictionaries. */
export const createObject = (): ScriptObject => Object.create(BLANK)

/** An empty frame of variables. */
export const createScope = (): Scope => Object.create(BLANK)

/** Declares a variable; one that exists gets the new value. */
export const declare = (scope: Scope, name: string, value: Value = undefined): void => {
  scope[name] = value
}

/** True when any of the scopes has a variable of that name. */
export const isDeclared = (scopes: readonly Scope[], name: string): boolean =>
  scopes.some((scope) => Object.hasOwn(scope, name))

export const isObject = (value: Value): value is ScriptObject | Value[] =>
  typeof value === 'object' && value !== null

/** The hidden part of a value; undefined for primitives, arrays and plain objects. */
export const slotOf = (value: Value): Slot | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value[slot] : undefined

export const isCallable = (value: Value): boolean => {
  const found = slotOf(value)
  return found?.kind === 'closure' || (found?.kind === 'native' && found.run !== undefined)
}

/** An object that the interpreter supplies, frozen with its properties. */
export const createNative = (
  native: Omit<Native, 'kind'>,
  properties: { readonly [key: string]: Value } = {},
): ScriptObject => {
  const object = createObject()
  Object.assign(object, properties)
  object[slot] = { kind: 'native', ...native }
  return Object.freeze(object)
}

/** A read-only list of methods, such as `Array.prototype`: scripts borrow them, none can be added. */
export const prototypeOf = (name: string, methods: ReadonlyMap<string, Value>): ScriptObject =>
  createNative({ id: `${name}.prototype` }, Object.fromEntries(methods))

/** A function that the interpreter supplies. */
export const createFunction = (id: string, run: NonNullable<Native['run']>): ScriptObject =>
  createNative({ id, run })
