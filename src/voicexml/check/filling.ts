import type { XmlElement } from '../element.ts'
import { type AbstractValue, isDefined } from './abstract-values.ts'
import type { Work } from './exploring.ts'
import type { Filled, Item } from './items.ts'
import { perform } from './performing.ts'
import { select } from './selecting.ts'
import { assign, readIn, type State } from './state.ts'
import type { Cause, Station } from './stations.ts'

/** An item is filled with an answer. */
export const fill = (
  work: Work,
  self: Station,
  cause: Cause,
  state: State,
  item: Item,
  value: AbstractValue,
): void => {
  const filled = assign(state, item.name, value, work.frame)
  process(work, self, cause, filled, item, item.element)
}

/** The process phase: the `<filled>` that just filled items trigger, in document order. */
export const process = (
  work: Work,
  self: Station,
  cause: Cause,
  start: State,
  just: Item | null,
  element: XmlElement,
): void => {
  const { frame } = work
  const actions = actionsAfter(just, work)
  const from = (index: number, state: State): void => {
    const action = actions[index]
    if (action === undefined) {
      select(work, self, cause, state, false, element)
      return
    }
    const mode = action.element.attributes['mode'] === 'any' ? 'any' : 'all'
    if (mode === 'all' && action.owner === null) {
      const read = readIn(state, frame)
      const definedness = action.watched.map(({ name }) => isDefined(read(name)))
      if (definedness.includes(false)) {
        from(index + 1, state)
        return
      }
      if (definedness.includes(null)) from(index + 1, state)
    }
    const at = action.owner?.index ?? 'dialog'
    perform(work, self, cause, state, action.element, at, (after) => {
      from(index + 1, after)
    })
  }
  from(0, start)
}

/** `just` null: any of the items may have been filled. */
const actionsAfter = (just: Item | null, { frame, actions }: Work): readonly Filled[] => {
  const known = actions.get(just)
  if (known !== undefined) return known
  const found = frame.filled.filter(({ watched }) =>
    just === null ? watched.length > 0 : watched.includes(just),
  )
  actions.set(just, found)
  return found
}
