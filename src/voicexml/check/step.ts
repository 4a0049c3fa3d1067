import { SOMETHING, UNDEFINED } from './abstract-values.ts'
import type { Act } from './acts.ts'
import type { Frame } from './frame.ts'
import { assign, nothingAssumed, type State, valueIn } from './state.ts'

/** What changes variables, or how the dialog goes on. */
export type Change = Extract<Act, { kind: 'assign' | 'clear' | 'script' | 'data' | 'reprompt' }>

export const step = (act: Change, state: State, frame: Frame): State => {
  switch (act.kind) {
    case 'assign': {
      const value = valueIn(act.source, state, frame)
      return written(assign(state, act.name, value, frame), [act.name])
    }
    case 'clear': {
      const names = act.names.length === 0 ? frame.items.map(({ name }) => name) : act.names
      let cleared = state
      for (const name of names) cleared = assign(cleared, name, UNDEFINED, frame)
      return written({ ...cleared, counts: withoutCounts(names, state, frame) }, names)
    }
    // It may change whatever conditions look at.
    case 'script':
      return written({ ...state, assumed: nothingAssumed }, ['*'])
    case 'data':
      return assign(state, act.element.attributes['name'] ?? '', SOMETHING, frame)
    case 'reprompt':
      return { ...state, reprompt: true }
  }
}

const written = (state: State, names: readonly string[]): State => ({
  ...state,
  writes: state.writes.length === 0 ? names : [...state.writes, ...names],
})

/** What has happened at the items of these names counts no more. */
const withoutCounts = (
  names: readonly string[],
  { counts }: State,
  { counters, items }: Frame,
): State['counts'] =>
  counts.some((count) => count > 0)
    ? counts.map((count, index) => {
        const at = counters[index]?.at
        return typeof at === 'number' && names.includes(items[at]?.name ?? '') ? 0 : count
      })
    : counts
