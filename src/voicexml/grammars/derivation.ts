import { scriptFault } from '../expressions/fault.ts'
import type { Rule, Tag } from './expansion.ts'
import { ACCEPT, each, type Mark, type Move, type Network, START, type Tags } from './network.ts'

/** What happened, in order, while a rule took its share of the digits. */
export type Step =
  | { readonly kind: 'tag'; readonly tag: Tag }
  | { readonly kind: 'rule'; readonly derivation: Derivation }

export type Derivation = {
  readonly rule: Rule
  readonly digits: string
  readonly steps: readonly Step[]
  /** True when a tag stands anywhere in it, in rules below too. */
  readonly tagged: boolean
}

/** Moves tried for one string of digits. */
const MAX_MOVES = 1_000_000

/**
 * How the rule of a network takes a string of digits, or null when it does not. Of several ways the one with
 * the first alternatives that fit, repeating as often as it can. No node is tried twice at the same digit,
 * so the work is at most nodes times digits; beyond a million moves it is a `RangeError` fault.
 */
export const derive = (network: Network, digits: string): Derivation | null => {
  const path = pathOf(network, digits)
  return path && replay(path, digits)
}

type Stop = { readonly node: number; readonly at: number; tried: number }

const pathOf = ({ nodes }: Network, digits: string): readonly Move[] | null => {
  const width = digits.length + 1
  const seen = new Uint8Array(nodes.length * width)
  const stops: Stop[] = [{ node: START, at: 0, tried: 0 }]
  let work = 0
  for (let stop = stops.at(-1); stop; stop = stops.at(-1)) {
    if (stop.node === ACCEPT && stop.at === digits.length) {
      return stops.slice(0, -1).flatMap(({ node, tried }) => nodes[node]?.[tried - 1] ?? [])
    }
    const move = nodes[stop.node]?.[stop.tried]
    stop.tried += 1
    work += 1
    if (work > MAX_MOVES) throw scriptFault('RangeError', 'too many ways to read the keys')
    if (move === undefined) {
      stops.pop()
      continue
    }
    const at = move.keys === null ? stop.at : stop.at + 1
    if (move.keys !== null && !move.keys.includes(digits[stop.at] ?? ' ')) continue
    const place = move.to * width + at
    if (seen[place] === 1) continue
    seen[place] = 1
    stops.push({ node: move.to, at, tried: 0 })
  }
  return null
}

type Open = {
  readonly rule: Rule
  readonly from: number
  readonly steps: Step[]
  readonly after: readonly Tags[]
}

/** Does what is marked on the way. */
const replay = (path: readonly Move[], digits: string): Derivation | null => {
  const open: Open[] = []
  let at = 0
  let done: Derivation | null = null
  const note = (step: Step): void => {
    open.at(-1)?.steps.push(step)
  }
  const close = (): void => {
    const closing = open.pop()
    if (!closing) return
    const { rule, from, steps, after } = closing
    const tagged =
      rule.interpret !== null || steps.some((step) => step.kind === 'tag' || step.derivation.tagged)
    done = { rule, digits: digits.slice(from, at), steps, tagged }
    note({ kind: 'rule', derivation: done })
    for (const tags of after) {
      for (const tag of each(tags)) note({ kind: 'tag', tag })
      close()
    }
  }
  const pass = (mark: Mark): void => {
    if (mark.kind === 'tag') note(mark)
    else if (mark.kind === 'close') close()
    else open.push({ rule: mark.rule, from: at, steps: [], after: mark.after })
  }
  for (const { keys, mark } of path) {
    if (keys !== null) at += 1
    if (mark) pass(mark)
  }
  return done
}
