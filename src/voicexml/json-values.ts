import { createObject, isCallable, type Value } from './expressions/value.ts'
import { raise } from './run.ts'
import type { Json } from './turn.ts'

/** Nesting that leaves the engine; more is taken for a cycle. */
const MAX_DEPTH = 32

/** Values and characters that leave the engine at once; what stands in them many times counts as often. */
const MAX_SIZE = 200_000

/**
 * A value as JSON, for the host: what JSON cannot hold becomes null; a cycle, or more than 200 000 values and
 * characters, is `error.semantic`.
 */
export const jsonOf = (value: Value): Json => copied(value, 0, { left: MAX_SIZE })

const copied = (value: Value, depth: number, size: { left: number }): Json => {
  if (depth > MAX_DEPTH) return raise('error.semantic', 'the value is nested too deeply')
  size.left -= typeof value === 'string' ? 1 + value.length : 1
  if (size.left < 0) return raise('error.semantic', 'the value is too large')
  if (value === undefined || value === null || isCallable(value)) return null
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((each) => copied(each, depth + 1, size))
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, copied(each, depth + 1, size)]),
  )
}

/** JSON as a value that documents can read and change. */
export const valueFrom = (json: Json): Value => built(json, valueFrom)

/** JSON as a value that documents can only read. */
export const frozenFrom = (json: Json): Value => {
  const value = built(json, frozenFrom)
  Object.freeze(value)
  return value
}

const built = (json: Json, part: (json: Json) => Value): Value => {
  if (typeof json !== 'object' || json === null) return json
  if (isList(json)) return json.map(part)
  const object = createObject()
  for (const key of Object.keys(json)) object[key] = part(json[key] ?? null)
  return object
}

const isList = (json: Json): json is readonly Json[] => Array.isArray(json)
