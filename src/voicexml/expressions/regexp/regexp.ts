import { type Assertion, type CharacterSet, type PatternNode, readPattern } from './pattern.ts'

/** One step of a compiled regular expression; `to` are places in the list of steps, the preferred one first. */
export type Instruction =
  | { readonly kind: 'take'; readonly set: CharacterSet }
  | { readonly kind: 'fork'; readonly to: readonly number[] }
  | { readonly kind: 'assert'; readonly what: Assertion }
  /** Notes the place: where group n begins at 2n, where it ends at 2n + 1. */
  | { readonly kind: 'note'; readonly slot: number }
  | { readonly kind: 'forget'; readonly from: number; readonly to: number }
  /** A round begins or ends that must take something, in so many others (15.10.2.5). */
  | { readonly kind: 'begin'; readonly depth: number }
  | { readonly kind: 'end'; readonly depth: number }
  | { readonly kind: 'done' }

export type Regexp = {
  readonly source: string
  readonly flags: string
  readonly instructions: readonly Instruction[]
  /** Groups without the whole. */
  readonly groups: number
  /** Most rounds one in another. */
  readonly depth: number
  readonly global: boolean
  readonly ignoreCase: boolean
  readonly multiline: boolean
}

const MAX_INSTRUCTIONS = 2_000

/** Compiles a regular expression for `search`; repeats with a count are written out. */
export const compileRegexp = (
  source: string,
  flags: string,
): Regexp | { readonly fault: string } => {
  if (!/^[gim]*$/.test(flags) || new Set(flags).size < flags.length) {
    return { fault: `the flags ${flags} of a regular expression are not supported` }
  }
  const read = readPattern(source)
  if ('fault' in read) return read
  const instructions: Instruction[] = []
  const whole: PatternNode = { kind: 'group', index: 0, of: read.root }
  const isWhole = emit(whole, instructions, 0)
  if (!isWhole) return { fault: 'the regular expression is too large' }
  instructions.push({ kind: 'done' })
  return Object.freeze({
    source,
    flags,
    instructions,
    groups: read.groups,
    depth: Math.max(0, ...instructions.map((each) => (each.kind === 'begin' ? each.depth + 1 : 0))),
    global: flags.includes('g'),
    ignoreCase: flags.includes('i'),
    multiline: flags.includes('m'),
  })
}

/** Appends the steps of a part; false when there are too many. */
const emit = (node: PatternNode, into: Instruction[], depth: number): boolean => {
  if (into.length > MAX_INSTRUCTIONS) return false
  switch (node.kind) {
    case 'set':
      into.push({ kind: 'take', set: node })
      return true
    case 'assert':
      into.push(node)
      return true
    case 'sequence':
      return node.of.every((each) => emit(each, into, depth))
    case 'group':
      into.push({ kind: 'note', slot: node.index * 2 })
      if (!emit(node.of, into, depth)) return false
      into.push({ kind: 'note', slot: node.index * 2 + 1 })
      return true
    case 'choice':
      return emitChoice(node.of, into, depth)
    case 'repeat':
      return emitRepeat(node, into, depth)
  }
}

/** Makes room for a fork whose ways are known later. */
const fork = (into: Instruction[]): { readonly at: number; readonly to: number[] } => {
  const to: number[] = []
  return { at: into.push({ kind: 'fork', to }) - 1, to }
}

const emitChoice = (of: readonly PatternNode[], into: Instruction[], depth: number): boolean => {
  const { to } = fork(into)
  const ends: number[][] = []
  for (const each of of) {
    to.push(into.length)
    if (!emit(each, into, depth)) return false
    ends.push(fork(into).to)
  }
  for (const end of ends) end.push(into.length)
  return true
}

const emitRepeat = (
  { of, min, max, lazy, groups: [first, last] }: Extract<PatternNode, { kind: 'repeat' }>,
  into: Instruction[],
  depth: number,
): boolean => {
  const round = (inside: number): boolean => {
    if (last >= first) into.push({ kind: 'forget', from: first * 2, to: last * 2 + 1 })
    return emit(of, into, inside)
  }
  const optionalRound = (): boolean => {
    into.push({ kind: 'begin', depth })
    if (!round(depth + 1)) return false
    into.push({ kind: 'end', depth })
    return true
  }
  const choose = (to: number[], inside: number, outside: number): void => {
    to.push(...(lazy ? [outside, inside] : [inside, outside]))
  }
  if (min > MAX_INSTRUCTIONS) return false
  for (let done = 0; done < min; done += 1) if (!round(depth)) return false
  if (max === Number.POSITIVE_INFINITY) {
    const loop = fork(into)
    if (!optionalRound()) return false
    fork(into).to.push(loop.at)
    choose(loop.to, loop.at + 1, into.length)
    return true
  }
  if (max - min > MAX_INSTRUCTIONS) return false
  const exits: { at: number; to: number[] }[] = []
  for (let done = min; done < max; done += 1) {
    exits.push(fork(into))
    if (!optionalRound()) return false
  }
  for (const { at, to } of exits) choose(to, at + 1, into.length)
  return true
}
