import { defaultText, toText } from '../convert.ts'
import { typeFault } from '../fault.ts'
import type { Machine } from '../value.ts'
import {
  createFunction,
  createNative,
  createObject,
  type ScriptObject,
  slot,
  slotOf,
  type Value,
} from '../value.ts'

/** The object that `catch` receives for an error, or that `new Error(…)` gives. */
export const createError = (name: Value, message: Value): ScriptObject => {
  const error = createObject()
  const hidden = { enumerable: false, writable: true, configurable: true }
  Object.defineProperty(error, 'name', { value: name, ...hidden })
  Object.defineProperty(error, 'message', { value: message, ...hidden })
  error[slot] = { kind: 'error' }
  return error
}

/** The method of errors (15.11.4). */
export const errorMethods: ReadonlyMap<string, Value> = new Map([
  [
    'toString',
    createFunction('Error.prototype.toString', (machine, self) => {
      if (slotOf(self)?.kind !== 'error')
        throw typeFault('toString is called on what is not an error')
      return defaultText(machine, self)
    }),
  ],
])

const NAMES = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
]

const errorConstructor = (name: string): ScriptObject => {
  const construct = (machine: Machine, [message]: readonly Value[]): ScriptObject =>
    createError(name, message === undefined ? '' : toText(machine, message))
  return createNative({
    id: name,
    run: (machine, _, args) => construct(machine, args),
    construct,
    hasInstance: (value) =>
      slotOf(value)?.kind === 'error' &&
      (name === 'Error' || (value as { name?: Value }).name === name),
  })
}

/** `Error` and its kinds (ECMA-262 5.1, 15.11). */
export const errorConstructors: { readonly [name: string]: Value } = Object.fromEntries(
  NAMES.map((name) => [name, errorConstructor(name)]),
)
