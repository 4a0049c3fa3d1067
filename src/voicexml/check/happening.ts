import type { XmlElement } from '../element.ts'
import type { Happening } from './counting.ts'
import { lead, onward, stationAt, type Work } from './exploring.ts'
import type { Frame } from './frame.ts'
import type { Place } from './items.ts'
import type { State } from './state.ts'
import type { Cause, Station } from './stations.ts'

/** An event is thrown: it is counted, and a handler selected (VoiceXML 2.0 section 5.2.4). */
export const happen = (
  work: Work,
  from: Station,
  cause: Cause,
  state: State,
  event: string,
  at: Place,
  element: XmlElement,
): void => {
  const { frame } = work
  const happening = frame.happening(event, at)
  // What the caller does at a wait is followed at once; what content throws may come by here again.
  if (waits.has(from.kind) && cause.kind !== 'next' && state.throwing === 0) {
    work.phases.take(work, from, cause, counted(state, happening, frame, 1), happening, element)
    return
  }
  const thrown = counted(state, happening, frame, state.throwing)
  const there = typeof at === 'number' ? (frame.items[at]?.element ?? element) : element
  const station = stationAt(work, 'event', happening, there, thrown, (self, fresh) => {
    work.phases.take(work, self, onward, { ...fresh, throwing: 1 }, happening, element)
  })
  lead(work, from, cause, station, thrown, element)
}

const waits = new Set(['input', 'record', 'transfer', 'object', 'call'])

/** A way that forgets another count tells nothing about circles. */
const counted = (
  state: State,
  { counting }: Happening,
  { counters }: Frame,
  throwing: State['throwing'],
): State => {
  const counts = state.counts.slice()
  let { forgets } = state
  counting.forEach((what, index) => {
    const count = counts[index] ?? 0
    if (what === 'up') counts[index] = Math.min(count + 1, counters[index]?.most ?? 1)
    if (what !== 'lost' || count === 0) return
    forgets = true
    counts[index] = 0
  })
  return { ...state, counts, forgets, throwing }
}
