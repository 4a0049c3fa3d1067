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
  prototypeOf,
  type ScriptObject,
  slotOf,
  type Value,
} from '../value.ts'

/** Methods of every object (ECMA-262 5.1, 15.2.4). */
export const objectMethods: ReadonlyMap<string, Value> = new Map<string, Value>([
  [
    'toString',
    createFunction('Object.prototype.toString', (_, self) => `[object ${classOf(self)}]`),
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

/** What kind of value it is, by the name of its constructor (15.2.4.2). */
const classOf = (value: Value): string => {
  if (value === undefined) return 'Undefined'
  if (value === null) return 'Null'
  if (Array.isArray(value)) return 'Array'
  if (isCallable(value)) return 'Function'
  const hidden = slotOf(value)
  switch (hidden?.kind) {
    case 'date':
      return 'Date'
    case 'error':
      return 'Error'
    case 'regexp':
      return 'RegExp'
    case 'native':
      return hidden.id
    default:
      return PRIMITIVES.get(typeof value) ?? 'Object'
  }
}

const PRIMITIVES: ReadonlyMap<string, string> = new Map([
  ['string', 'String'],
  ['number', 'Number'],
  ['boolean', 'Boolean'],
])

/** Methods of functions (15.3.4). */
export const functionMethods: ReadonlyMap<string, Value> = new Map<string, Value>([
  [
    'toString',
    createFunction('Function.prototype.toString', (machine, self) => {
      if (!isCallable(self)) throw typeFault('toString is called on what is not a function')
      return defaultText(machine, self)
    }),
  ],
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
    prototype: prototypeOf('Object', objectMethods),
    freeze: createFunction('Object.freeze', (machine, _, [value]) => {
      if (isObject(value) && keysOf(machine, value)) Object.freeze(value)
      return value
    }),
    isFrozen: createFunction('Object.isFrozen', (machine, _, [value]) => {
      if (isObject(value)) keysOf(machine, value)
      return Object.isFrozen(value)
    }),
  },
)

/** What `new Function()` gives: it takes anything and does nothing. */
export const emptyFunction: ScriptObject = createFunction('Function.empty', () => undefined)

const makeFunction = (machine: Machine, texts: readonly Value[]): Value => {
  const body = texts.at(-1)
  if (body === undefined || toText(machine, body).trim() === '') return emptyFunction
  throw typeFault('functions are not made from text')
}

/** `Function`, known for `instanceof` and its methods: making code from text is not possible. */
export const functionConstructor: ScriptObject = createNative(
  {
    id: 'Function',
    run: (machine, _, texts) => makeFunction(machine, texts),
    construct: makeFunction,
    hasInstance: isCallable,
  },
  { prototype: prototypeOf('Function', functionMethods) },
)

/** `length` of a function: how many parameters it names. */
export const arity = (value: ScriptObject): number => {
  const hidden = slotOf(value)
  return hidden?.kind === 'closure' ? hidden.code.parameters.length : 0
}
