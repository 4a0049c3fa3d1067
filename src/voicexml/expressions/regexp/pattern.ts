/** A regular expression, read. Characters are UTF-16 units, as in ECMAScript 5.1. */
export type PatternNode =
  | CharacterSet
  | { readonly kind: 'assert'; readonly what: Assertion }
  | { readonly kind: 'sequence'; readonly of: readonly PatternNode[] }
  | { readonly kind: 'choice'; readonly of: readonly PatternNode[] }
  | { readonly kind: 'group'; readonly index: number; readonly of: PatternNode }
  | Repeat

export type Range = readonly [from: number, to: number]

export type CharacterSet = {
  readonly kind: 'set'
  /** In order, none touching the next. */
  readonly ranges: readonly Range[]
  readonly negated: boolean
}

export type Assertion = 'start' | 'end' | 'boundary' | 'inside'

export type Repeat = {
  readonly kind: 'repeat'
  readonly of: PatternNode
  readonly min: number
  readonly max: number
  readonly lazy: boolean
  /** Groups inside: they are empty again at the start of each round. */
  readonly groups: Range
}

/** Groups in round brackets. */
const MAX_GROUPS = 50
/** Brackets in brackets. */
const MAX_NESTING = 50

/**
 * Reads the source of a regular expression (ECMA-262 5.1, 15.10.1, with the leniences of all browsers).
 * References back and looking ahead, which no automaton can do in linear time, are a fault.
 */
export const readPattern = (
  source: string,
): { readonly root: PatternNode; readonly groups: number } | { readonly fault: string } => {
  let at = 0
  let groups = 0

  const refuse = (message: string): never => {
    throw Object.assign(new Error(message), { pattern: source })
  }
  const take = (text: string): boolean => {
    if (!source.startsWith(text, at)) return false
    at += text.length
    return true
  }

  const choice = (nesting: number): PatternNode => {
    if (nesting > MAX_NESTING) refuse('is nested too deeply')
    const of = [sequence(nesting)]
    while (take('|')) of.push(sequence(nesting))
    return of.length === 1 && of[0] ? of[0] : { kind: 'choice', of }
  }

  const sequence = (nesting: number): PatternNode => {
    const of: PatternNode[] = []
    while (at < source.length && source[at] !== '|' && source[at] !== ')') of.push(term(nesting))
    return { kind: 'sequence', of }
  }

  const term = (nesting: number): PatternNode => {
    const before = groups
    const of = atom(nesting)
    const times = quantifier()
    if (!times) return of
    if (of.kind === 'assert') return refuse('repeats what takes no character')
    return { kind: 'repeat', of, ...times, groups: [before + 1, groups] }
  }

  const quantifier = (): Pick<Repeat, 'min' | 'max' | 'lazy'> | null => {
    const found = /^(?:[*+?]|\{(\d{1,9})(,)?(\d{1,9})?\})(\?)?/.exec(source.slice(at, at + 30))
    if (!found) return null
    const [text, least, comma, most, lazy] = found
    if (least !== undefined && comma === undefined && most !== undefined) return null
    at += text.length
    const min = least === undefined ? (text[0] === '+' ? 1 : 0) : Number(least)
    const max =
      least === undefined
        ? text[0] === '?'
          ? 1
          : Number.POSITIVE_INFINITY
        : comma === undefined
          ? min
          : Number(most ?? Number.POSITIVE_INFINITY)
    if (max < min) return refuse('has a range out of order')
    return { min, max, lazy: lazy !== undefined }
  }

  const atom = (nesting: number): PatternNode => {
    const sign = source[at] ?? ''
    at += 1
    switch (sign) {
      case '^':
        return { kind: 'assert', what: 'start' }
      case '$':
        return { kind: 'assert', what: 'end' }
      case '.':
        return { kind: 'set', ranges: LINE_ENDS, negated: true }
      case '(':
        return group(nesting)
      case '[':
        return characterClass()
      case '\\':
        return escapeOutside()
      case '*':
      case '+':
      case '?':
        return refuse('has nothing to repeat')
      default:
        return literal(sign.charCodeAt(0))
    }
  }

  const group = (nesting: number): PatternNode => {
    const isCapturing = !take('?:')
    if (isCapturing && source[at] === '?') return refuse('looks ahead, which is not supported')
    if (isCapturing) groups += 1
    if (groups > MAX_GROUPS) return refuse('has too many groups')
    const index = groups
    const of = choice(nesting + 1)
    if (!take(')')) return refuse('has an open bracket')
    return isCapturing ? { kind: 'group', index, of } : of
  }

  const escapeOutside = (): PatternNode => {
    const sign = source[at] ?? ''
    if (sign === 'b' || sign === 'B') {
      at += 1
      return { kind: 'assert', what: sign === 'b' ? 'boundary' : 'inside' }
    }
    if (/[1-9]/.test(sign)) return refuse('refers back, which is not supported')
    return escaped()
  }

  /** What a backslash makes of the next characters, in a class and outside. */
  const escaped = (): CharacterSet => {
    const sign = source[at] ?? refuse('ends in a backslash')
    at += 1
    const ranges = CLASSES.get(sign.toLowerCase())
    if (ranges) return { kind: 'set', ranges, negated: sign !== sign.toLowerCase() }
    const control = CONTROLS.get(sign)
    if (control !== undefined) return literal(control)
    const length = sign === 'x' ? 2 : sign === 'u' ? 4 : 0
    const hex = source.slice(at, at + length)
    if (length > 0 && hex.length === length && /^[\da-f]+$/i.test(hex)) {
      at += length
      return literal(Number.parseInt(hex, 16))
    }
    if (sign === 'c' && /[a-z]/i.test(source[at] ?? '')) {
      at += 1
      return literal(source.charCodeAt(at - 1) % 32)
    }
    return literal(sign.charCodeAt(0))
  }

  const characterClass = (): PatternNode => {
    const negated = take('^')
    const ranges: Range[] = []
    while (!take(']')) {
      const from = member()
      if (source[at] !== '-' || source[at + 1] === ']') {
        ranges.push(...plain(from))
        continue
      }
      at += 1
      const to = member()
      const [first, last] = [single(from), single(to)]
      if (first === null || last === null) ranges.push([45, 45], ...plain(from), ...plain(to))
      else if (last < first) return refuse('has a range out of order')
      else ranges.push([first, last])
    }
    return { kind: 'set', ranges: merged(ranges), negated }
  }

  const member = (): CharacterSet => {
    if (at >= source.length) return refuse('has an open bracket')
    if (take('\\b')) return literal(8)
    if (take('\\')) return escaped()
    at += 1
    return literal(source.charCodeAt(at - 1))
  }

  try {
    const root = choice(0)
    if (at < source.length) refuse('has a bracket too many')
    return { root, groups }
  } catch (error) {
    if (!(error instanceof Error && 'pattern' in error)) throw error
    return { fault: `the regular expression ${error.message}` }
  }
}

