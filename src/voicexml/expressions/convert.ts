import { budgetFault, typeFault } from './fault.ts'
import { charge, checkText, limitText, weighTexts } from './machine.ts'
import { methodOf } from './parents.ts'
import type { Machine } from './value.ts'
import { isCallable, isObject, slotOf, type Value } from './value.ts'

export type Primitive = undefined | null | boolean | number | string

/** ToPrimitive (ECMA-262 5.1, 9.1); `toString` and `valueOf` that a document wrote are honoured. */
export const toPrimitive = (machine: Machine, value: Value, hint: 'number' | 'text'): Primitive => {
  if (!isObject(value)) return value
  const order = hint === 'number' ? ['valueOf', 'toString'] : ['toString', 'valueOf']
  for (const name of order) {
    const method = methodOf(value, name)
    const result = isCallable(method)
      ? machine.call(method, value, [])
      : name === 'valueOf'
        ? defaultValue(value)
        : defaultText(machine, value)
    if (!isObject(result)) return result
  }
  throw typeFault('the object has no primitive value')
}

const defaultValue = (value: Value): Value => {
  const hidden = slotOf(value)
  return hidden?.kind === 'date' ? hidden.milliseconds : value
}

/** What an object says of itself when the document gave it no `toString`. */
export const defaultText = (machine: Machine, value: Value): string => {
  if (Array.isArray(value)) return joined(machine, value, ',')
  const hidden = slotOf(value)
  switch (hidden?.kind) {
    case 'closure':
      return hidden.program.source.slice(hidden.code.node.start, hidden.code.node.end)
    case 'native':
      return hidden.run ? `function ${hidden.id}() { [native code] }` : `[object ${hidden.id}]`
    case 'date':
      return Number.isNaN(hidden.milliseconds)
        ? 'Invalid Date'
        : new Date(hidden.milliseconds).toISOString()
    case 'regexp':
      return `/${hidden.regexp.source || '(?:)'}/${hidden.regexp.flags}`
    case 'error': {
      const { name, message } = value as { name?: Value; message?: Value }
      const text = toText(machine, message ?? '')
      return text === '' ? toText(machine, name ?? 'Error') : `${toText(machine, name)}: ${text}`
    }
    default:
      return '[object Object]'
  }
}

/** `Array.prototype.join`; an array that contains itself runs into the depth limit. */
export const joined = (
  machine: Machine,
  items: readonly Value[],
  separator: string,
  length = items.length,
): string => {
  charge(machine, 1 + length)
  machine.budget.depth -= 4
  if (machine.budget.depth < 0) throw budgetFault('nested too deeply')
  let text = ''
  for (let at = 0; at < length; at += 1) {
    const item = items[at]
    const piece = item === undefined || item === null ? '' : toText(machine, item)
    text = at === 0 ? piece : text + separator + piece
    checkText(machine, text.length)
  }
  machine.budget.depth += 4
  return limitText(machine, text)
}

/** ToString (9.8). */
export const toText = (machine: Machine, value: Value): string =>
  typeof value === 'string' ? value : String(toPrimitive(machine, value, 'text'))

/** ToNumber (9.3). */
export const toNumber = (machine: Machine, value: Value): number => {
  if (typeof value === 'number') return value
  const primitive = toPrimitive(machine, value, 'number')
  return Number(typeof primitive === 'string' ? limitText(machine, primitive) : primitive)
}

/** ToInteger (9.4); NaN becomes 0. */
export const toInteger = (machine: Machine, value: Value): number => {
  const number = toNumber(machine, value)
  return Number.isNaN(number) ? 0 : Math.trunc(number)
}

/** The strict equality comparison `===` (11.9.6). */
export const strictlyEqual = (machine: Machine, left: Value, right: Value): boolean => {
  weighTexts(machine, left, right)
  return left === right
}

/** The abstract equality comparison `==` (11.9.3). */
export const looselyEqual = (machine: Machine, left: Value, right: Value): boolean => {
  if (isObject(left) && isObject(right)) return left === right
  if (left === null || left === undefined || right === null || right === undefined) {
    return (left ?? null) === null && (right ?? null) === null
  }
  const first = preferred(machine, left)
  const second = preferred(machine, right)
  weighTexts(machine, first, second)
  // biome-ignore lint/suspicious/noDoubleEquals: both sides are primitives, so this is 11.9.3 itself
  return first == second
}

/** ToPrimitive without a hint: dates prefer text, all else numbers (8.12.8). */
export const preferred = (machine: Machine, value: Value): Primitive =>
  isObject(value)
    ? toPrimitive(machine, value, slotOf(value)?.kind === 'date' ? 'text' : 'number')
    : value
