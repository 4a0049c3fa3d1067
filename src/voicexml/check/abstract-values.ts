import type { Json } from '../turn.ts'
import type { Syntax } from './names-in.ts'

/**
 * What is known of a value before a call: `u` undefined, `a` anything, `s` anything but undefined,
 * `k` and JSON: this very value, `j` and JSON: an object of which these properties are known, `t` and a
 * word: the answer of a platform function with this status.
 * Plain strings, so that equal ones are the same.
 */
export type AbstractValue = string

export const UNDEFINED: AbstractValue = 'u'
export const ANYTHING: AbstractValue = 'a'
export const SOMETHING: AbstractValue = 's'
export const answerWith = (status: string): AbstractValue => `t${status}`

type Primitive = string | number | boolean | null | undefined

/** A counter that is followed further than this is no longer followed. */
const maxNumber = 16
const maxText = 64

/** A value that is known beforehand; large ones are not followed. */
export const exactly = (value: Primitive): AbstractValue => {
  if (value === undefined) return UNDEFINED
  if (typeof value === 'number' && !(Number.isInteger(value) && Math.abs(value) <= maxNumber))
    return SOMETHING
  if (typeof value === 'string' && value.length > maxText) return SOMETHING
  return `k${JSON.stringify(value)}`
}

/** An object or a list; of an object only the properties given are known. */
export const objectOf = (value: Json): AbstractValue =>
  typeof value === 'object' && value !== null ? `j${JSON.stringify(value)}` : exactly(value)

type Known = { readonly value: Primitive }

/** The value itself; null when it is not known. */
export const knownOf = (value: AbstractValue): Known | null => {
  if (value === UNDEFINED) return { value: undefined }
  return value.startsWith('k') ? { value: JSON.parse(value.slice(1)) as Primitive } : null
}

/** Undefined or not; null: either. */
export const isDefined = (value: AbstractValue): boolean | null =>
  value === ANYTHING ? null : value !== UNDEFINED

/** True, false, or null when it may be either. */
export type Verdict = boolean | null

const truthOf = (value: AbstractValue): Verdict => {
  const known = knownOf(value)
  if (known !== null) return Boolean(known.value)
  return value.startsWith('t') || value.startsWith('j') ? true : null
}

/** Gives the value of a variable; `path` begins with its scope when that is written. */
export type ReadVariable = (name: string) => AbstractValue

/** What hangs on nothing but some variables, worked out once for each set of their values. */
export const onceFor = <T>(
  names: readonly string[],
  workOut: (read: ReadVariable) => T,
): ((read: ReadVariable) => T) => {
  const known = new Map<AbstractValue, T>()
  const [first] = names
  return (read) => {
    const values =
      first === undefined ? '' : names.length === 1 ? read(first) : names.map(read).join('\n')
    const before = known.get(values)
    if (before !== undefined) return before
    const found = workOut(read)
    known.set(values, found)
    return found
  }
}

const namedScopes = new Set(['application', 'document', 'dialog'])

/** The variable that a node names, without the scope in front of it; null: none, or a part of one. */
export const variableOf = (node: Syntax): string | null => {
  if (node.type === 'Identifier') {
    const name = String(node['name'])
    return name === 'undefined' ? null : name
  }
  if (node.type !== 'MemberExpression' || node['computed'] === true) return null
  const object = node['object'] as Syntax
  return object.type === 'Identifier' && namedScopes.has(String(object['name']))
    ? String((node['property'] as Syntax)['name'])
    : null
}

/** Whether an expression holds, as far as that is known. */
export const verdictOf = (node: Syntax, read: ReadVariable): Verdict => {
  const inside = (key: string) => verdictOf(node[key] as Syntax, read)
  switch (node.type) {
    case 'ParenthesizedExpression':
      return inside('expression')
    case 'UnaryExpression': {
      if (node['operator'] !== '!') break
      const verdict = inside('argument')
      return verdict === null ? null : !verdict
    }
    case 'LogicalExpression': {
      const decisive = node['operator'] === '||'
      const left = inside('left')
      if (left === decisive) return decisive
      const right = inside('right')
      if (right === decisive) return decisive
      return left === null || right === null ? null : !decisive
    }
  }
  return truthOf(abstractValueOf(node, read))
}

