import { type Expansion, KEYS } from './expansion.ts'

/**
 * The strings of keys an expansion takes, as a deterministic automaton. State 0 is the start; every state
 * has a way to an accepting one. `next[key]` is the state after a key, in the order of `KEYS`; −1 = none.
 */
export type Automaton = {
  readonly states: readonly { readonly accepts: boolean; readonly next: readonly number[] }[]
  /** Shortest string taken; null when none is. */
  readonly minDigits: number | null
  /** Longest string taken; null = no limit. */
  readonly maxDigits: number | null
}

const MAX_NODES = 20_000
const MAX_VISITS = 100_000
const MAX_STATES = 4_000
/** Sum of the sizes of all subsets. */
const MAX_SUBSETS = 1_000_000

/** Builds the automaton; a fault when the grammar is too large for it. */
export const compile = (expansion: Expansion): Automaton | { readonly fault: string } => {
  const network = wire(expansion)
  if (!network) return { fault: 'the grammar expands to too many alternatives' }
  const states = determine(network)
  if (!states) return { fault: 'the grammar needs too many states' }
  return measure(trim(states))
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

type Node = {
  readonly free: number[]
  readonly keyed: { readonly keys: string; readonly to: number }[]
}

/** A network with free moves (Thompson's construction); node 0 starts, node 1 accepts. */
const wire = (expansion: Expansion): readonly Node[] | null => {
  const nodes: Node[] = []
  let visits = 0
  const add = (): number => nodes.push({ free: [], keyed: [] }) - 1
  const free = (from: number, to: number): void => {
    nodes[from]?.free.push(to)
  }

  /** Leads from a node into the expansion and out of it; where it comes out, or −1 when it grows too large. */
  const build = (part: Expansion, from: number): number => {
    visits += 1
    if (nodes.length > MAX_NODES || visits > MAX_VISITS) return -1
    switch (part.kind) {
      case 'keys': {
        const to = add()
        nodes[from]?.keyed.push({ keys: part.keys, to })
        return to
      }
      case 'void':
        return add()
      case 'tag':
        return from
      case 'rule':
        return build(part.rule.body, from)
      case 'sequence': {
        let at = from
        for (const each of part.of) if (at >= 0) at = build(each, at)
        return at
      }
      case 'choice': {
        const to = add()
        for (const each of part.of) {
          const start = add()
          free(from, start)
          const end = build(each, start)
          if (end < 0) return -1
          free(end, to)
        }
        return to
      }
      case 'repeat': {
        let at = from
        for (let done = 0; done < part.min && at >= 0; done += 1) at = build(part.of, at)
        if (at < 0) return -1
        const to = add()
        if (part.max === null) {
          const loop = add()
          free(at, loop)
          const end = build(part.of, loop)
          if (end < 0) return -1
          free(end, loop)
          free(loop, to)
          return to
        }
        for (let done = part.min; done < part.max; done += 1) {
          free(at, to)
          const start = add()
          free(at, start)
          at = build(part.of, start)
          if (at < 0) return -1
        }
        free(at, to)
        return to
      }
    }
  }

  const [start, accept] = [add(), add()]
  const end = build(expansion, start)
  if (end < 0) return null
  free(end, accept)
  return nodes
}

type State = { readonly accepts: boolean; readonly next: number[] }

/** The subset construction. */
const determine = (network: readonly Node[]): readonly State[] | null => {
  const reach = (from: Iterable<number>): number[] => {
    const seen = new Set(from)
    for (const node of seen) for (const to of network[node]?.free ?? []) seen.add(to)
    return [...seen].sort((a, b) => a - b)
  }
  const first = reach([0])
  const known = new Map([[first.join(), 0]])
  const subsets = [first]
  const states: State[] = []
  let size = 0
  for (let at = 0; at < subsets.length; at += 1) {
    const subset = subsets[at] ?? []
    const next = Array.from(KEYS, (key) => {
      const targets = subset.flatMap((node) =>
        (network[node]?.keyed ?? [])
          .filter((edge) => edge.keys.includes(key))
          .map((edge) => edge.to),
      )
      if (targets.length === 0) return -1
      const reached = reach(targets)
      size += reached.length
      const name = reached.join()
      const number = known.get(name) ?? subsets.push(reached) - 1
      known.set(name, number)
      return number
    })
    if (subsets.length > MAX_STATES || size > MAX_SUBSETS) return null
    states.push({ accepts: subset.includes(1), next })
  }
  return states
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
