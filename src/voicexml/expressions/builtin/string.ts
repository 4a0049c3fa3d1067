import { toInteger, toNumber, toText } from '../convert.ts'
import { typeFault } from '../fault.ts'
import { charge, limitItems, limitText, weighSearch, weighTexts } from '../machine.ts'
import type { Machine } from '../value.ts'
import {
  createFunction,
  createNative,
  prototypeOf,
  type ScriptObject,
  type Value,
} from '../value.ts'
import { match, regexpOf, replaceAll, replacing, searchFor, splitAt } from './regexp.ts'

type TextMethod = (machine: Machine, text: string, args: readonly Value[]) => Value

const position = (machine: Machine, value: Value, otherwise: number): number =>
  value === undefined ? otherwise : toInteger(machine, value)

/** What is looked for in a text. */
const pattern = (machine: Machine, text: string, search: Value): string => {
  const wanted = toText(machine, search)
  weighSearch(machine, text, wanted)
  return wanted
}

/** Replaces the first occurrence of a text (ECMA-262 5.1, 15.5.4.11). */
const replaceFirst = (machine: Machine, text: string, search: Value, by: Value): string => {
  const found = pattern(machine, text, search)
  const put = replacing(machine, by, text)
  const at = text.indexOf(found)
  if (at < 0) return text
  const middle = put([at, at + found.length])
  return limitText(machine, text.slice(0, at) + middle + text.slice(at + found.length))
}

const methods: { readonly [name: string]: TextMethod } = {
  toString: (_: Machine, text: string) => text,
  valueOf: (_: Machine, text: string) => text,
  charAt: (machine, text, [at]) => text.charAt(toInteger(machine, at)),
  charCodeAt: (machine, text, [at]) => text.charCodeAt(toInteger(machine, at)),
  concat: (machine, text, args) =>
    args.reduce<string>((sum, arg) => limitText(machine, sum + toText(machine, arg)), text),
  indexOf: (machine, text, [search, from]) =>
    text.indexOf(pattern(machine, text, search), position(machine, from, 0)),
  lastIndexOf: (machine, text, [search, from]) => {
    const wanted = pattern(machine, text, search)
    const start = toNumber(machine, from)
    return text.lastIndexOf(wanted, Number.isNaN(start) ? Infinity : start)
  },
  localeCompare: (machine, text, [other]) => {
    const right = toText(machine, other)
    weighTexts(machine, text, right)
    return text === right ? 0 : text < right ? -1 : 1
  },
  slice: (machine, text, [from, to]) =>
    text.slice(position(machine, from, 0), position(machine, to, text.length)),
  substring: (machine, text, [from, to]) =>
    text.substring(position(machine, from, 0), position(machine, to, text.length)),
  substr: (machine, text, [from, length]) => {
    const start = position(machine, from, 0)
    const first = start < 0 ? Math.max(0, text.length + start) : start
    return text.slice(first, first + Math.max(0, position(machine, length, text.length)))
  },
  toLowerCase: (machine, text) => limitText(machine, text.toLowerCase()),
  toUpperCase: (machine, text) => limitText(machine, text.toUpperCase()),
  toLocaleLowerCase: (machine, text) => limitText(machine, text.toLowerCase()),
  toLocaleUpperCase: (machine, text) => limitText(machine, text.toUpperCase()),
  trim: (_, text) => text.trim(),
  split: (machine, text, [separator, limit]) => {
    const most = limit === undefined ? 2 ** 32 - 1 : toNumber(machine, limit) >>> 0
    if (separator === undefined) return most === 0 ? [] : [text]
    const regexp = regexpOf(separator)
    if (regexp) return splitAt(machine, text, regexp, most)
    const mark = pattern(machine, text, separator)
    if (mark === '') limitItems(machine, Math.min(most, text.length))
    const parts = text.split(mark, Math.min(most, machine.budget.maxItems + 1))
    limitItems(machine, parts.length)
    return parts
  },
  replace: (machine, text, [search, by]) =>
    regexpOf(search)
      ? replaceAll(machine, text, search, by)
      : replaceFirst(machine, text, search, by),
  match: (machine, text, [search]) => match(machine, text, search),
  search: (machine, text, [search]) => searchFor(machine, text, search),
}

/** Methods of text values (15.5.4). Comparison is by code units, `localeCompare` too: no locale is at hand. */
export const stringMethods: ReadonlyMap<string, Value> = new Map(
  Object.entries(methods).map(([name, method]) => [
    name,
    createFunction(`String.prototype.${name}`, (machine, self, args) => {
      if (self === undefined || self === null) throw typeFault(`${name} is called on ${self}`)
      const text = toText(machine, self)
      charge(machine, 1 + (text.length >> 5))
      return method(machine, text, args)
    }),
  ]),
)

const asText = (machine: Machine, args: readonly Value[]): string =>
  args.length === 0 ? '' : toText(machine, args[0])

/** `String`; with `new` too it gives a plain text, never a wrapper object. */
export const stringConstructor: ScriptObject = createNative(
  {
    id: 'String',
    run: (machine, _, args) => asText(machine, args),
    construct: asText,
    hasInstance: () => false,
  },
  {
    prototype: prototypeOf('String', stringMethods),
    fromCharCode: createFunction('String.fromCharCode', (machine, _, args) =>
      String.fromCharCode(...args.map((arg) => toNumber(machine, arg))),
    ),
  },
)
