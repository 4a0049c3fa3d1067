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

/** Values and characters in one copy: what stands in it many times counts as often. */
const MAX_SIZE = 200_000

/**
 * A copy as `JSON.stringify` would write it (ECMA-262 5.1, 15.12.3): functions and undefined are left out of
 * objects and null elsewhere, NaN and infinities are null, dates ISO texts. Throws a `TypeError` fault for
 * an object that contains itself, a `RangeError` fault for one that is too deep or too large.
 */
export const toJson = (value: Value): Json => plain(value, { above: [], size: 0 }) ?? null

type Copying = { readonly above: Value[]; size: number }

const plain = (value: Value, copying: Copying): Json | undefined => {
  copying.size += typeof value === 'string' ? 1 + value.length : 1
  if (copying.size > MAX_SIZE) throw scriptFault('RangeError', 'the data is too large')
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (!isObject(value)) return value
  if (isCallable(value)) return undefined
  const { above } = copying
  if (above.includes(value)) throw typeFault('the object contains itself')
  if (above.length > MAX_NESTING) throw scriptFault('RangeError', 'the data is nested too deeply')
  const hidden = slotOf(value)
  if (hidden?.kind === 'date') {
    return Number.isNaN(hidden.milliseconds) ? null : new Date(hidden.milliseconds).toISOString()
  }
  above.push(value)
  const copy = Array.isArray(value)
    ? Array.from(value, (item) => plain(item, copying) ?? null)
    : plainObject(value, copying)
  above.pop()
  return copy
}

const plainObject = (value: { [key: string]: Value }, copying: Copying): Json => {
  const copy: { [key: string]: Json } = Object.create(null)
  for (const key of Object.keys(value)) {
    const item = plain(value[key], copying)
    if (item !== undefined) copy[key] = item
  }
  return copy
}
