import { createObject, isCallable, type Value } from './expressions/value.ts'
import { raise } from './run.ts'
import type { Json } from './turn.ts'

/** Nesting that leaves the engine; more is taken for a cycle. */
const MAX_DEPTH = 32

/** A value as JSON, for the host: what JSON cannot hold becomes null; a cycle is `error.semantic`. */
export const jsonOf = (value: Value, depth = 0): Json => {
  if (depth > MAX_DEPTH) return raise('error.semantic', 'the value is nested too deeply')
  if (value === undefined || value === null || isCallable(value)) return null
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((each) => jsonOf(each, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, jsonOf(each, depth + 1)]),
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
