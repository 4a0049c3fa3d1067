import { KEYS } from './expansion.ts'
import { ACCEPT, type Move, type Network, placesOf, START } from './network.ts'

/**
 * The strings of keys a grammar takes, as a deterministic automaton. State 0 is the start; every state
 * has a way to an accepting one. `next[key]` is the state after a key, in the order of `KEYS`; −1 = none.
 */
export type Automaton = {
  readonly states: readonly { readonly accepts: boolean; readonly next: readonly number[] }[]
  /** Shortest string taken; null when none is. */
  readonly minDigits: number | null
  /** Longest string taken; null = no limit. */
  readonly maxDigits: number | null
}

const MAX_STATES = 8_000
/** Moves looked at and nodes collected. */
const MAX_WORK = 1_000_000

/** Makes the network deterministic; a fault when that takes too much. */
export const compile = (network: Network): Automaton | { readonly fault: string } => {
  const states = determine(network.nodes)
  return states ? measure(trim(states)) : { fault: 'the grammar needs too many states' }
}

/** The state after these keys, or null when nothing taken begins so. */
export const follow = (
  automaton: Automaton,
  digits: string,
): Automaton['states'][number] | null => {
  let state = automaton.states[0]
  for (const digit of digits) {
    state = automaton.states[state?.next[KEYS.indexOf(digit)] ?? -1]
    if (!state) return null
  }
  return state ?? null
}

type State = { readonly accepts: boolean; readonly next: number[] }

/** The subset construction. */
const determine = (nodes: Network['nodes']): readonly State[] | null => {
  let work = 0
  const reach = (from: Iterable<number>): number[] => {
    const seen = new Set(from)
    for (const node of seen) {
      const moves = nodes[node] ?? []
      for (const { keys, to } of moves) if (keys === null) seen.add(to)
      work += moves.length + 1
      if (work > MAX_WORK) break
    }
    return [...seen].sort((a, b) => a - b)
  }
  const first = reach([START])
  const known = new Map([[first.join(), 0]])
  const subsets = [first]
  const states: State[] = []
  for (let at = 0; at < subsets.length; at += 1) {
    const subset = subsets[at] ?? []
    const next = targetsOf(subset.flatMap((node) => nodes[node] ?? [])).map((targets) => {
      if (targets.size === 0) return -1
      const reached = reach(targets)
      const name = reached.join()
      const number = known.get(name) ?? subsets.push(reached) - 1
      known.set(name, number)
      return number
    })
    if (subsets.length > MAX_STATES || work > MAX_WORK) return null
    states.push({ accepts: subset.includes(ACCEPT), next })
  }
  return states
}

/** Where moves lead, by key in the order of `KEYS`. */
const targetsOf = (moves: readonly Move[]): readonly Set<number>[] => {
  const targets = Array.from(KEYS, () => new Set<number>())
  for (const { keys, to } of moves) {
    if (keys !== null) for (const place of placesOf(keys)) targets[place]?.add(to)
  }
  return targets
}

/** Without the states from which nothing is accepted any more; the start stays. */
const trim = (states: readonly State[]): readonly State[] => {
  const sources = states.map((): number[] => [])
  states.forEach(({ next }, from) => {
    for (const to of next) sources[to]?.push(from)
  })
  const alive = new Set(states.keys().filter((at) => states[at]?.accepts))
  for (const state of alive) for (const source of sources[state] ?? []) alive.add(source)
  const kept = [0, ...[...alive].filter((state) => state !== 0).sort((a, b) => a - b)]
  const numbers = new Map(kept.map((state, number) => [state, number]))
  return kept.map((at) => ({
    accepts: states[at]?.accepts ?? false,
    next: (states[at]?.next ?? []).map((to) => (alive.has(to) ? (numbers.get(to) ?? -1) : -1)),
  }))
}

const measure = (states: readonly State[]): Automaton => {
  const frozen = Object.freeze(states)
  return Object.freeze({ states: frozen, minDigits: shortest(states), maxDigits: longest(states) })
}

const targets = (state: State | undefined): number[] => (state?.next ?? []).filter((to) => to >= 0)

const shortest = (states: readonly State[]): number | null => {
  const distance = new Map([[0, 0]])
  for (const [at, steps] of distance) {
    if (states[at]?.accepts) return steps
    for (const to of targets(states[at])) if (!distance.has(to)) distance.set(to, steps + 1)
  }
  return null
}

/** The longest path, visiting each state after all that lead to it; a state never visited is on a cycle. */
const longest = (states: readonly State[]): number | null => {
  const awaited = states.map(() => 0)
  for (const state of states) for (const to of targets(state)) awaited[to] = (awaited[to] ?? 0) + 1
  const ready = awaited[0] === 0 ? [0] : []
  const length = states.map(() => 0)
  for (const at of ready) {
    for (const to of targets(states[at])) {
      length[to] = Math.max(length[to] ?? 0, (length[at] ?? 0) + 1)
      awaited[to] = (awaited[to] ?? 0) - 1
      if (awaited[to] === 0) ready.push(to)
    }
  }
  return ready.length === states.length ? Math.max(...length) : null
}
