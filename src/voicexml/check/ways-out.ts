import type { ReportIn } from './circle-proofs.ts'
import type { FlowGraph } from './flow-graph.ts'
import { leadsToPerson } from './objects.ts'
import { nameOf } from './outline.ts'
import { leadingTo, reachedFrom, type Steps, stepsBy, stepsOf } from './proof.ts'
import { isEnd, type Open, type Station, type Way } from './stations.ts'
import { traits } from './traits.ts'
import { childrenNamed } from './walk.ts'

/** From every menu there is a way to a person: by keys, by staying on the line, not by mistakes or faults. */
export const checkWaysOut = (
  graph: FlowGraph,
  reached: ReadonlySet<Station>,
  open: Open,
  where: string,
  reportIn: ReportIn,
): void => {
  const steps = stepsBy(graph, { without: traits.nomatch | traits.fault, open }, true)
  const persons = graph.stations.filter(
    ({ element, kind }) => kind !== 'any' && kind !== 'input' && leadsToPerson(element),
  )
  const saved = savedBy(persons, graph, steps, open)
  const told = new Set<unknown>()
  for (const station of reached) {
    if (saved.has(station) || !offersChoice(station) || station.dialog === null) continue
    if (told.has(station.element)) continue
    told.add(station.element)
    reportIn(station.dialog.document)(
      station.element.place,
      'no-way-out',
      `no way leads from ${nameOf(station.dialog)} to an operator or a callback${where}`,
    )
  }
}

/** A subdialog leads where its caller goes on to when it has come back. */
const savedBy = (
  persons: readonly Station[],
  graph: FlowGraph,
  steps: Steps,
  open: Open,
): ReadonlySet<Station> => {
  const ends = new Set(persons)
  const within = graph.calls.length === 0 ? null : stepsBy(graph, { without: 0, open }, false)
  const inside = new Map<Station, ReadonlySet<Station>>()
  for (;;) {
    const saved = leadingTo(ends, steps)
    const before = ends.size
    for (const call of graph.calls) {
      if (within === null) break
      const goesOn = stepsOf(within, call).some(({ to }) => saved.has(to))
      if (!goesOn) continue
      for (const entry of graph.calledBy(call)) {
        const found = inside.get(entry) ?? reachedFrom([entry], within)
        if (inside.has(entry)) continue
        inside.set(entry, found)
        for (const station of found) if (station.ways.some(isReturning)) ends.add(station)
      }
    }
    if (ends.size === before) return saved
  }
}

const isReturning = ({ to }: Way): boolean => isEnd(to) && to.how === 'return'

const offersChoice = ({ kind, element }: Station): boolean =>
  kind === 'input' && (element.name === 'menu' || childrenNamed(element, 'option').length > 0)
