import type { Place } from '../element.ts'
import type { ReportIn } from './circle-proofs.ts'
import type { FlowGraph } from './flow-graph.ts'
import { type Dialog, nameOf, placeIn } from './outline.ts'
import { reachedFrom, returningBy, stepsBy } from './proof.ts'
import { type End, isEnd, type Open, type Station, type Way } from './stations.ts'
import { traits } from './traits.ts'

/** Follows silence from wherever the caller has acted, to an end of the call. */
export const checkSilentEnds = (
  graph: FlowGraph,
  starts: readonly Station[],
  reached: ReadonlySet<Station>,
  isOpen: Open,
  reportIn: ReportIn,
): void => {
  const isQuiet = (way: Way): boolean =>
    way.said === 0 && isOpen(way) && way.guards.every(({ outside }) => outside !== 'unproved')
  const returning = returningBy(graph, {
    without: traits.said | traits.unproved | traits.acting,
    open: isOpen,
  })
  const callers = callersIn(graph, isOpen)
  const told = new Set<unknown>()
  const quiet = new Set<Station>(starts)
  const open: { station: Station; way: Way }[] = []
  const follow = (way: Way, station: Station): void => {
    const { to } = way
    if (!isEnd(to)) {
      if (quiet.has(to) || to.acting) return
      quiet.add(to)
      open.push({ station: to, way })
    } else if (to.how === 'return') {
      for (const call of callers(station))
        for (const back of call.ways)
          if (back.cause.kind === 'return' && isQuiet(back)) follow(back, call)
    } else if (isSilent(to) && !told.has(to.element)) {
      told.add(to.element)
      const dialog = station.dialog
      if (dialog !== null)
        reportIn(dialog.document)(placeOf(to, way, dialog), 'silent-end', silence(to, dialog))
    }
  }
  for (const station of reached)
    if (station.acting) for (const way of station.ways) if (isQuiet(way)) follow(way, station)
  for (const station of starts) open.push({ station, way: station.ways[0] as Way })
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { station } = next
    if (station.acting) continue
    const comesBack =
      station.kind !== 'call' || graph.calledBy(station).some((one) => returning.has(one))
    for (const way of station.ways)
      if (isQuiet(way) && (way.cause.kind !== 'return' || comesBack)) follow(way, station)
  }
}

const isSilent = ({ how }: End): boolean =>
  how === 'exit' || how === 'disconnect' || how === 'nothing-left'

const placeOf = ({ element, how }: End, way: Way, dialog: Dialog): Place =>
  placeIn(how === 'nothing-left' ? way.element : element, dialog)

const silence = ({ how }: End, dialog: Dialog): string =>
  how === 'nothing-left'
    ? `nothing is left to do in ${nameOf(dialog)} after this, so the call ends without a word`
    : `the call can end here in ${nameOf(dialog)} without a word`

/** The calls in whose subdialogs a station may stand; those of one subdialog are given once. */
const callersIn = (graph: FlowGraph, open: Open): ((station: Station) => readonly Station[]) => {
  const calls = new Map<Station, Station[]>()
  for (const call of graph.calls)
    for (const entry of graph.calledBy(call)) {
      const known = calls.get(entry)
      if (known === undefined) calls.set(entry, [call])
      else known.push(call)
    }
  if (calls.size === 0) return () => []
  const steps = stepsBy(graph, { without: 0, open }, false)
  const inside = [...calls.keys()].map((entry) => [entry, reachedFrom([entry], steps)] as const)
  const given = new Set<Station>()
  return (station) =>
    inside.flatMap(([entry, found]) => {
      if (given.has(entry) || !found.has(station)) return []
      given.add(entry)
      return calls.get(entry) ?? []
    })
}
