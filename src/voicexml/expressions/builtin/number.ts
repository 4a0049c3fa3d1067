import { toInteger, toNumber, toText } from '../convert.ts'
import { scriptFault, typeFault } from '../fault.ts'
import { charge, limitText } from '../machine.ts'
import type { Machine } from '../value.ts'
import {
  createFunction,
  createNative,
  prototypeOf,
  type ScriptObject,
  type Value,
} from '../value.ts'

const inRange = (machine: Machine, value: Value, least: number, most: number): number => {
  const digits = toInteger(machine, value)
  if (digits < least || digits > most) {
    throw scriptFault('RangeError', `the argument must be between ${least} and ${most}`)
  }
  return digits
}

/** Other bases than ten may take a thousand digits. */
const writtenIn = (machine: Machine, number: number, radix: number): string => {
  if (radix !== 10) charge(machine, 20)
  return number.toString(radix)
}

/** The text of a number to be read, weighed by its length. */
const numeral = (machine: Machine, value: Value): string => {
  const text = toText(machine, value)
  charge(machine, text.length >> 2)
  return text
}

type NumberMethod = (machine: Machine, number: number, arg: Value) => Value

const methods: { readonly [name: string]: NumberMethod } = {
  toString: (machine: Machine, number: number, radix: Value) =>
    writtenIn(machine, number, radix === undefined ? 10 : inRange(machine, radix, 2, 36)),
  toLocaleString: (_: Machine, number: number) => String(number),
  valueOf: (_: Machine, number: number) => number,
  toFixed: (machine, number, digits) => number.toFixed(inRange(machine, digits, 0, 100)),
  toExponential: (machine, number, digits) =>
    number.toExponential(digits === undefined ? undefined : inRange(machine, digits, 0, 100)),
  toPrecision: (machine, number, digits) =>
    digits === undefined ? String(number) : number.toPrecision(inRange(machine, digits, 1, 100)),
}

/** Methods of numbers (ECMA-262 5.1, 15.7.4). */
export const numberMethods: ReadonlyMap<string, Value> = new Map(
  Object.entries(methods).map(([name, method]) => [
    name,
    createFunction(`Number.prototype.${name}`, (machine, self, [arg]) => {
      if (typeof self !== 'number') throw typeFault(`${name} is called on what is not a number`)
      return method(machine, self, arg)
    }),
  ]),
)

/** Methods of true and false (15.6.4). */
export const booleanMethods: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['toString', createFunction('Boolean.prototype.toString', (_, self) => String(self === true))],
  ['valueOf', createFunction('Boolean.prototype.valueOf', (_, self) => self === true)],
])

const asNumber = (machine: Machine, args: readonly Value[]): number =>
  args.length === 0 ? 0 : toNumber(machine, args[0])

/** `Number`; with `new` too it gives a plain number. */
export const numberConstructor: ScriptObject = createNative(
  {
    id: 'Number',
    run: (machine, _, args) => asNumber(machine, args),
    construct: asNumber,
    hasInstance: () => false,
  },
  {
    prototype: prototypeOf('Number', numberMethods),
    MAX_VALUE: Number.MAX_VALUE,
    MIN_VALUE: Number.MIN_VALUE,
    NaN: Number.NaN,
    NEGATIVE_INFINITY: Number.NEGATIVE_INFINITY,
    POSITIVE_INFINITY: Number.POSITIVE_INFINITY,
  },
)

/** `Boolean`; with `new` too it gives plain true or false. */
export const booleanConstructor: ScriptObject = createNative(
  {
    id: 'Boolean',
    run: (_, __, [value]) => Boolean(value),
    construct: (_, [value]) => Boolean(value),
    hasInstance: () => false,
  },
  { prototype: prototypeOf('Boolean', booleanMethods) },
)

const coded = (name: string, code: (text: string) => string): Value =>
  createFunction(name, (machine, _, [value]) => {
    const text = limitText(machine, toText(machine, value))
    return limitText(machine, recoded(name, code, text))
  })

const recoded = (name: string, code: (text: string) => string, text: string): string => {
  try {
    return code(text)
  } catch (cause) {
    throw scriptFault('URIError', `${name}: malformed text`, null, cause)
  }
}

/** The functions of the global object (15.1.2, 15.1.3, B.2). */
export const globalFunctions: { readonly [name: string]: Value } = {
  parseInt: createFunction('parseInt', (machine, _, [text, radix]) =>
    Number.parseInt(numeral(machine, text), toNumber(machine, radix)),
  ),
  parseFloat: createFunction('parseFloat', (machine, _, [text]) =>
    Number.parseFloat(numeral(machine, text)),
  ),
  isNaN: createFunction('isNaN', (machine, _, [value]) => Number.isNaN(toNumber(machine, value))),
  isFinite: createFunction('isFinite', (machine, _, [value]) =>
    Number.isFinite(toNumber(machine, value)),
  ),
  encodeURIComponent: coded('encodeURIComponent', encodeURIComponent),
  decodeURIComponent: coded('decodeURIComponent', decodeURIComponent),
  escape: coded('escape', escape),
  unescape: coded('unescape', unescape),
  encodeURI: coded('encodeURI', encodeURI),
  decodeURI: coded('decodeURI', decodeURI),
}