/** What an expression gives, as far as that is known. */
export const abstractValueOf = (node: Syntax, read: ReadVariable): AbstractValue => {
  const inside = (key: string) => abstractValueOf(node[key] as Syntax, read)
  const variable = variableOf(node)
  if (variable !== null) return read(variable)
  switch (node.type) {
    case 'ParenthesizedExpression':
      return inside('expression')
    case 'Identifier':
      return UNDEFINED
    case 'Literal':
      return node['value'] === null || typeof node['value'] !== 'object'
        ? exactly(node['value'] as Primitive)
        : SOMETHING
    case 'MemberExpression': {
      const property = node['property'] as Syntax
      const isComputed = node['computed'] === true
      return memberOf(inside('object'), String(property[isComputed ? 'value' : 'name']))
    }
    case 'ConditionalExpression': {
      const test = verdictOf(node['test'] as Syntax, read)
      if (test !== null) return inside(test ? 'consequent' : 'alternate')
      return either(inside('consequent'), inside('alternate'))
    }
    case 'LogicalExpression': {
      const left = inside('left')
      const truth = truthOf(left)
      if (truth !== null) return truth === (node['operator'] === '||') ? left : inside('right')
      return either(left, inside('right'))
    }
    case 'UnaryExpression':
      return unary(String(node['operator']), inside('argument'))
    case 'BinaryExpression':
      return binary(String(node['operator']), inside('left'), inside('right'))
    case 'ArrayExpression':
    case 'ObjectExpression':
    case 'FunctionExpression':
      return SOMETHING
    default:
      return ANYTHING
  }
}

const memberOf = (object: AbstractValue, name: string): AbstractValue => {
  if (object.startsWith('t')) return name === 'status' ? exactly(object.slice(1)) : ANYTHING
  if (!object.startsWith('j')) return ANYTHING
  const value = JSON.parse(object.slice(1)) as { readonly [name: string]: Json }
  return Object.hasOwn(value, name) ? objectOf(value[name] ?? null) : ANYTHING
}

const either = (one: AbstractValue, other: AbstractValue): AbstractValue => {
  if (one === other) return one
  return isDefined(one) === true && isDefined(other) === true ? SOMETHING : ANYTHING
}

const unary = (operator: string, argument: AbstractValue): AbstractValue => {
  if (operator === 'void') return UNDEFINED
  if (operator === '!') {
    const truth = truthOf(argument)
    return truth === null ? SOMETHING : exactly(!truth)
  }
  const known = knownOf(argument)
  if (known === null) return SOMETHING
  if (operator === 'typeof') return exactly(known.value === null ? 'object' : typeof known.value)
  if (operator === '-') return exactly(-Number(known.value))
  return operator === '+' ? exactly(Number(known.value)) : SOMETHING
}

/** Operators give a value in any case, known only when both sides are. */
const binary = (operator: string, left: AbstractValue, right: AbstractValue): AbstractValue => {
  const [one, other] = [knownOf(left), knownOf(right)]
  if (one === null || other === null) return SOMETHING
  // biome-ignore-start lint/suspicious/noDoubleEquals: the operators of ECMAScript themselves
  const [a, b] = [one.value, other.value] as [number, number]
  switch (operator) {
    case '==':
      return exactly(a == b)
    case '!=':
      return exactly(a != b)
    case '===':
      return exactly(a === b)
    case '!==':
      return exactly(a !== b)
    case '<':
      return exactly(a < b)
    case '<=':
      return exactly(a <= b)
    case '>':
      return exactly(a > b)
    case '>=':
      return exactly(a >= b)
    case '+':
      return exactly(a + b)
    case '-':
      return exactly(a - b)
    case '*':
      return exactly(a * b)
    case '%':
      return exactly(a % b)
    default:
      return SOMETHING
  }
  // biome-ignore-end lint/suspicious/noDoubleEquals: the operators of ECMAScript themselves
}
