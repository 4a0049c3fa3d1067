import { isObject, type ScriptObject, slotOf, type Value } from '../value.ts'
import { arrayConstructor, arrayMethods } from './array.ts'
import { dateConstructor, dateMethods } from './date.ts'
import { domMethods, nodeConstructor } from './dom.ts'
import { errorConstructors, errorMethods } from './error.ts'
import { json } from './json.ts'
import { math } from './math.ts'
import {
  booleanConstructor,
  booleanMethods,
  globalFunctions,
  numberConstructor,
  numberMethods,
} from './number.ts'
import {
  emptyFunction,
  functionConstructor,
  functionMethods,
  objectConstructor,
  objectMethods,
} from './object.ts'
import { regexpConstructor, regexpMethods } from './regexp.ts'
import { stringConstructor, stringMethods } from './string.ts'

/** The names that every expression sees behind its scopes; variables may shadow them, none may change them. */
export const globals: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['undefined', undefined],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['Math', math],
  ['JSON', json],
  ['String', stringConstructor],
  ['Number', numberConstructor],
  ['Boolean', booleanConstructor],
  ['Array', arrayConstructor],
  ['Object', objectConstructor],
  ['Function', functionConstructor],
  ['Date', dateConstructor],
  ['RegExp', regexpConstructor],
  ['Node', nodeConstructor],
  ...Object.entries(errorConstructors),
  ...Object.entries(globalFunctions),
])

const natives = new Map<string, ScriptObject>()
const remember = (value: Value): void => {
  const hidden = slotOf(value)
  if (hidden?.kind !== 'native' || !isObject(value) || Array.isArray(value)) return
  natives.set(hidden.id, value)
  Object.values(value).forEach(remember)
}
for (const table of [
  globals,
  stringMethods,
  numberMethods,
  booleanMethods,
  arrayMethods,
  objectMethods,
  functionMethods,
  dateMethods,
  regexpMethods,
  errorMethods,
  domMethods,
]) {
  table.forEach(remember)
}
remember(emptyFunction)

/** What a saved session names `id`: `Math.max`, `String.prototype.slice`. */
export const nativeNamed = (id: string): ScriptObject | undefined => natives.get(id)
