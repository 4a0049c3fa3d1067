import {
  choice,
  DIGITS,
  type Expansion,
  KEYS,
  keySequence,
  keys,
  repeat,
  sequence,
} from './expansion.ts'
import { type Compiled, createGrammar } from './grammar.ts'

/** Longest `length`, `minlength` or `maxlength`. */
const MAX_LENGTH = 200

/**
 * The grammar behind `builtin:dtmf/TYPE?parameters` (VoiceXML 2.0, appendix P): `boolean` (y, n), `digits`
 * (minlength, maxlength, length), `number`, `phone`, `date`, `time`, `currency`. Parameters are
 * separated by `;` or `&`; those a type does not have are ignored. Values: true or false for `boolean`,
 * texts for all others: `20260228`, `0930?` and `1430h`, `12.5`, `84951234567x12`, `10.50`.
 */
export const builtinGrammar = (uri: string): Compiled => {
  const [, mode, type = '', query = ''] = /^builtin:(\w+)\/([\w-]+)(?:\?(.*))?$/s.exec(uri) ?? []
  if (mode !== 'dtmf') return { unsupported: uri }
  const parameters = new Map(
    query
      .split(/[;&]/)
      .filter((part) => part.trim() !== '')
      .map((part): [string, string] => {
        const [name = '', value = ''] = part.split('=', 2)
        return [name.trim(), value.trim()]
      }),
  )
  return types.get(type)?.(parameters) ?? { unsupported: uri }
}

type Parameters = ReadonlyMap<string, string>

const fault = (message: string): Compiled => ({ fault: { message, place: null, file: null } })

const boolean = (parameters: Parameters): Compiled => {
  const yes = parameters.get('y') ?? '1'
  const no = parameters.get('n') ?? '2'
  if (yes.length !== 1 || no.length !== 1 || !KEYS.includes(yes) || !KEYS.includes(no)) {
    return fault('y and n must be one key each')
  }
  if (yes === no) return fault('y and n must be different keys')
  return createGrammar(keys(yes + no), (digits) => digits === yes)
}

const digits = (parameters: Parameters): Compiled => {
  const lengths = ['length', 'minlength', 'maxlength'].map((name) => {
    const value = parameters.get(name)
    return value === undefined ? null : /^\d{1,3}$/.test(value) ? Number(value) : Number.NaN
  })
  const [length = null, minlength = null, maxlength = null] = lengths
  if (lengths.some((each) => each !== null && !(each <= MAX_LENGTH))) {
    return fault(`lengths must be numbers up to ${MAX_LENGTH}`)
  }
  const min = length ?? minlength ?? 1
  const max = length ?? maxlength
  if (max !== null && (max < min || max === 0)) return fault('the lengths contradict one another')
  if (length !== null && ((minlength ?? 0) > length || (maxlength ?? length) < length)) {
    return fault('the lengths contradict one another')
  }
  return createGrammar(repeat(keys(DIGITS), Math.max(1, min), max))
}

const some = repeat(keys(DIGITS), 1, null)
const star = keys('*')
const optional = (part: Expansion): Expansion => repeat(part, 0, 1)

/** Without leading zeros, which would make an octal number of it. */
const number = (): Compiled =>
  createGrammar(
    choice([sequence([some, optional(sequence([star, some]))]), sequence([star, some])]),
    (digits) => {
      const [whole = '', part] = digits.split('*')
      const plain = whole.replace(/^0+(?=\d)/, '') || '0'
      return part === undefined ? plain : `${plain}.${part}`
    },
  )

const phone = (): Compiled =>
  createGrammar(sequence([some, optional(sequence([star, some]))]), (digits) =>
    digits.replace('*', 'x'),
  )

/** Amount with two decimals; the currency itself cannot be keyed in. */
const currency = (): Compiled => {
  const cents = sequence([star, repeat(keys(DIGITS), 0, 2)])
  return createGrammar(
    choice([sequence([some, optional(cents)]), sequence([star, repeat(keys(DIGITS), 1, 2)])]),
    (digits) => {
      const [whole = '', part = ''] = digits.split('*')
      return `${whole.replace(/^0+(?=\d)/, '') || '0'}.${part.padEnd(2, '0')}`
    },
  )
}

const pad = (number: number): string => String(number).padStart(2, '0')

const oneOf = (from: number, to: number): Expansion =>
  choice(Array.from({ length: to - from + 1 }, (_, at) => keySequence(pad(from + at))))

/** Only days that exist: leap years by the Gregorian rule. */
const date = (): Compiled => {
  const digit = keys(DIGITS)
  const year = repeat(digit, 4, 4)
  const fours = Array.from({ length: 25 }, (_, at) => keySequence(pad(at * 4)))
  const leap = choice([
    sequence([digit, digit, choice(fours.slice(1))]),
    sequence([choice(fours), keySequence('00')]),
  ])
  const months = (...numbers: number[]): Expansion =>
    choice(numbers.map((month) => keySequence(pad(month))))
  return createGrammar(
    choice([
      sequence([year, months(1, 3, 5, 7, 8, 10, 12), oneOf(1, 31)]),
      sequence([year, months(4, 6, 9, 11), oneOf(1, 30)]),
      sequence([year, months(2), oneOf(1, 28)]),
      sequence([leap, keySequence('0229')]),
    ]),
  )
}

/** `hhmm`; keys tell no half of the day, so 01:00 to 12:59 are ambiguous. */
const time = (): Compiled =>
  createGrammar(sequence([oneOf(0, 23), oneOf(0, 59)]), (digits) => {
    const hours = Number(digits.slice(0, 2))
    return digits + (hours >= 1 && hours <= 12 ? '?' : 'h')
  })

const types: ReadonlyMap<string, (parameters: Parameters) => Compiled> = new Map([
  ['boolean', boolean],
  ['digits', digits],
  ['number', number],
  ['phone', phone],
  ['currency', currency],
  ['date', date],
  ['time', time],
])
