import type { Json } from '../turn.ts'
import { scriptFault } from './fault.ts'
import {
  createObject,
  isObject,
  parent,
  type ScriptObject,
  slot,
  slotOf,
  type Value,
} from './value.ts'

/*
 * The saved form is a tree: texts, finite numbers, true, false and null stand for themselves, an ordinary
 * object for an object with these properties. All else is a list:
 *
 *     []                undefined             ['l', item, …]    array
 *     [7]               object number 7       ['s', 7]          object 7 of those kept elsewhere
 *     ['n', id]         built-in              ['NaN'] …         number that JSON lacks
 *     ['x', saved]      object of the platform
 *     ['>', kind]       object written apart  ['h']             hole of an array
 *     [kind, frozen, fixed, key, value, …]     any other object
 *
 * Objects are numbered as they are met. Those that lie too deep are written after the root, in the order
 * met. The kinds are `o` object, `i` object made by `new`, `a` array, `f` function, `d` date, `e` error and `r` regular expression;
 * `fixed` are the items of an array, `[program, offset, …scopes]` of a function, the milliseconds of a date,
 * `[name, message]` of an error, `[source, flags, lastIndex]` of a regular expression, what stands behind an `i`.
 */

export type Compound = ScriptObject | Value[]

/** Objects in one saved value; more is a fault. */
const MAX_OBJECTS = 50_000

/** Values, keys and characters in one saved value; a text counts as often as it is referred to. */
const MAX_SIZE = 1_000_000

/** Nesting within one tree. */
const MAX_NESTING = 100

/**
 * Turns a value with all it reaches into JSON and keeps identity, cycles, functions with their scopes,
 * undefined, NaN, infinities, −0, holes and frozenness. Throws a `ScriptFault` beyond 50 000 objects or a
 * million characters.
 *
 * @param outside frozen object that is kept elsewhere with all it reaches: it is referred to, not saved
 */
export const dehydrate = (root: Value, outside: ScriptObject = NOTHING): Json => {
  const numbers = new Map<Compound, number>()
  const apart: Compound[] = []
  let size = 0
  let places: ReadonlyMap<Compound, number> | undefined

  const placeOutside = (object: Compound): number | undefined => {
    places ??= new Map(reachable(outside).map((each, place) => [each, place]))
    return places.get(object)
  }

  const grow = (by: number): void => {
    size += by
    if (size > MAX_SIZE) throw scriptFault('RangeError', 'too much to save')
  }

  const encode = (value: Value, nesting: number): Json => {
    grow(1)
    switch (typeof value) {
      case 'string':
        grow(value.length)
        return value
      case 'boolean':
        return value
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : [numberName(value)]
      case 'undefined':
        return []
    }
    if (value === null) return null
    const known = numbers.get(value)
    if (known !== undefined) return [known]
    const hidden = slotOf(value)
    if (hidden?.kind === 'native') return ['n', hidden.id]
    if (hidden?.kind === 'host') return ['x', hidden.saved]
    const place = Object.isFrozen(value) ? placeOutside(value) : undefined
    if (place !== undefined) return ['s', place]
    if (numbers.size >= MAX_OBJECTS) throw scriptFault('RangeError', 'too many objects to save')
    numbers.set(value, numbers.size)
    if (nesting < MAX_NESTING) return write(value, nesting + 1)
    apart.push(value)
    return ['>', kindOf(value)]
  }

  const write = (object: Compound, nesting: number): Json => {
    if (Array.isArray(object)) grow(object.length)
    const frozen = Object.isFrozen(object)
    if (Array.isArray(object)) {
      const keys = Object.keys(object)
      if (!frozen && isDense(object, keys)) {
        const list: Json[] = ['l']
        for (const item of object) list.push(encode(item, nesting))
        return list
      }
      const items = Array.from(object, (item, at) =>
        Object.hasOwn(object, at) ? encode(item, nesting) : ['h'],
      )
      const named = keys.slice(items.filter(isItem).length)
      return pairs('a', items, object as unknown as ScriptObject, named, nesting)
    }
    const hidden = object[slot]
    if (hidden === undefined && !frozen && !object[parent] && !Object.hasOwn(object, '__proto__')) {
      const tree: { [key: string]: Json } = {}
      for (const key in object) {
        grow(key.length)
        tree[key] = encode(object[key], nesting)
      }
      return tree
    }
    return pairs(kindOf(object), fixedOf(object, nesting), object, Object.keys(object), nesting)
  }

  const fixedOf = (object: ScriptObject, nesting: number): Json => {
    const hidden = object[slot]
    switch (hidden?.kind) {
      case 'closure': {
        const scopes = hidden.scopes.map((scope) => encode(scope, nesting))
        return [hidden.program.id, hidden.code.node.start, ...scopes]
      }
      case 'date':
        return encode(hidden.milliseconds, nesting)
      case 'error':
        return [encode(object['name'], nesting), encode(object['message'], nesting)]
      case 'regexp': {
        const { source, flags } = hidden.regexp
        return [source, flags, encode(object['lastIndex'], nesting)]
      }
      default:
        return object[parent] ? encode(object[parent], nesting) : null
    }
  }

  const pairs = (
    kind: string,
    fixed: Json,
    object: ScriptObject,
    keys: readonly string[],
    nesting: number,
  ): Json => {
    const list: Json[] = [kind, Object.isFrozen(object) ? 1 : 0, fixed]
    for (const key of keys) {
      grow(key.length)
      list.push(key, encode(object[key], nesting))
    }
    return list
  }

  const trees = [encode(root, 0)]
  for (const object of apart) trees.push(write(object, 0))
  return trees
}

/** For values that refer to nothing kept elsewhere. */
export const NOTHING: ScriptObject = Object.freeze(createObject())

/** An object and all that can be reached from it, in an order that only the keys decide. */
export const reachable = (root: ScriptObject): readonly Compound[] => {
  const found = new Set<Compound>([root])
  for (const object of found) {
    for (const value of Object.values(object)) if (isObject(value)) found.add(value)
  }
  return [...found]
}

const kindOf = (object: Compound): string => {
  if (Array.isArray(object)) return 'a'
  switch (object[slot]?.kind) {
    case 'closure':
      return 'f'
    case 'date':
      return 'd'
    case 'error':
      return 'e'
    case 'regexp':
      return 'r'
    default:
      return object[parent] ? 'i' : 'o'
  }
}

/** Whether an array has all its items and nothing else; indices come first among the keys. */
const isDense = ({ length }: readonly Value[], keys: readonly string[]): boolean =>
  keys.length === length && (length === 0 || keys[length - 1] === String(length - 1))

/** False for the mark of a hole. */
export const isItem = (saved: Json): boolean => !(isList(saved) && saved[0] === 'h')

export const isList = (json: Json): json is readonly Json[] => Array.isArray(json)

const numberName = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))
