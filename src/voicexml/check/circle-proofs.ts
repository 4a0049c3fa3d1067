import type { Code, Report } from './findings.ts'
import type { FlowGraph } from './flow-graph.ts'
import { nameOf, placeIn } from './outline.ts'
import { type Circle, endlessCircles, stepsBy } from './proof.ts'
import type { Open, Station } from './stations.ts'
import { traits } from './traits.ts'

/** Reports at a place of a document. */
export type ReportIn = (document: string) => Report

/** Ways that are not the document's own: what failed, and what could not be followed. */
const notFollowed = traits.fault | traits.unproved

/**
 * No circle without the caller, none in which the caller hears nothing, and none that silence or wrong keys
 * alone lead round for ever.
 */
export const checkCircles = (
  graph: FlowGraph,
  reached: ReadonlySet<Station>,
  open: Open,
  reportIn: ReportIn,
): void => {
  const stations = graph.stations.filter((station) => reached.has(station))
  const circles = (without: number) =>
    endlessCircles(stations, stepsBy(graph, { without, open }, false))

  const looping = new Set<Station>()
  for (const circle of circles(traits.acting | traits.unproved)) {
    for (const station of circle.stations) looping.add(station)
    const certain = circle.certain
    tell(
      circle,
      certain ? 'endless-loop' : 'possible-loop',
      certain ? 'goes round without end and without the caller' : 'may go round without the caller',
      reportIn,
    )
  }
  for (const circle of circles(traits.said | traits.passing | notFollowed))
    if (
      circle.stations.some(({ acting }) => acting) &&
      circle.stations.every((one) => !looping.has(one))
    )
      tell(circle, 'silent-loop', 'can be gone round without a word being said', reportIn)

  for (const event of ['noinput', 'nomatch'] as const) {
    const what = event === 'noinput' ? 'silence lasts' : 'wrong keys come'
    const otherwise = event === 'noinput' ? traits.notBySilence : traits.notByMistake
    for (const circle of circles(otherwise | traits.byDefault | notFollowed))
      if (circle.stations.some(({ acting }) => acting))
        tell(circle, `endless-${event}`, `is where the caller stays however long ${what}`, reportIn)
  }
}

const tell = (
  { stations, steps }: Circle,
  code: Code,
  message: string,
  reportIn: ReportIn,
): void => {
  const waiting = stations.find(({ acting }) => acting)
  const first = waiting ?? stations[0]
  if (first?.dialog == null) return
  const names = [
    ...new Set(stations.flatMap(({ dialog }) => (dialog === null ? [] : nameOf(dialog)))),
  ]
  const round = names.length > 1 ? [...names, names[0]].join(' → ') : (names[0] ?? '')
  const leading = steps.find(({ from }) => from === first)?.element ?? first.element
  const place = waiting === undefined ? placeIn(leading, first.dialog) : waiting.element.place
  reportIn(first.dialog.document)(place, code, `${round} ${message}`)
}
