import { toInteger, toText } from '../convert.ts'
import { scriptFault, typeFault } from '../fault.ts'
import { charge, checkItems, checkText, limitText } from '../machine.ts'
import { compileRegexp, type Regexp } from '../regexp/regexp.ts'
import { type Places, search } from '../regexp/search.ts'
import type { Machine } from '../value.ts'
import {
  createFunction,
  createNative,
  createObject,
  isCallable,
  prototypeOf,
  type ScriptObject,
  slot,
  slotOf,
  type Value,
} from '../value.ts'

/** Makes an empty object one of a regular expression; `lastIndex` is its only property that is its own. */
export const createRegexp = (
  regexp: Regexp,
  lastIndex: Value = 0,
  object: ScriptObject = createObject(),
): ScriptObject => {
  const hidden = { enumerable: false, writable: true, configurable: false }
  Object.defineProperty(object, 'lastIndex', { value: lastIndex, ...hidden })
  object[slot] = { kind: 'regexp', regexp }
  return object
}

/** The expression behind a value; null for any other value. */
export const regexpOf = (value: Value): Regexp | null => {
  const hidden = slotOf(value)
  return hidden?.kind === 'regexp' ? hidden.regexp : null
}

/** `source`, `global`, `ignoreCase` and `multiline`; undefined for any other key. */
export const regexpProperty = (regexp: Regexp, key: string): Value => {
  if (key === 'source') return regexp.source || '(?:)'
  return key === 'global' || key === 'ignoreCase' || key === 'multiline' ? regexp[key] : undefined
}

export const regexpText = ({ source, flags }: Regexp): string => `/${source || '(?:)'}/${flags}`

/** Where the first match from a place on is. Each step of the search counts a quarter of a step of a script. */
const find = (machine: Machine, regexp: Regexp, text: string, from: number): Places | null => {
  charge(machine, (regexp.instructions.length * (regexp.depth + 1)) >> 8)
  return search(regexp, text, from, (steps) => charge(machine, 1 + (steps >> 2)))
}

/** What a place and the next one enclose. */
const piece = (text: string, places: Places, group: number): Value => {
  const from = places[group * 2] ?? -1
  return from < 0 ? undefined : text.slice(from, places[group * 2 + 1])
}

const pieces = (text: string, places: Places): Value[] =>
  Array.from({ length: places.length / 2 }, (_, group) => piece(text, places, group))

/** The list that `exec` gives (15.10.6.2). */
const described = (text: string, places: Places): Value =>
  Object.assign(pieces(text, places), { index: places[0], input: text })

const self = (value: Value, name: string): { readonly regexp: Regexp; object: ScriptObject } => {
  const regexp = regexpOf(value)
  if (!regexp) throw typeFault(`${name} is called on what is not a regular expression`)
  return { regexp, object: value as ScriptObject }
}

const execute = (machine: Machine, value: Value, text: string): Places | null => {
  const { regexp, object } = self(value, 'exec')
  const from = regexp.global ? toInteger(machine, object['lastIndex']) : 0
  const places = from < 0 || from > text.length ? null : find(machine, regexp, text, from)
  if (regexp.global) setLastIndex(object, places?.[1] ?? 0)
  return places
}

const setLastIndex = (object: ScriptObject, at: number): void => {
  if (!Reflect.set(object, 'lastIndex', at)) throw typeFault('lastIndex is read-only')
}

/** Methods of regular expressions (ECMA-262 5.1, 15.10.6). */
export const regexpMethods: ReadonlyMap<string, Value> = new Map<string, Value>([
  [
    'exec',
    createFunction('RegExp.prototype.exec', (machine, value, [text]) => {
      const subject = toText(machine, text)
      const places = execute(machine, value, subject)
      return places && described(subject, places)
    }),
  ],
  [
    'test',
    createFunction(
      'RegExp.prototype.test',
      (machine, value, [text]) => execute(machine, value, toText(machine, text)) !== null,
    ),
  ],
  [
    'toString',
    createFunction('RegExp.prototype.toString', (_, value) =>
      regexpText(self(value, 'toString').regexp),
    ),
  ],
])

const construct = (machine: Machine, [pattern, flags]: readonly Value[]): ScriptObject => {
  const known = regexpOf(pattern)
  if (known && flags !== undefined) throw typeFault('the flags are those of the expression')
  if (known) return createRegexp(known)
  const source = pattern === undefined ? '' : toText(machine, pattern)
  charge(machine, 200 + 4 * source.length)
  const compiled = compileRegexp(source, flags === undefined ? '' : toText(machine, flags))
  if ('fault' in compiled) throw scriptFault('SyntaxError', compiled.fault)
  return createRegexp(compiled)
}

