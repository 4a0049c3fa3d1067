import { defaultText, toText } from '../convert.ts'
import { typeFault } from '../fault.ts'
import { charge } from '../machine.ts'
import type { Machine } from '../value.ts'
import {
  createFunction,
  createNative,
  createObject,
  isCallable,
  isObject,
  type ScriptObject,
  slotOf,
  type Value,
} from '../value.ts'

/** Methods of every object (ECMA-262 5.1, 15.2.4). */
export const objectMethods: ReadonlyMap<string, Value> = new Map<string, Value>([
  [
    'toString',
    createFunction('Object.prototype.toString', (machine, self) => defaultText(machine, self)),
  ],
  [
    'toLocaleString',
    createFunction('Object.prototype.toLocaleString', (machine, self) => toText(machine, self)),
  ],
  ['valueOf', createFunction('Object.prototype.valueOf', (_, self) => self)],
  [
    'hasOwnProperty',
    createFunction(
      'Object.prototype.hasOwnProperty',
      (machine, self, [key]) => isObject(self) && Object.hasOwn(self, toText(machine, key)),
    ),
  ],
  [
    'propertyIsEnumerable',
    createFunction(
      'Object.prototype.propertyIsEnumerable',
      (machine, self, [key]) =>
        isObject(self) && Object.prototype.propertyIsEnumerable.call(self, toText(machine, key)),
    ),
  ],
])

/** Methods of functions (15.3.4). */
export const functionMethods: ReadonlyMap<string, Value> = new Map<string, Value>([
  [
    'call',
    createFunction('Function.prototype.call', (machine, callee, [self, ...args]) =>
      machine.call(callee, self, args),
    ),
  ],
  [
    'apply',
    createFunction('Function.prototype.apply', (machine, callee, [self, args]) => {
      if (args !== undefined && args !== null && !Array.isArray(args)) {
        throw typeFault('apply needs an array')
      }
      return machine.call(callee, self, [...(args ?? [])])
    }),
  ],
])

const keysOf = (machine: Machine, value: Value): string[] => {
  if (!isObject(value)) throw typeFault('an object is needed')
  const keys = Object.keys(value)
  charge(machine, keys.length)
  return keys
}

/** An object for a value that is one already or is absent; numbers and texts have no wrappers. */
const construct = (_: Machine, [value]: readonly Value[]): Value => value ?? createObject()

/** `Object`. */
export const objectConstructor: ScriptObject = createNative(
  {
    id: 'Object',
    run: (machine, _, args) => construct(machine, args),
    construct,
    hasInstance: isObject,
  },
  {
    keys: createFunction('Object.keys', (machine, _, [value]) => keysOf(machine, value)),
    freeze: createFunction('Object.freeze', (_, __, [value]) => {
      if (isObject(value)) Object.freeze(value)
      return value
    }),
    isFrozen: createFunction('Object.isFrozen', (_, __, [value]) => Object.isFrozen(value)),
  },
)

/** `Function`, known for `instanceof` only: making code from text is not possible. */
export const functionConstructor: ScriptObject = createNative({
  id: 'Function',
  hasInstance: isCallable,
})

/** `length` of a function: how many parameters it names. */
export const arity = (value: ScriptObject): number => {
  const hidden = slotOf(value)
  return hidden?.kind === 'closure' ? hidden.code.parameters.length : 0
}
