import { joined, toInteger, toNumber, toText } from '../convert.ts'
import { scriptFault, typeFault } from '../fault.ts'
import { charge, limitItems, weighTexts } from '../machine.ts'
import type { Machine } from '../value.ts'
import {
  createFunction,
  createNative,
  isCallable,
  prototypeOf,
  type ScriptObject,
  type Value,
} from '../value.ts'

type ArrayMethod = (machine: Machine, items: Value[], args: readonly Value[]) => Value

/** Methods that call the document's function for each item there is (15.4.4.16–22). */
type Visit = (item: Value, index: number) => Value

const visitor = (machine: Machine, items: Value[], [callback, self]: readonly Value[]): Visit => {
  if (!isCallable(callback)) throw typeFault('a function is needed')
  return (item, index) => machine.call(callback, self, [item, index, items])
}

const comparison = (machine: Machine, callback: Value): ((left: Value, right: Value) => number) => {
  if (callback === undefined) {
    return (left, right) => {
      const [a, b] = [toText(machine, left), toText(machine, right)]
      charge(machine, 1)
      weighTexts(machine, a, b)
      return a < b ? -1 : a > b ? 1 : 0
    }
  }
  if (!isCallable(callback)) throw typeFault('sort needs a function')
  return (left, right) => toNumber(machine, machine.call(callback, undefined, [left, right]))
}

const reduced = (machine: Machine, items: Value[], args: readonly Value[], step: 1 | -1): Value => {
  const [callback] = args
  if (!isCallable(callback)) throw typeFault('a function is needed')
  const indexes = Object.keys(items).map(Number).filter(Number.isInteger)
  if (step < 0) indexes.reverse()
  if (indexes.length === 0 && args.length < 2) throw typeFault('nothing to reduce')
  let sum = args.length < 2 ? items[indexes.shift() ?? 0] : args[1]
  for (const index of indexes) {
    sum = machine.call(callback, undefined, [sum, items[index], index, items])
  }
  return sum
}

const start = (machine: Machine, value: Value, length: number): number => {
  const at = toInteger(machine, value)
  return at < 0 ? Math.max(0, length + at) : Math.min(at, length)
}

/** Before items are compared with a text. */
const weighItems = (machine: Machine, items: readonly Value[], search: Value): void => {
  if (typeof search !== 'string' || search.length <= 256) return
  for (const item of items) weighTexts(machine, item, search)
}

/** Each reads the length before it converts its arguments, which documents may use to change the array. */
const methods: { readonly [name: string]: ArrayMethod } = {
  toString: (machine: Machine, items: Value[]) => joined(machine, items, ','),
  toLocaleString: (machine: Machine, items: Value[]) => joined(machine, items, ','),
  valueOf: (_: Machine, items: Value[]) => items,
  join: (machine, items, [separator]) => {
    const { length } = items
    return joined(
      machine,
      items,
      separator === undefined ? ',' : toText(machine, separator),
      length,
    )
  },
  concat: (machine, items, args) => {
    const length = args.reduce<number>((sum, arg) => sum + (Array.isArray(arg) ? arg.length : 1), 0)
    limitItems(machine, items.length + length)
    return items.concat(...args)
  },
  pop: (_, items) => items.pop(),
  push: (machine, items, args) => {
    limitItems(machine, items.length + args.length)
    return items.push(...args)
  },
  reverse: (_, items) => items.reverse(),
  shift: (_, items) => items.shift(),
  slice: (machine, items, [from, to]) => {
    const { length } = items
    const first = start(machine, from, length)
    const end = to === undefined ? length : start(machine, to, length)
    const sliced = items.slice(first, end)
    sliced.length = Math.max(0, end - first)
    return sliced
  },
  sort: (machine, items, [callback]) => {
    charge(machine, items.length)
    return items.sort(comparison(machine, callback))
  },
  splice: (machine, items, args) => {
    if (args.length === 0) return []
    const { length } = items
    const at = start(machine, args[0], length)
    const count = args.length === 1 ? length : toInteger(machine, args[1])
    limitItems(machine, items.length + args.length)
    return items.splice(at, Math.max(0, count), ...args.slice(2))
  },
  unshift: (machine, items, args) => {
    limitItems(machine, items.length + args.length)
    return items.unshift(...args)
  },
  indexOf: (machine, items, [search, from]) => {
    const { length } = items
    weighItems(machine, items, search)
    const found = items.indexOf(search, start(machine, from, length))
    return found < length ? found : -1
  },
  lastIndexOf: (machine, items, [search, ...from]) => {
    const { length } = items
    weighItems(machine, items, search)
    const at = from.length === 0 ? length - 1 : toInteger(machine, from[0])
    const last = at < 0 ? length + at : Math.min(at, length - 1)
    return last < 0 ? -1 : items.lastIndexOf(search, last)
  },
  forEach: (machine, items, args) => {
    items.forEach(visitor(machine, items, args))
  },
  map: (machine, items, args) => items.map(visitor(machine, items, args)),
  filter: (machine, items, args) => {
    const visit = visitor(machine, items, args)
    return items.filter((item, index) => Boolean(visit(item, index)))
  },
  some: (machine, items, args) => {
    const visit = visitor(machine, items, args)
    return items.some((item, index) => Boolean(visit(item, index)))
  },
  every: (machine, items, args) => {
    const visit = visitor(machine, items, args)
    return items.every((item, index) => Boolean(visit(item, index)))
  },
  reduce: (machine, items, args) => reduced(machine, items, args, 1),
  reduceRight: (machine, items, args) => reduced(machine, items, args, -1),
}

const writing = new Set(['pop', 'push', 'reverse', 'shift', 'sort', 'splice', 'unshift'])

/** Methods of arrays (ECMA-262 5.1, 15.4.4); they work on arrays only, not on objects like them. */
export const arrayMethods: ReadonlyMap<string, Value> = new Map(
  Object.entries(methods).map(([name, method]) => [
    name,
    createFunction(`Array.prototype.${name}`, (machine, self, args) => {
      if (!Array.isArray(self)) throw typeFault(`${name} is called on what is not an array`)
      if (writing.has(name) && Object.isFrozen(self)) throw typeFault('the array is read-only')
      charge(machine, 1 + (self.length >> 3))
      return method(machine, self, args)
    }),
  ]),
)

const construct = (machine: Machine, args: readonly Value[]): Value[] => {
  const [length] = args
  if (args.length !== 1 || typeof length !== 'number') return [...args]
  if (length !== length >>> 0) throw scriptFault('RangeError', 'not a length of an array')
  limitItems(machine, length)
  return new Array<Value>(length)
}

/** `Array`. */
export const arrayConstructor: ScriptObject = createNative(
  {
    id: 'Array',
    run: (machine, _, args) => construct(machine, args),
    construct,
    hasInstance: Array.isArray,
  },
  {
    prototype: prototypeOf('Array', arrayMethods),
    isArray: createFunction('Array.isArray', (_, __, [value]) => Array.isArray(value)),
  },
)
