import type { Expression, Node, ObjectExpression, Pattern } from 'acorn'
import { createRegexp } from './builtin/regexp.ts'
import { toNumber, toText } from './convert.ts'
import { budgetFault, scriptFault, typeFault } from './fault.ts'
import { enter, type Frame, isReadable, leave, readVariable, writeVariable } from './frame.ts'
import { limitItems } from './machine.ts'
import { binary, typeOf } from './operator.ts'
import { deleteProperty, getProperty, setProperty } from './property.ts'
import {
  createObject,
  createScope,
  declare,
  isCallable,
  isObject,
  parent,
  type ScriptObject,
  slot,
  slotOf,
  type Value,
} from './value.ts'

/** The value of an expression (ECMA-262 5.1, 11). Throws a `ScriptFault`. */
export const evaluateExpression = (node: Expression, frame: Frame): Value => {
  enter(frame, node)
  const value = compute(node, frame)
  leave(frame)
  return value
}

const compute = (node: Expression, frame: Frame): Value => {
  const { machine } = frame
  switch (node.type) {
    case 'Literal':
      return node.regex ? regexpAt(node, frame) : (node.value as Value)
    case 'Identifier':
      return readVariable(frame, node.name)
    case 'MemberExpression': {
      const target = evaluateExpression(node.object as Expression, frame)
      return getProperty(target, keyOf(node, target, frame))
    }
    case 'BinaryExpression': {
      const left = evaluateExpression(node.left as Expression, frame)
      return binary(machine, node.operator, left, evaluateExpression(node.right, frame))
    }
    case 'LogicalExpression': {
      const left = evaluateExpression(node.left, frame)
      return Boolean(left) === (node.operator === '&&')
        ? evaluateExpression(node.right, frame)
        : left
    }
    case 'ConditionalExpression':
      return evaluateExpression(
        evaluateExpression(node.test, frame) ? node.consequent : node.alternate,
        frame,
      )
    case 'UnaryExpression':
      return unary(node.operator, node.argument, frame)
    case 'UpdateExpression': {
      const reference = refer(node.argument, frame)
      const before = toNumber(machine, reference.get())
      const after = node.operator === '++' ? before + 1 : before - 1
      reference.set(after)
      return node.prefix ? after : before
    }
    case 'AssignmentExpression': {
      const reference = refer(node.left, frame)
      const before = node.operator === '=' ? undefined : reference.get()
      const right = evaluateExpression(node.right, frame)
      const value =
        node.operator === '=' ? right : binary(machine, node.operator.slice(0, -1), before, right)
      reference.set(value)
      return value
    }
    case 'CallExpression': {
      const [callee, self] = calleeOf(node.callee as Expression, frame)
      const args = node.arguments.map((arg) => evaluateExpression(arg as Expression, frame))
      if (!isCallable(callee)) throw typeFault(`${textOf(node.callee, frame)} is not a function`)
      return machine.call(callee, self, args)
    }
    case 'NewExpression': {
      const callee = evaluateExpression(node.callee as Expression, frame)
      const args = node.arguments.map((arg) => evaluateExpression(arg as Expression, frame))
      return construct(callee, args, frame, textOf(node.callee, frame))
    }
    case 'ObjectExpression':
      return objectLiteral(node, frame)
    case 'ArrayExpression': {
      limitItems(machine, node.elements.length)
      const items: Value[] = new Array(node.elements.length)
      node.elements.forEach((element, at) => {
        if (element) items[at] = evaluateExpression(element as Expression, frame)
      })
      return items
    }
    case 'FunctionExpression':
      return node.id ? namedClosure(node, node.id.name, frame) : createClosure(node, frame)
    case 'SequenceExpression':
      return node.expressions.reduce<Value>((_, each) => evaluateExpression(each, frame), undefined)
    case 'ThisExpression':
      return frame.self
    default:
      throw scriptFault('SyntaxError', `${node.type} is not supported`)
  }
}

/** Each evaluation of a literal makes an object of its own (7.8.5). */
const regexpAt = (node: Node, { program }: Frame): Value => {
  const regexp = program.regexps.get(node.start)
  if (!regexp) throw scriptFault('SyntaxError', 'the regular expression is unknown')
  return createRegexp(regexp)
}

const textOf = (node: Node, frame: Frame): string =>
  frame.program.source.slice(node.start, node.end).slice(0, 60)

type Member = Extract<Expression, { type: 'MemberExpression' }>

