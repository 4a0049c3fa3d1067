import type { Json } from '../turn.ts'
import { createError } from './builtin/error.ts'
import { nativeNamed } from './builtin/globals.ts'
import { scriptFault } from './fault.ts'
import type { Program } from './program.ts'
import { createObject, type Scope, type ScriptObject, slot, type Value } from './value.ts'

/**
 * The saved form: `heap` lists every object once, `root` and the properties refer to it. A value that is
 * a text, a finite number, true, false or null stands for itself; anything else is a list:
 *
 *     []            undefined          ['h']         hole of an array
 *     [7]           heap[7]            ['NaN'] …     number that JSON lacks
 *     ['n', id]     built-in           ['u', units]  text that is not well formed or has a NUL
 *
 * A heap entry is `[kind, frozen, fixed, key, value, key, value, …]`; `fixed` are the items of an array,
 * `[program, offset, …scopes]` of a function, the milliseconds of a date,
 * `[name, message]` of an error. Keys keep their order in any
 * store, since none of them is a key of JSON.
 */
type Saved = { readonly format: 1; readonly root: Json; readonly heap: readonly Json[] }

/** Objects in one saved value; more is a fault. */
const MAX_OBJECTS = 50_000

/**
 * Turns a value with all it reaches into JSON and keeps identity, cycles, functions with their scopes,
 * undefined, NaN, infinities, −0, holes and frozenness. Throws a `ScriptFault` beyond 50 000 objects.
 */
export const dehydrate = (root: Value): Json => {
  const heap: Json[] = []
  const numbers = new Map<ScriptObject | Value[], number>()
  const waiting: (ScriptObject | Value[])[] = []

  const encode = (value: Value): Json => {
    switch (typeof value) {
      case 'string':
        return isStorable(value) ? value : ['u', unitsOf(value)]
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : [numberName(value)]
      case 'undefined':
        return []
      case 'boolean':
        return value
    }
    if (value === null) return null
    const known = numbers.get(value)
    if (known !== undefined) return [known]
    const hidden = Array.isArray(value) ? undefined : value[slot]
    if (hidden?.kind === 'native') return ['n', hidden.id]
    if (waiting.length >= MAX_OBJECTS) throw scriptFault('RangeError', 'too many objects to save')
    numbers.set(value, waiting.length)
    waiting.push(value)
    return [waiting.length - 1]
  }

  const entry = (object: ScriptObject | Value[]): Json[] => {
    const frozen = Object.isFrozen(object) ? 1 : 0
    if (Array.isArray(object)) {
      const items = Array.from(object, (item, at) =>
        Object.hasOwn(object, at) ? encode(item) : ['h'],
      )
      const named = Object.keys(object).slice(items.filter(isItem).length)
      return pairs(['a', frozen, items], object as unknown as ScriptObject, named)
    }
    const hidden = object[slot]
    const keys = Object.keys(object)
    switch (hidden?.kind) {
      case 'closure': {
        const where = [hidden.program.id, hidden.code.node.start]
        return pairs(['f', frozen, [...where, ...hidden.scopes.map(encode)]], object, keys)
      }
      case 'date':
        return pairs(['d', frozen, encode(hidden.milliseconds)], object, keys)
      case 'error':
        return pairs(
          ['e', frozen, [encode(object['name']), encode(object['message'])]],
          object,
          keys,
        )
      default:
        return pairs(['o', frozen, null], object, keys)
    }
  }

  const pairs = (list: Json[], object: ScriptObject, keys: readonly string[]): Json[] => {
    for (const key of keys) list.push(encode(key), encode(object[key]))
    return list
  }

  const saved: Saved = { format: 1, root: encode(root), heap }
  for (let at = 0; at < waiting.length; at += 1) {
    const object = waiting[at]
    if (object) heap.push(entry(object))
  }
  return saved
}

const isItem = (encoded: Json): boolean => !(Array.isArray(encoded) && encoded[0] === 'h')

/** PostgreSQL's JSON takes neither NUL nor half of a surrogate pair. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

const unitsOf = (text: string): number[] =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))

const fromUnits = (units: readonly number[]): string =>
  units.map((unit) => String.fromCharCode(unit)).join('')

const numberName = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

/**
 * Makes the value again. `findProgram` gives the program a function stands in. Throws a plain Error when
 * the JSON is not what `dehydrate` wrote or a program is missing.
 */
export const rehydrate = (json: Json, findProgram: (id: string) => Program | undefined): Value => {
  const { root, heap } = json as Saved
  if ((json as Saved).format !== 1 || !Array.isArray(heap)) throw new Error('not a saved value')
  const objects = heap.map((saved) => made(saved as SavedEntry))

  const decode = (saved: Json): Value => {
    if (!isArray(saved)) {
      if (typeof saved === 'object' && saved !== null) throw new Error('not a saved value')
      return saved
    }
    const [mark, detail] = saved
    if (mark === undefined) return undefined
    if (typeof mark === 'number') return found(objects[mark])
    if (mark === 'n') return found(nativeNamed(String(detail)))
    if (mark === 'u') return fromUnits(detail as readonly number[])
    return Number(mark)
  }

  heap.forEach((saved, number) => {
    const [kind, frozen, fixed, ...named] = saved as SavedEntry
    const object = found(objects[number])
    if (Array.isArray(object)) {
      const items = fixed as readonly Json[]
      object.length = items.length
      items.forEach((item, at) => {
        if (isItem(item)) object[at] = decode(item)
      })
    } else if (kind === 'f') {
      object[slot] = closure(fixed as SavedClosure, decode, findProgram)
    } else if (kind === 'd') {
      object[slot] = { kind: 'date', milliseconds: Number(decode(fixed)) }
    } else if (kind === 'e') {
      const [name = null, message = null] = fixed as readonly Json[]
      object['name'] = decode(name)
      object['message'] = decode(message)
    }
    for (let at = 0; at + 1 < named.length; at += 2) {
      const value = decode(named[at + 1] ?? null)
      const key = String(decode(named[at] ?? null))
      Object.defineProperty(object, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      })
    }
    if (frozen === 1) Object.freeze(object)
  })
  return decode(root)
}

type SavedEntry = readonly [kind: string, frozen: number, fixed: Json, ...named: Json[]]
type SavedClosure = readonly [program: string, offset: number, ...scopes: Json[]]

const made = ([kind]: SavedEntry): ScriptObject | Value[] => {
  if (kind === 'a') return []
  return kind === 'e' ? createError('', '') : createObject()
}

const isArray = (json: Json): json is readonly Json[] => Array.isArray(json)

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the saved value refers to nothing')
  return value
}

const closure = (
  [id, offset, ...scopes]: SavedClosure,
  decode: (saved: Json) => Value,
  findProgram: (id: string) => Program | undefined,
) => {
  const program = findProgram(id)
  const code = program?.functions.get(offset)
  if (!program || !code) throw new Error(`no function at ${offset} in program ${id}`)
  return {
    kind: 'closure' as const,
    program,
    code,
    scopes: scopes.map((scope) => decode(scope) as Scope),
  }
}
