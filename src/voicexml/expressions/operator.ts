import { looselyEqual, preferred, strictlyEqual, toNumber, toPrimitive, toText } from './convert.ts'
import { scriptFault, typeFault } from './fault.ts'
import { limitText, weighTexts } from './machine.ts'
import { getProperty, hasProperty } from './property.ts'
import type { Machine } from './value.ts'
import { isCallable, isObject, parent, slotOf, type Value } from './value.ts'

type Binary = (machine: Machine, left: Value, right: Value) => Value

const arithmetic =
  (compute: (left: number, right: number) => number): Binary =>
  (machine, left, right) => {
    const first = toNumber(machine, left)
    return compute(first, toNumber(machine, right))
  }

const relation =
  (compare: (left: string | number, right: string | number) => boolean): Binary =>
  (machine, left, right) => {
    const first = toPrimitive(machine, left, 'number')
    const second = toPrimitive(machine, right, 'number')
    weighTexts(machine, first, second)
    return typeof first === 'string' && typeof second === 'string'
      ? compare(first, second)
      : compare(Number(first), Number(second))
  }

const add: Binary = (machine, left, right) => {
  if (typeof left === 'number' && typeof right === 'number') return left + right
  const first = preferred(machine, left)
  const second = preferred(machine, right)
  return typeof first === 'string' || typeof second === 'string'
    ? limitText(machine, String(first) + String(second))
    : Number(first) + Number(second)
}

const instanceOf: Binary = (_, left, right) => {
  const hidden = slotOf(right)
  if (hidden?.kind === 'native' && hidden.hasInstance) return hidden.hasInstance(left)
  if (hidden?.kind !== 'closure') throw typeFault('instanceof needs a constructor')
  const prototype = getProperty(right, 'prototype')
  if (!isObject(left) || Array.isArray(left)) return false
  for (let above = left[parent]; above; above = above[parent]) if (above === prototype) return true
  return false
}

const operators: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['+', add],
  ['-', arithmetic((left, right) => left - right)],
  ['*', arithmetic((left, right) => left * right)],
  ['/', arithmetic((left, right) => left / right)],
  ['%', arithmetic((left, right) => left % right)],
  ['&', arithmetic((left, right) => left & right)],
  ['|', arithmetic((left, right) => left | right)],
  ['^', arithmetic((left, right) => left ^ right)],
  ['<<', arithmetic((left, right) => left << right)],
  ['>>', arithmetic((left, right) => left >> right)],
  ['>>>', arithmetic((left, right) => left >>> right)],
  ['<', relation((left, right) => left < right)],
  ['>', relation((left, right) => left > right)],
  ['<=', relation((left, right) => left <= right)],
  ['>=', relation((left, right) => left >= right)],
  ['==', looselyEqual],
  ['!=', (machine, left, right) => !looselyEqual(machine, left, right)],
  ['===', strictlyEqual],
  ['!==', (machine, left, right) => !strictlyEqual(machine, left, right)],
  ['instanceof', instanceOf],
  [
    'in',
    (machine, left, right) => {
      if (!isObject(right)) throw typeFault('in needs an object')
      return hasProperty(right, toText(machine, left))
    },
  ],
])

/** The value of `left operator right` (ECMA-262 5.1, 11.5–11.10). */
export const binary = (machine: Machine, operator: string, left: Value, right: Value): Value => {
  const compute = operators.get(operator)
  if (!compute) throw scriptFault('SyntaxError', `${operator} is not supported`)
  return compute(machine, left, right)
}

/** `typeof` (11.4.3). */
export const typeOf = (value: Value): string => {
  if (value === null) return 'object'
  if (typeof value !== 'object') return typeof value
  return isCallable(value) || isConstructor(value) ? 'function' : 'object'
}

const isConstructor = (value: Value): boolean => {
  const hidden = slotOf(value)
  return hidden?.kind === 'native' && hidden.hasInstance !== undefined
}
