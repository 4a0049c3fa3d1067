import type { ReportIn } from './circle-proofs.ts'
import type { FlowGraph } from './flow-graph.ts'
import { nameOf, placeIn } from './outline.ts'
import { circlesAmong, reachedFrom, returningBy, stepsBy } from './proof.ts'
import { isEnd, type Open, type Station } from './stations.ts'
import { traits } from './traits.ts'

/** Subdialogs come back, nothing comes back that nobody called, and none calls itself. */
export const checkReturns = (
  graph: FlowGraph,
  starts: readonly Station[],
  reached: ReadonlySet<Station>,
  open: Open,
  reportIn: ReportIn,
): void => {
  const called = new Set<unknown>()
  for (const station of reachedFrom(starts, stepsBy(graph, { without: 0, open }, false)))
    for (const { to, element } of graph.isEnding[station.number] === 1 ? station.ways : []) {
      if (!isEnd(to) || to.how !== 'return' || called.has(element)) continue
      called.add(element)
      if (station.dialog !== null)
        reportIn(station.dialog.document)(
          placeIn(element, station.dialog),
          'stray-return',
          `nobody has called ${nameOf(station.dialog)} when it returns`,
        )
    }
  const returning = returningBy(graph, { without: 0, open })
  const told = new Set<unknown>()
  for (const call of graph.calls) {
    const entries = graph.calledBy(call)
    if (!reached.has(call) || entries.length === 0 || told.has(call.element)) continue
    told.add(call.element)
    if (call.dialog !== null && !entries.some((entry) => returning.has(entry)))
      reportIn(call.dialog.document)(
        call.element.place,
        'no-return',
        'what is called here never comes back',
      )
  }
  checkRecursion(graph, reached, reportIn)
}

const checkRecursion = (
  graph: FlowGraph,
  reached: ReadonlySet<Station>,
  reportIn: ReportIn,
): void => {
  if (graph.calls.length === 0) return
  const steps = stepsBy(graph, { without: traits.unproved, open: () => true }, true)
  const stations = graph.stations.filter((station) => reached.has(station))
  const told = new Set<unknown>()
  for (const group of circlesAmong(stations, steps)) {
    for (const { cause, from: call } of group.steps) {
      if (cause.kind !== 'call' || told.has(call.element) || call.dialog === null) continue
      told.add(call.element)
      reportIn(call.dialog.document)(
        call.element.place,
        'subdialog-recursion',
        'what is called here leads to this call again, one level deeper each time',
      )
    }
  }
}
