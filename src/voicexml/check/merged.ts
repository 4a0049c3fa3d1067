import { spend } from './effort.ts'
import type { Frame } from './frame.ts'
import { agreedBy, knowledgeOf, type State } from './state.ts'
import type { Said } from './stations.ts'

/** States that differ in nothing that matters later become one, which hangs on what both hang on. */
export const merged = (states: readonly State[], { effort }: Frame): readonly State[] => {
  if (states.length < 2) return states
  const byKey = new Map<string, State>()
  for (const state of states) {
    const key = keyOf(state)
    const known = byKey.get(key)
    if (known !== undefined)
      spend(
        effort,
        (known.guards.length * state.guards.length + known.writes.length + known.assumed.size) / 16,
      )
    byKey.set(key, known === undefined ? state : both(known, state))
  }
  return [...byKey.values()]
}

const keyOf = (state: State): string => `${knowledgeOf(state)}${state.said > 0}${state.reprompt}`

const both = (one: State, other: State): State => ({
  ...one,
  said: Math.min(one.said, other.said) as Said,
  spoken: one.spoken.length < other.spoken.length ? other.spoken : one.spoken,
  guards: one.guards.filter((guard) =>
    other.guards.some(
      ({ element, outcome }) => element === guard.element && outcome === guard.outcome,
    ),
  ),
  writes: [...new Set([...one.writes, ...other.writes])],
  assumed: agreedBy(one.assumed, other.assumed),
})
