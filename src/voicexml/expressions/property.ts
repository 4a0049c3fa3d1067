import { arrayMethods } from './builtin/array.ts'
import { dateMethods } from './builtin/date.ts'
import { errorMethods } from './builtin/error.ts'
import { booleanMethods, numberMethods } from './builtin/number.ts'
import { arity, functionMethods, objectMethods } from './builtin/object.ts'
import { regexpMethods, regexpProperty } from './builtin/regexp.ts'
import { stringMethods } from './builtin/string.ts'
import { scriptFault, toldShort, typeFault } from './fault.ts'
import { limitItems } from './machine.ts'
import { fromParents } from './parents.ts'
import type { Machine } from './value.ts'
import {
  createObject,
  isCallable,
  isObject,
  type ScriptObject,
  slotOf,
  type Value,
} from './value.ts'

/**
 * Reads `target.key`: own properties first, then the table of methods for the kind of value. There is
 * no prototype to reach: `__proto__`, `constructor` and `prototype` are undefined unless a document
 * set them itself.
 */
export const getProperty = (target: Value, key: string): Value => {
  switch (typeof target) {
    case 'string':
      if (key === 'length') return target.length
      return isIndex(key) ? target[Number(key)] : stringMethods.get(key)
    case 'number':
      return numberMethods.get(key)
    case 'boolean':
      return booleanMethods.get(key)
  }
  if (target === undefined || target === null) {
    throw typeFault(`${toldShort(key)} is read from ${target}`)
  }
  if (Array.isArray(target)) {
    if (Object.hasOwn(target, key)) return (target as unknown as ScriptObject)[key]
    return arrayMethods.get(key) ?? objectMethods.get(key)
  }
  return Object.hasOwn(target, key) ? target[key] : inherited(target, key)
}

const inherited = (target: ScriptObject, key: string): Value => {
  const hidden = slotOf(target)
  if (hidden === undefined) {
    const value = fromParents(target, key)
    return value === undefined ? objectMethods.get(key) : value
  }
  if (hidden.kind === 'host') {
    const value = hidden.read(key)
    return value === undefined ? objectMethods.get(key) : value
  }
  if (hidden.kind === 'regexp') {
    const value = regexpProperty(hidden.regexp, key)
    return value ?? regexpMethods.get(key) ?? objectMethods.get(key)
  }
  if (hidden.kind === 'date') return dateMethods.get(key) ?? objectMethods.get(key)
  if (hidden.kind === 'error') return errorMethods.get(key) ?? objectMethods.get(key)
  if (!isCallable(target)) return objectMethods.get(key)
  if (key === 'length') return arity(target)
  if (key === 'prototype' && hidden.kind === 'closure') return prototypeMade(target)
  return functionMethods.get(key) ?? objectMethods.get(key)
}

/** Functions have a `prototype` once it is asked for; it is a property like any other. */
const prototypeMade = (target: ScriptObject): Value => {
  const made = createObject()
  return Reflect.set(target, 'prototype', made) ? made : undefined
}

/** Writes `target.key`; a `TypeError` fault when the target cannot take it. */
export const setProperty = (machine: Machine, target: Value, key: string, value: Value): void => {
  if (!isObject(target))
    throw typeFault(`${toldShort(key)} is set on ${target === null ? 'null' : typeof target}`)
  if (Array.isArray(target)) setItem(machine, target, key, value)
  else if (!Reflect.set(target, key, value)) throw typeFault(`${toldShort(key)} is read-only`)
}

const setItem = (machine: Machine, items: Value[], key: string, value: Value): void => {
  if (key === '__proto__' || key === 'constructor')
    throw typeFault(`${key} cannot be set on an array`)
  if (Object.isFrozen(items)) throw typeFault('the array is read-only')
  if (key === 'length') {
    if (typeof value !== 'number' || value !== value >>> 0) {
      throw scriptFault('RangeError', 'not a length of an array')
    }
    limitItems(machine, value)
    items.length = value
    return
  }
  if (isIndex(key)) {
    if (Number(key) >= items.length) limitItems(machine, Number(key) + 1)
    items[Number(key)] = value
    return
  }
  Object.defineProperty(items, key, { value, writable: true, enumerable: true, configurable: true })
}

/** `key in target`. */
export const hasProperty = (target: Value, key: string): boolean => {
  if (!isObject(target)) throw typeFault('in needs an object')
  return Object.hasOwn(target, key) || getProperty(target, key) !== undefined
}

/** `delete target.key`; false when it stays. */
export const deleteProperty = (target: Value, key: string): boolean => {
  if (target === undefined || target === null)
    throw typeFault(`${toldShort(key)} is deleted from ${target}`)
  return isObject(target) ? Reflect.deleteProperty(target, key) : true
}

const isIndex = (key: string): boolean =>
  /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 2 ** 32 - 1
