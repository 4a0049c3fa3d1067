import type { Json } from '../turn.ts'
import { scriptFault, typeFault } from './fault.ts'
import { createObject, isCallable, isObject, slotOf, type Value } from './value.ts'

/** Nesting of JSON that crosses the border. */
const MAX_NESTING = 200

/** A copy that scripts may use and change. Throws a `RangeError` fault beyond 200 levels. */
export const fromJson = (json: Json, nesting = 0): Value => {
  if (typeof json !== 'object' || json === null) return json
  if (nesting > MAX_NESTING) throw scriptFault('RangeError', 'the data is nested too deeply')
  if (isList(json)) return json.map((item) => fromJson(item, nesting + 1))
  const object = createObject()
  for (const key of Object.keys(json)) object[key] = fromJson(json[key] ?? null, nesting + 1)
  return object
}

const isList = (json: Json): json is readonly Json[] => Array.isArray(json)

/**
 * A copy as `JSON.stringify` would write it (ECMA-262 5.1, 15.12.3): functions and undefined are left out of
 * objects and null elsewhere, NaN and infinities are null, dates ISO texts. Throws a `TypeError` fault for
 * an object that contains itself.
 */
export const toJson = (value: Value): Json => plain(value, []) ?? null

const plain = (value: Value, above: Value[]): Json | undefined => {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (!isObject(value)) return value
  if (isCallable(value)) return undefined
  if (above.includes(value)) throw typeFault('the object contains itself')
  if (above.length > MAX_NESTING) throw scriptFault('RangeError', 'the data is nested too deeply')
  const hidden = slotOf(value)
  if (hidden?.kind === 'date') {
    return Number.isNaN(hidden.milliseconds) ? null : new Date(hidden.milliseconds).toISOString()
  }
  above.push(value)
  const copy = Array.isArray(value)
    ? Array.from(value, (item) => plain(item, above) ?? null)
    : plainObject(value, above)
  above.pop()
  return copy
}

const plainObject = (value: { [key: string]: Value }, above: Value[]): Json => {
  const copy: { [key: string]: Json } = Object.create(null)
  for (const key of Object.keys(value)) {
    const item = plain(value[key], above)
    if (item !== undefined) copy[key] = item
  }
  return copy
}
