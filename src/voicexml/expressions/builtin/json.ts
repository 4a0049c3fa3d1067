import { toText } from '../convert.ts'
import { scriptFault, typeFault } from '../fault.ts'
import { fromJson, toJson } from '../json.ts'
import { charge, limitItems, limitText } from '../machine.ts'
import type { Machine } from '../value.ts'
import {
  createFunction,
  createNative,
  isCallable,
  isObject,
  type ScriptObject,
  type Value,
} from '../value.ts'

/** Books what a copy would take before it is made: the same long text may stand in it many times. */
const weigh = (machine: Machine, value: Value): void => {
  charge(machine, typeof value === 'string' ? 1 + (value.length >> 3) : 1)
  if (!isObject(value) || isCallable(value)) return
  machine.budget.depth -= 1
  if (machine.budget.depth < 0)
    throw typeFault('the object contains itself or is nested too deeply')
  for (const item of Object.values(value)) weigh(machine, item)
  machine.budget.depth += 1
}

/** `JSON` (ECMA-262 5.1, 15.12) without reviver and replacer functions and without `toJSON`. */
export const json: ScriptObject = createNative(
  { id: 'JSON' },
  {
    parse: createFunction('JSON.parse', (machine, _, [value, reviver]) => {
      if (reviver !== undefined) throw typeFault('JSON.parse takes no reviver here')
      const text = toText(machine, value)
      charge(machine, text.length >> 2)
      const parsed = parsedJson(text)
      const copy = fromJson(parsed)
      checkLengths(machine, copy)
      return copy
    }),
    stringify: createFunction('JSON.stringify', (machine, _, [value, replacer, indent]) => {
      if (isCallable(replacer)) {
        throw typeFault('JSON.stringify takes no function here')
      }
      if (value === undefined || isCallable(value)) return undefined
      const before = machine.budget.steps
      weigh(machine, value)
      const names = namesIn(replacer)
      if (names) charge(machine, (before - machine.budget.steps) * names.length)
      const space = typeof indent === 'string' || typeof indent === 'number' ? indent : ''
      return limitText(machine, JSON.stringify(toJson(value), names, space))
    }),
  },
)

const parsedJson = (text: string) => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw scriptFault('SyntaxError', 'the text is not JSON', null, cause)
  }
}

/** The list of names to which `stringify` keeps, or null for all. */
const namesIn = (replacer: Value): (string | number)[] | null =>
  Array.isArray(replacer)
    ? replacer.filter((name) => typeof name === 'string' || typeof name === 'number')
    : null

const checkLengths = (machine: Machine, value: Value): void => {
  if (!isObject(value)) return
  if (Array.isArray(value)) limitItems(machine, value.length)
  for (const item of Object.values(value)) checkLengths(machine, item)
}
