import { isObject, parent, type ScriptObject, type Value } from './value.ts'

/** The nearest of the objects behind an object that has a key. */
const holderBehind = (target: ScriptObject, key: string): ScriptObject | undefined => {
  let above = target[parent]
  while (above && !Object.hasOwn(above, key)) above = above[parent]
  return above
}

/** What the objects behind an object have under a key; undefined: nothing. */
export const fromParents = (target: ScriptObject, key: string): Value =>
  holderBehind(target, key)?.[key]

/** A method that an object has itself or from the function that made it; undefined: neither. */
export const methodOf = (target: Value, key: string): Value => {
  if (!isObject(target)) return undefined
  if (Object.hasOwn(target, key)) return (target as ScriptObject)[key]
  return Array.isArray(target) ? undefined : fromParents(target, key)
}

/** The keys of `for … in`: its own, then those of its parents (12.6.4). */
export const keysIn = (target: Value): string[] => {
  if (typeof target === 'string') return Object.keys(target)
  if (!isObject(target)) return []
  const keys = Object.keys(target)
  if (Array.isArray(target) || target[parent] === undefined) return keys
  const all = new Set(keys)
  let above: ScriptObject | undefined = target[parent]
  for (; above; above = above[parent]) for (const key of Object.keys(above)) all.add(key)
  return [...all]
}

/** Whether a key that `for … in` has noted is still there. */
export const isStillIn = (target: ScriptObject | Value[], key: string): boolean =>
  Object.hasOwn(target, key) || (!Array.isArray(target) && holderBehind(target, key) !== undefined)