/** `RegExp`. */
export const regexpConstructor: ScriptObject = createNative(
  {
    id: 'RegExp',
    run: (machine, _, args) =>
      regexpOf(args[0]) && args[1] === undefined ? args[0] : construct(machine, args),
    construct,
    hasInstance: (value) => regexpOf(value) !== null,
  },
  { prototype: prototypeOf('RegExp', regexpMethods) },
)

/** All matches one after another; an empty one moves on by a character. */
function* matches(machine: Machine, regexp: Regexp, text: string): Generator<Places> {
  let from = 0
  while (from <= text.length) {
    const places = find(machine, regexp, text, from)
    if (!places) return
    yield places
    const end = places[1] ?? 0
    from = end === places[0] ? end + 1 : end
  }
}

/** `String.prototype.match` (15.5.4.10). */
export const match = (machine: Machine, text: string, value: Value): Value => {
  const object = regexpOf(value) ? value : construct(machine, [value])
  const { regexp } = self(object, 'match')
  if (!regexp.global) {
    const places = execute(machine, object, text)
    return places && described(text, places)
  }
  setLastIndex(object as ScriptObject, 0)
  const found: Value[] = []
  for (const places of matches(machine, regexp, text)) {
    checkItems(machine, found.length + 1)
    found.push(piece(text, places, 0))
  }
  return found.length === 0 ? null : found
}

/** `String.prototype.search` (15.5.4.12). */
export const searchFor = (machine: Machine, text: string, value: Value): Value => {
  const { regexp } = self(regexpOf(value) ? value : construct(machine, [value]), 'search')
  return find(machine, regexp, text, 0)?.[0] ?? -1
}

/** `String.prototype.replace` with an expression (15.5.4.11). */
export const replaceAll = (machine: Machine, text: string, value: Value, by: Value): string => {
  const { regexp, object } = self(value, 'replace')
  const put = replacing(machine, by, text)
  let result = ''
  let end = 0
  if (regexp.global) setLastIndex(object, 0)
  for (const places of matches(machine, regexp, text)) {
    const [from = 0, to = 0] = places
    result += text.slice(end, from) + put(places)
    checkText(machine, result.length)
    end = to
    if (!regexp.global) break
  }
  return limitText(machine, result + text.slice(end))
}

/** What is put in for a match: what a function makes of it, or a text with signs in it. */
export const replacing = (
  machine: Machine,
  by: Value,
  text: string,
): ((places: Places) => string) => {
  if (isCallable(by)) {
    return (places) =>
      toText(machine, machine.call(by, undefined, [...pieces(text, places), places[0], text]))
  }
  const written = toText(machine, by)
  return (places) => expanded(machine, written, text, places)
}

/** The text that is put in, with what `$` stands for in it. */
const expanded = (machine: Machine, by: string, text: string, places: Places): string => {
  const [from = 0, to = 0] = places
  const groups = places.length / 2 - 1
  let length = 0
  return by.replace(/\$(?:([$&`'])|(\d\d?))/g, (sign, mark: string, number: string) => {
    const replaced = mark
      ? { $: '$', '&': text.slice(from, to), '`': text.slice(0, from), "'": text.slice(to) }[mark]
      : groupNamed(number, groups, (group) => piece(text, places, group))
    length += replaced?.length ?? 0
    checkText(machine, length)
    return replaced ?? sign
  })
}

/** `$12` is group 12, or group 1 and a 2 when there are fewer; undefined when there is neither. */
const groupNamed = (
  number: string,
  groups: number,
  pieceOf: (group: number) => Value,
): string | undefined => {
  for (const length of [2, 1]) {
    const group = Number(number.slice(0, length))
    if (number.length < length || group < 1 || group > groups) continue
    return `${pieceOf(group) ?? ''}${number.slice(length)}`
  }
  return undefined
}

/** `String.prototype.split` with an expression (15.5.4.14). */
export const splitAt = (machine: Machine, text: string, regexp: Regexp, most: number): Value[] => {
  const parts: Value[] = []
  const add = (part: Value): boolean => {
    checkItems(machine, parts.length + 1)
    return parts.push(part) >= most
  }
  if (most === 0) return parts
  if (text === '') return find(machine, regexp, '', 0) ? parts : ['']
  let end = 0
  for (const places of matches(machine, regexp, text)) {
    const [from = 0, to = 0] = places
    if (to === end || from >= text.length) continue
    if (add(text.slice(end, from))) return parts
    for (const group of pieces(text, places).slice(1)) if (add(group)) return parts
    end = to
  }
  add(text.slice(end))
  return parts
}
