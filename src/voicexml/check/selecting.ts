import type { XmlElement } from '../element.ts'
import { isDefined, UNDEFINED } from './abstract-values.ts'
import { ask } from './asking.ts'
import { decided } from './decided.ts'
import { spend } from './effort.ts'
import { lead, stationAt, type Work } from './exploring.ts'
import { happen } from './happening.ts'
import type { Item } from './items.ts'
import { assign, guarded, knownAs, type State } from './state.ts'
import type { Cause, End, Station } from './stations.ts'

/** The form interpretation algorithm selects an item (VoiceXML 2.0 appendix C). */
export const select = (
  work: Work,
  from: Station,
  cause: Cause,
  start: State,
  silent: boolean,
  element: XmlElement = work.frame.dialog.element,
): void => {
  const { frame } = work
  let state: State | null = start
  for (const item of frame.items) {
    if (state === null) return
    const defined = isDefined(knownAs(item.name, state, frame))
    spend(frame.effort, 1 + state.guards.length / 8)
    if (defined === true) continue
    const { yes, no } = decided(state, item.cond ?? undefined, item.element, frame)
    if (yes !== null) {
      const empty = defined === false ? yes : guarded(yes, item.ifEmpty)
      visit(work, from, cause, empty, item, silent, element)
    }
    state = defined === false ? no : guarded(state, item.ifFilled)
  }
  if (state !== null) {
    const end: End = {
      kind: 'end',
      how: 'nothing-left',
      element: frame.dialog.element,
      event: null,
    }
    lead(work, from, cause, end, state, element)
  }
}

/** Goes to an item, which asks unless it is `silent`. */
export const visit = (
  work: Work,
  from: Station,
  cause: Cause,
  state: State,
  item: Item,
  silent: boolean,
  element: XmlElement,
): void => {
  const { frame } = work
  if (item.kind === 'unknown') {
    happen(work, from, cause, state, `error.unsupported.${item.element.name}`, item.index, element)
    return
  }
  const kind = item.kind
  const there = assign(state, item.name, UNDEFINED, frame)
  const prompted = silent || kind === 'block' ? there : ask(there, item, work)
  const station = stationAt(work, kind, item, item.element, there, (self, fresh) => {
    work.phases.arrive(work, self, fresh, item)
  })
  lead(work, from, cause, station, prompted, element)
}
