import type { Place } from '../element.ts'
import type { ReportIn } from './circle-proofs.ts'
import type { FlowGraph } from './flow-graph.ts'
import { leadsToPerson } from './objects.ts'
import { type Dialog, nameOf, placeIn } from './outline.ts'
import {
  circlesAmong,
  leadingTo,
  reachedFrom,
  returningBy,
  type Steps,
  stepsBy,
  stepsOf,
} from './proof.ts'
import { type End, isEnd, type Station, type Way } from './stations.ts'
import { traits, traitsOf } from './traits.ts'
import { childrenNamed, descendants } from './walk.ts'

/** Whether a way can be taken on the line at hand. */
type Open = (way: Way) => boolean

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

/** Follows silence from wherever the caller has acted, to an end of the call. */
const checkSilentEnds = (
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

const checkReturns = (
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