const literal = (unit: number): CharacterSet => ({
  kind: 'set',
  ranges: [[unit, unit]],
  negated: false,
})

const single = ({ ranges, negated }: CharacterSet): number | null => {
  const [range, more] = ranges
  return range && !more && !negated && range[0] === range[1] ? range[0] : null
}

const LAST_UNIT = 0xffff

const merged = (ranges: readonly Range[]): readonly Range[] => {
  const found: Range[] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = found.at(-1)
    if (last && from <= last[1] + 1) found[found.length - 1] = [last[0], Math.max(last[1], to)]
    else found.push([from, to])
  }
  return found
}

/** The ranges of a set without its negation. */
const plain = ({ ranges, negated }: CharacterSet): readonly Range[] => {
  if (!negated) return ranges
  const rest: Range[] = []
  let next = 0
  for (const [from, to] of ranges) {
    if (from > next) rest.push([next, from - 1])
    next = to + 1
  }
  if (next <= LAST_UNIT) rest.push([next, LAST_UNIT])
  return rest
}

const LINE_ENDS: readonly Range[] = [
  [10, 10],
  [13, 13],
  [0x2028, 0x2029],
]

const CLASSES: ReadonlyMap<string, readonly Range[]> = new Map([
  ['d', [[48, 57]]],
  [
    'w',
    [
      [48, 57],
      [65, 90],
      [95, 95],
      [97, 122],
    ],
  ],
  [
    's',
    [
      [9, 13],
      [32, 32],
      [0xa0, 0xa0],
      [0x1680, 0x1680],
      [0x2000, 0x200a],
      [0x2028, 0x2029],
      [0x202f, 0x202f],
      [0x205f, 0x205f],
      [0x3000, 0x3000],
      [0xfeff, 0xfeff],
    ],
  ],
])

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['0', 0],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
])
