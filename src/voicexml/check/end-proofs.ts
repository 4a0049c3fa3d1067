import type { ReportIn } from './circle-proofs.ts'
import type { FlowGraph } from './flow-graph.ts'
import { nameOf, placeIn } from './outline.ts'
import { circlesAmong, leadingTo, stepsBy, stepsOf } from './proof.ts'
import { checkReturns } from './returns.ts'
import { checkSilentEnds } from './silent-ends.ts'
import { isEnd, type Open, type Station } from './stations.ts'
import { traits, traitsOf } from './traits.ts'
import { childrenNamed, descendants } from './walk.ts'

/** Calls end, and not without a word; subdialogs come back; nothing comes back that nobody called. */
export const checkEnds = (
  graph: FlowGraph,
  starts: readonly Station[],
  reached: ReadonlySet<Station>,
  open: Open,
  reportIn: ReportIn,
): void => {
  checkDeadEnds(graph, reached, open, reportIn)
  checkSilentEnds(graph, starts, reached, open, reportIn)
  checkReturns(graph, starts, reached, open, reportIn)
  const ending = [...reached].filter(({ number }) => graph.isEnding[number] === 1)
  checkUncaught(ending, open, reportIn)
  checkRunningOut(ending, open, reportIn)
  checkOutside(ending, reportIn)
}

const checkDeadEnds = (
  graph: FlowGraph,
  reached: ReadonlySet<Station>,
  open: Open,
  reportIn: ReportIn,
): void => {
  const steps = stepsBy(graph, { without: 0, open }, true)
  const ending = leadingTo(
    graph.stations.filter(
      ({ number, ways }) =>
        graph.isEnding[number] === 1 && ways.some((way) => isEnd(way.to) && open(way)),
    ),
    steps,
  )
  const dead = graph.stations.filter((station) => reached.has(station) && !ending.has(station))
  for (const { stations: group } of circlesAmong(dead, steps)) {
    const members = new Set(group)
    const isLast = group.every((one) => stepsOf(steps, one).every(({ to }) => members.has(to)))
    const station = group.find(({ acting }) => acting)
    if (!isLast || station?.dialog == null) continue
    reportIn(station.dialog.document)(
      station.element.place,
      'dead-end',
      `from ${nameOf(station.dialog)} no way leads to any end of the call`,
    )
  }
}

/** Events of the platform, which it answers itself when no document does. */
const answered = /^(error|connection|help|noinput|nomatch|cancel|exit|maxspeechtimeout)?(\.|$)/

const checkUncaught = (ending: readonly Station[], open: Open, reportIn: ReportIn): void => {
  const told = new Set<unknown>()
  for (const { ways, dialog } of ending)
    for (const way of ways) {
      const { to, element } = way
      if (!isEnd(to) || to.how !== 'uncaught' || answered.test(to.event ?? '')) continue
      if (told.has(element) || dialog === null || !open(way)) continue
      told.add(element)
      reportIn(dialog.document)(
        placeIn(element, dialog),
        'uncaught-event',
        `nobody catches ${to.event} in ${nameOf(dialog)}, which ends the call`,
      )
    }
}

const leaving = new Set(['goto', 'submit', 'exit', 'disconnect', 'return'])

/**
 * What is done with an answer leads on by elements, but on one way it just stops, with no item left: mostly a
 * `<clear>` or `<goto>` was forgotten there.
 */
const checkRunningOut = (ending: readonly Station[], open: Open, reportIn: ReportIn): void => {
  const told = new Set<unknown>()
  const unsaid = traits.fault | traits.unproved
  for (const { ways, dialog } of ending)
    for (const way of ways) {
      const { to, said, element } = way
      if (!isEnd(to) || to.how !== 'nothing-left' || said === 0 || !open(way)) continue
      if (dialog === null || told.has(element) || (traitsOf(way) & unsaid) !== 0) continue
      const leads = childrenNamed(element, 'filled').some((filled) =>
        descendants(filled).some((visit) => leaving.has(visit.element.name)),
      )
      if (!leads) continue
      told.add(element)
      reportIn(dialog.document)(
        placeIn(element, dialog),
        'runs-out',
        `one way through this leaves nothing to do in ${nameOf(dialog)}, which ends the call; others lead on`,
      )
    }
}

const checkOutside = (ending: readonly Station[], reportIn: ReportIn): void => {
  const told = new Set<unknown>()
  for (const { ways, dialog } of ending)
    for (const { to, element } of ways)
      if (isEnd(to) && to.how === 'outside' && !told.has(element) && dialog !== null) {
        told.add(element)
        reportIn(dialog.document)(
          placeIn(element, dialog),
          'unproved-target',
          'this leads to another server, whose documents are not proved',
        )
      }
}