/** The key; what has no properties is refused before the key becomes a text (11.2.1). */
const keyOf = (node: Member, target: Value, frame: Frame): string => {
  if (!node.computed && node.property.type === 'Identifier') return node.property.name
  const key = evaluateExpression(node.property as Expression, frame)
  if (isObject(key) && (target === undefined || target === null)) {
    throw typeFault(`a property is read from ${target}`)
  }
  return toText(frame.machine, key)
}

/** What is called, and the object it is called on. */
const calleeOf = (node: Expression, frame: Frame): [callee: Value, self: Value] => {
  if (node.type !== 'MemberExpression') return [evaluateExpression(node, frame), undefined]
  const self = evaluateExpression(node.object as Expression, frame)
  return [getProperty(self, keyOf(node, self, frame)), self]
}

type Reference = { readonly get: () => Value; readonly set: (value: Value) => void }

/** A variable or property to write; its object and key are evaluated once. */
export const refer = (node: Expression | Pattern, frame: Frame): Reference => {
  if (node.type === 'Identifier') {
    return {
      get: () => readVariable(frame, node.name),
      set: (value) => writeVariable(frame, node.name, value),
    }
  }
  if (node.type !== 'MemberExpression') {
    throw scriptFault('SyntaxError', 'only variables and properties can be assigned')
  }
  const target = evaluateExpression(node.object as Expression, frame)
  const key = keyOf(node, target, frame)
  return {
    get: () => getProperty(target, key),
    set: (value) => setProperty(frame.machine, target, key, value),
  }
}

const unary = (operator: string, argument: Expression, frame: Frame): Value => {
  if (
    operator === 'typeof' &&
    argument.type === 'Identifier' &&
    !isReadable(frame, argument.name)
  ) {
    return 'undefined'
  }
  if (operator === 'delete') {
    if (argument.type !== 'MemberExpression') return false
    const target = evaluateExpression(argument.object as Expression, frame)
    const key = keyOf(argument, target, frame)
    if (deleteProperty(target, key)) return true
    throw typeFault(`${key} is read-only`)
  }
  const value = evaluateExpression(argument, frame)
  switch (operator) {
    case '!':
      return !value
    case '-':
      return -toNumber(frame.machine, value)
    case '+':
      return toNumber(frame.machine, value)
    case '~':
      return ~toNumber(frame.machine, value)
    case 'typeof':
      return typeOf(value)
    case 'void':
      return undefined
    default:
      throw scriptFault('SyntaxError', `${operator} is not supported`)
  }
}

const objectLiteral = (node: ObjectExpression, frame: Frame): Value => {
  const object = createObject()
  for (const property of node.properties) {
    if (property.type !== 'Property') throw scriptFault('SyntaxError', 'spread is not supported')
    const { key } = property
    const name = key.type === 'Identifier' ? key.name : String((key as { value?: unknown }).value)
    object[name] = evaluateExpression(property.value, frame)
  }
  return object
}

/** The function value of a function node, closed over the scopes of the frame. */
export const createClosure = (node: Node, frame: Frame): ScriptObject => {
  const code = frame.program.functions.get(node.start)
  if (!code) throw scriptFault('SyntaxError', 'the function is unknown')
  const closure = createObject()
  closure[slot] = { kind: 'closure', program: frame.program, code, scopes: frame.scopes }
  return closure
}

/** A named function expression sees its own name in a scope of its own (13). */
const namedClosure = (node: Node, name: string, frame: Frame): ScriptObject => {
  const scope = createScope()
  const closure = createClosure(node, { ...frame, scopes: [scope, ...frame.scopes] })
  declare(scope, name, closure)
  return closure
}

/** Objects behind an object, at most. */
const MAX_PARENTS = 20

/** `new`: a document's own function fills an object that has its `prototype` behind it (13.2.2). */
const construct = (
  callee: Value,
  args: readonly Value[],
  { machine }: Frame,
  name: string,
): Value => {
  const hidden = slotOf(callee)
  if (hidden?.kind === 'native' && hidden.construct) return hidden.construct(machine, args)
  if (hidden?.kind !== 'closure') throw typeFault(`${name} is not a constructor`)
  const made = createObject()
  const prototype = getProperty(callee, 'prototype')
  if (isObject(prototype) && !Array.isArray(prototype)) made[parent] = prototype
  let parents = 0
  for (let above = made[parent]; above; above = above[parent]) parents += 1
  if (parents > MAX_PARENTS) throw budgetFault('too many prototypes one behind another')
  const result = machine.call(callee, made, args)
  return isObject(result) ? result : made
}
