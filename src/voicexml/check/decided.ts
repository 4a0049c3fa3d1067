import type { XmlElement } from '../element.ts'
import { ANYTHING, type ReadVariable } from './abstract-values.ts'
import { conditionOf } from './condition.ts'
import { spend } from './effort.ts'
import type { Frame } from './frame.ts'
import { guarded, readIn, type State } from './state.ts'

/** The states after a condition was found to hold and not to hold; null where that cannot be. */
export type Decided = { readonly yes: State | null; readonly no: State | null }

export const decided = (
  state: State,
  source: string | undefined,
  element: XmlElement,
  frame: Frame,
): Decided => {
  if (source === undefined) return { yes: state, no: null }
  const condition = conditionOf(source, frame.subject.reading)
  if (condition === null) {
    const guard = { element, source, reads: [], asks: null, outside: null }
    return {
      yes: guarded(state, { ...guard, outcome: true }),
      no: guarded(state, { ...guard, outcome: false }),
    }
  }
  const assumed = state.assumed.get(condition.key)
  const read = readIn(state, frame)
  const verdict = assumed === undefined ? condition.decide(read) : assumed !== condition.inverted
  if (verdict !== null) return verdict ? { yes: state, no: null } : { yes: null, no: state }
  spend(frame.effort, 1 + (state.guards.length + state.assumed.size) / 4)
  const asks = condition.reads.some((name) => frame.isFact(name))
    ? {
        key: [condition.source, ...condition.reads.map(read)].join('\n'),
        decide: (facts: ReadVariable) =>
          condition.decide((name) => {
            const value = read(name)
            return value === ANYTHING && frame.isFact(name) ? facts(name) : value
          }),
      }
    : null
  const taken = (outcome: boolean): State => ({
    ...guarded(state, {
      element,
      outcome,
      source: condition.source,
      reads: condition.reads,
      asks,
      outside: null,
    }),
    assumed: new Map(state.assumed).set(condition.key, outcome !== condition.inverted),
  })
  return { yes: taken(true), no: taken(false) }
}
