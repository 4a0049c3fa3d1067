import type { Json } from '../turn.ts'
import { createError } from './builtin/error.ts'
import { nativeNamed } from './builtin/globals.ts'
import { createRegexp } from './builtin/regexp.ts'
import { type Compound, isItem, isList, NOTHING, reachable } from './dehydrate.ts'
import type { Program } from './program.ts'
import { compileRegexp } from './regexp/regexp.ts'
import { createObject, parent, type Scope, type ScriptObject, slot, type Value } from './value.ts'

type FindProgram = (id: string) => Program | undefined

/**
 * Makes a value again out of what `dehydrate` wrote. `findProgram` gives the program a function stands in.
 * Throws a plain Error when the JSON is something else or a program is missing.
 *
 * @param outside the same as for `dehydrate`
 * @param findHost gives the object of the platform that was saved so; undefined: it is not there
 */
export const rehydrate = (
  json: Json,
  findProgram: FindProgram,
  outside: ScriptObject = NOTHING,
  findHost: (saved: Json) => Value = () => undefined,
): Value => {
  if (!isList(json)) throw new Error('not a saved value')
  const objects: Compound[] = []
  const apart: Compound[] = []
  let elsewhere: readonly Compound[] | undefined

  const decode = (saved: Json): Value => {
    if (typeof saved !== 'object' || saved === null) return saved
    if (!isList(saved)) return read(createObject(), saved)
    const mark = saved[0]
    if (mark === undefined) return undefined
    if (typeof mark === 'number') return found(objects[mark])
    switch (mark) {
      case 'n':
        return found(nativeNamed(String(saved[1])))
      case 'x':
        return found(findHost(saved[1] ?? null))
      case 's':
        elsewhere ??= reachable(outside)
        return found(elsewhere[Number(saved[1])])
      case '>': {
        const object = made(saved[1])
        apart.push(object)
        objects.push(object)
        return object
      }
      case 'NaN':
      case 'Infinity':
      case '-Infinity':
      case '-0':
        return Number(mark)
      default:
        return read(made(mark), saved)
    }
  }

  const read = (object: Compound, saved: Json): Value => {
    objects.push(object)
    fill(object, saved)
    return object
  }

  const fill = (object: Compound, saved: Json): void => {
    if (!isList(saved)) fillPlain(object as ScriptObject, saved as SavedObject)
    else if (saved[0] === 'l') fillItems(object as Value[], saved, 1)
    else fillAny(object, saved as SavedEntry)
  }

  const fillPlain = (object: ScriptObject, saved: SavedObject): void => {
    for (const key in saved) object[key] = decode(saved[key] ?? null)
  }

  const fillItems = (items: Value[], saved: readonly Json[], first: number): void => {
    items.length = saved.length - first
    for (let at = first; at < saved.length; at += 1) {
      const item = saved[at] ?? null
      if (isItem(item)) items[at - first] = decode(item)
    }
  }

  const fillAny = (object: Compound, saved: SavedEntry): void => {
    const kind = saved[0]
    const fixed = saved[2]
    if (Array.isArray(object)) fillItems(object, fixed as readonly Json[], 0)
    else if (kind === 'f') object[slot] = closure(fixed as SavedClosure, decode, findProgram)
    else if (kind === 'd') object[slot] = { kind: 'date', milliseconds: Number(decode(fixed)) }
    else if (kind === 'e') {
      const [name = null, message = null] = fixed as readonly Json[]
      object['name'] = decode(name)
      object['message'] = decode(message)
    } else if (kind === 'i') object[parent] = decode(fixed) as ScriptObject
    else if (kind === 'r') regexp(object, fixed as readonly Json[], decode)
    for (let at = 3; at + 1 < saved.length; at += 2) {
      define(object as ScriptObject, String(saved[at]), decode(saved[at + 1] ?? null))
    }
    if (saved[1] === 1) Object.freeze(object)
  }

  const root = decode(json[0] ?? null)
  for (let at = 1; at < json.length; at += 1) fill(found(apart[at - 1]), json[at] ?? null)
  return root
}

type SavedObject = { readonly [key: string]: Json }
type SavedEntry = readonly [kind: string, frozen: number, fixed: Json, ...named: Json[]]
type SavedClosure = readonly [program: string, offset: number, ...scopes: Json[]]

/** An empty object of a kind; its properties come later, when all that refers to it can find it. */
const made = (kind: Json | undefined): Compound => {
  switch (kind) {
    case 'l':
    case 'a':
      return []
    case 'e':
      return createError('', '')
    case 'o':
    case 'i':
    case 'f':
    case 'd':
    case 'r':
      return createObject()
    default:
      throw new Error('not a saved value')
  }
}

/** Arrays have a prototype to be kept from, and a new error has hidden properties. */
const define = (object: ScriptObject, key: string, value: Value): void => {
  if (key !== '__proto__' && !Object.hasOwn(object, key)) object[key] = value
  else {
    const attributes = { value, writable: true, enumerable: true, configurable: true }
    Object.defineProperty(object, key, attributes)
  }
}

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('the saved value refers to nothing')
  return value
}

const regexp = (
  object: ScriptObject,
  [source, flags, lastIndex = null]: readonly Json[],
  decode: (saved: Json) => Value,
): void => {
  const compiled = compileRegexp(String(source), String(flags))
  if ('fault' in compiled) throw new Error(compiled.fault)
  createRegexp(compiled, decode(lastIndex), object)
}

const closure = (
  [id, offset, ...scopes]: SavedClosure,
  decode: (saved: Json) => Value,
  findProgram: FindProgram,
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
