import type { CharacterSet } from './pattern.ts'
import type { Instruction, Regexp } from './regexp.ts'

/** Where the whole and each group begin and end, two places each; −1 = the group took no part. */
export type Places = readonly number[]

type Thread = {
  readonly step: number
  readonly places: Places
  /** Rounds of this depth and deeper have taken nothing yet; beyond the depth of the expression: none is so. */
  readonly idle: number
}

/**
 * Looks for the first match that begins at `from` or later. All ways are followed at once, each step of the
 * expression at most once a character and depth of rounds that have taken nothing yet, so that the work is at
 * most their product (R. Pike's algorithm).
 *
 * @param spend is told how many steps were made, at each character
 */
export const search = (
  regexp: Regexp,
  text: string,
  from: number,
  spend: (steps: number) => void,
): Places | null => {
  const { instructions, groups, depth } = regexp
  const nowhere: Places = new Array((groups + 1) * 2).fill(-1)
  const reached = new Int32Array(instructions.length * (depth + 1)).fill(-1)
  let threads: Thread[] = []
  let found: Places | null = null

  for (let at = from; at <= text.length; at += 1) {
    let steps = 1
    const arrived: Thread[] = []
    const enter = (first: Thread): void => {
      const waiting = [first]
      for (let thread = waiting.pop(); thread; thread = waiting.pop()) {
        const { step, places, idle } = thread
        const place = step * (depth + 1) + idle
        if (reached[place] === at) continue
        reached[place] = at
        steps += 1
        const instruction = instructions[step]
        if (!instruction || instruction.kind === 'take' || instruction.kind === 'done') {
          arrived.push(thread)
        } else if (instruction.kind === 'fork') {
          for (const to of instruction.to.toReversed()) waiting.push({ step: to, places, idle })
        } else if (instruction.kind === 'begin') {
          waiting.push({ step: step + 1, places, idle: Math.min(idle, instruction.depth) })
        } else if (instruction.kind === 'end') {
          if (idle > instruction.depth) waiting.push({ step: step + 1, places, idle: depth })
        } else if (instruction.kind !== 'assert') {
          waiting.push({ step: step + 1, places: noted(places, instruction, at), idle })
        } else if (holds(regexp, instruction.what, text, at)) {
          waiting.push({ step: step + 1, places, idle })
        }
      }
    }
    for (const thread of threads) enter(thread)
    if (!found) enter({ step: 0, places: nowhere, idle: depth })

    threads = []
    for (const { step, places } of arrived) {
      const instruction = instructions[step]
      if (instruction?.kind === 'done') {
        found = places
        break
      }
      if (instruction?.kind !== 'take' || at >= text.length) continue
      if (takes(instruction.set, text.charCodeAt(at), regexp.ignoreCase)) {
        threads.push({ step: step + 1, places, idle: depth })
      }
    }
    spend(steps)
    if (found && threads.length === 0) return found
  }
  return found
}

const noted = (
  places: Places,
  instruction: Extract<Instruction, { kind: 'note' | 'forget' }>,
  at: number,
): Places =>
  instruction.kind === 'note'
    ? places.with(instruction.slot, at)
    : places.map((place, slot) => (slot >= instruction.from && slot <= instruction.to ? -1 : place))

const holds = (
  { multiline }: Regexp,
  what: Extract<Instruction, { kind: 'assert' }>['what'],
  text: string,
  at: number,
): boolean => {
  if (what === 'start') return at === 0 || (multiline && isLineEnd(text[at - 1]))
  if (what === 'end') return at === text.length || (multiline && isLineEnd(text[at]))
  return (isWord(text[at - 1]) !== isWord(text[at])) === (what === 'boundary')
}

const isLineEnd = (character: string | undefined): boolean =>
  character !== undefined && '\n\r\u2028\u2029'.includes(character)

const isWord = (character: string | undefined): boolean =>
  character !== undefined && /\w/.test(character)

const takes = (set: CharacterSet, unit: number, ignoreCase: boolean): boolean => {
  const isIn =
    contains(set, unit) || (ignoreCase && variants(unit).some((variant) => contains(set, variant)))
  return isIn !== set.negated
}

const contains = ({ ranges }: CharacterSet, unit: number): boolean => {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const [from, to] = ranges[middle] ?? [0, 0]
    if (unit < from) high = middle
    else if (unit > to) low = middle + 1
    else return true
  }
  return false
}

/** The same letter large and small (15.10.2.8, Canonicalize). */
const variants = (unit: number): number[] => {
  const character = String.fromCharCode(unit)
  return [character.toUpperCase(), character.toLowerCase()]
    .filter((each) => each.length === 1)
    .map((each) => each.charCodeAt(0))
}
