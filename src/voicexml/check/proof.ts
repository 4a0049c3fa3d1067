import type { XmlElement } from '../element.ts'
import { type Arrows, circlesIn } from './circles.ts'
import type { FlowGraph } from './flow-graph.ts'
import type { Guard, Open, Station, Step, Way } from './stations.ts'
import { traits, traitsOf } from './traits.ts'

/** Which ways a proof follows. */
export type Allowed = {
  /** Those with none of these traits … */
  readonly without: number
  /** … that can be taken on the line at hand. */
  readonly open: Open
}

export const isAllowed = (way: Way, { without, open }: Allowed): boolean =>
  (traitsOf(way) & without) === 0 && open(way)

/**
 * The stations from which a subdialog gets back to its caller by allowed ways alone. What a subdialog calls
 * itself must come back by such ways, too.
 */
export const returningBy = (graph: FlowGraph, allowed: Allowed): ReadonlySet<Station> => {
  const found = new Set<Station>()
  if (graph.calls.length === 0) return found
  const open: Station[] = []
  const add = (station: Station): void => {
    if (found.has(station)) return
    found.add(station)
    open.push(station)
  }
  /** Calls that go on to a return themselves, and calls whose subdialog is known to come back. */
  const goesOn = new Set<Station>()
  const comesBack = new Set<Station>()
  for (const way of graph.returns)
    if (!isAllowed(way, allowed)) continue
    else if (way.cause.kind === 'return') goesOn.add(way.from)
    else add(way.from)
  for (let station = open.pop(); station !== undefined; station = open.pop()) {
    for (const way of graph.stepsTo(station)) {
      if (way.cause.kind === 'call' || !isAllowed(way, allowed)) continue
      if (way.cause.kind !== 'return' || comesBack.has(way.from)) add(way.from)
      else goesOn.add(way.from)
    }
    for (const caller of graph.callersOf(station)) {
      comesBack.add(caller)
      if (goesOn.has(caller)) add(caller)
    }
  }
  return found
}

/** Some of the steps of a graph. */
export type Steps = {
  readonly graph: FlowGraph
  /** 1 for those among them, by their numbers in the graph. */
  readonly taken: Uint8Array
}

/** The steps of a graph in allowed ways: into subdialogs with `into`, and over those that come back. */
export const stepsBy = (graph: FlowGraph, allowed: Allowed, into: boolean): Steps => {
  const returning = returningBy(graph, allowed)
  const comesBack = ({ from }: Step): boolean =>
    from.kind !== 'call' || graph.calledBy(from).some((one) => returning.has(one))
  const without = allowed.without | (into ? 0 : traits.call)
  const taken = new Uint8Array(graph.steps.length)
  graph.traitsOf.forEach((marked, number) => {
    if ((marked & without) !== 0) return
    if ((marked & (traits.asking | traits.return)) !== 0) {
      const step = graph.steps[number] as Step
      if ((marked & traits.return) !== 0 && !comesBack(step)) return
      if ((marked & traits.asking) !== 0 && !allowed.open(step)) return
    }
    taken[number] = 1
  })
  return { graph, taken }
}

/** The steps that begin at a station. */
export const stepsOf = ({ graph, taken }: Steps, { number }: Station): readonly Step[] =>
  graph.steps
    .slice(graph.firstOf[number], graph.firstOf[number + 1])
    .filter((_, index) => taken[(graph.firstOf[number] ?? 0) + index] === 1)

/** All that can follow, the beginning included. */
export const reachedFrom = (
  start: Iterable<Station>,
  { graph: { stations, targets, firstOf }, taken }: Steps,
): ReadonlySet<Station> => {
  const { found, add } = collected(stations.length, start)
  for (const number of found) {
    const end = firstOf[number + 1] ?? 0
    for (let at = firstOf[number] ?? 0; at < end; at++) if (taken[at] === 1) add(targets[at] ?? 0)
  }
  return new Set(found.map((number) => stations[number] as Station))
}

/** All from which one of `ends` can follow, these included. */
export const leadingTo = (
  ends: Iterable<Station>,
  { graph: { stations, steps, firstInto, into }, taken }: Steps,
): ReadonlySet<Station> => {
  const { found, add } = collected(stations.length, ends)
  for (const number of found) {
    const end = firstInto[number + 1] ?? 0
    for (let at = firstInto[number] ?? 0; at < end; at++) {
      const step = into[at] ?? 0
      if (taken[step] === 1) add((steps[step] as Step).from.number)
    }
  }
  return new Set(found.map((number) => stations[number] as Station))
}

const collected = (size: number, start: Iterable<Station>) => {
  const found: number[] = []
  const isFound = new Uint8Array(size)
  const add = (number: number): void => {
    if (isFound[number] === 1) return
    isFound[number] = 1
    found.push(number)
  }
  for (const { number } of start) add(number)
  return { found, add }
}

/** Groups of stations that lead to one another, and the steps among each; `stations` in their order. */
export const circlesAmong = (
  stations: readonly Station[],
  { graph, taken }: Steps,
): readonly Group[] => {
  const places = new Int32Array(graph.stations.length).fill(-1)
  stations.forEach(({ number }, place) => {
    places[number] = place
  })
  const first = new Int32Array(stations.length + 1)
  const to = new Int32Array(graph.steps.length)
  let arrows = 0
  stations.forEach(({ number }, place) => {
    const end = graph.firstOf[number + 1] ?? 0
    for (let at = graph.firstOf[number] ?? 0; at < end; at++) {
      const target = taken[at] === 1 ? (places[graph.targets[at] ?? 0] ?? -1) : -1
      if (target >= 0) to[arrows++] = target
    }
    first[place + 1] = arrows
  })
  return circlesIn({ first, to }).map((members) => {
    const group = members.map((place) => stations[place] as Station)
    const inside = new Set(group)
    const steps = group.flatMap((one) => stepsOf({ graph, taken }, one))
    return { stations: group, steps: steps.filter((step) => inside.has(step.to)) }
  })
}

/** Stations and steps of theirs, ordered by the stations they begin at. */
type Group = { readonly stations: readonly Station[]; readonly steps: readonly Step[] }

/** @param places room for the place of each station in the group; −1 everywhere, and left so */
const circlesOf = ({ stations, steps }: Group, places: Int32Array): readonly Group[] => {
  stations.forEach(({ number }, place) => {
    places[number] = place
  })
  const inside = steps.filter(({ to }) => places[to.number] !== -1)
  const groups = circlesIn(arrowsOf(stations.length, inside, places))
  const groupAt = new Int32Array(stations.length).fill(-1)
  groups.forEach((members, group) => {
    for (const place of members) groupAt[place] = group
  })
  const found = groups.map((members) => ({
    stations: members.map((place) => stations[place] as Station),
    steps: [] as Step[],
  }))
  for (const step of inside) {
    const group = groupAt[places[step.from.number] ?? 0] ?? -1
    if (group >= 0 && group === groupAt[places[step.to.number] ?? 0]) found[group]?.steps.push(step)
  }
  for (const { number } of stations) places[number] = -1
  return found
}

const arrowsOf = (size: number, steps: readonly Step[], places: Int32Array): Arrows => {
  const first = new Int32Array(size + 1)
  for (const { from } of steps) {
    const place = (places[from.number] ?? 0) + 1
    first[place] = (first[place] ?? 0) + 1
  }
  for (let place = 0; place < size; place++)
    first[place + 1] = (first[place + 1] ?? 0) + (first[place] ?? 0)
  return { first, to: Int32Array.from(steps, ({ to }) => places[to.number] ?? 0) }
}

/** A circle in which nothing changes that its conditions look at. */
export type Circle = Group & {
  /** It hangs on no condition at all. */
  readonly certain: boolean
}

/**
 * Circles that nothing ends. A way whose condition looks at a variable that is assigned on the circle may
 * be closed the next time, as a counter closes it, so it counts for none when the contrary leads out.
 */
export const endlessCircles = (stations: readonly Station[], steps: Steps): readonly Circle[] => {
  const found: Circle[] = []
  const places = new Int32Array(steps.graph.stations.length).fill(-1)
  const open = [...circlesAmong(stations, steps)]
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    const left = group.steps.filter(isLasting(group.steps))
    if (left.length === group.steps.length) found.push(circleOf(group, places))
    else open.push(...circlesOf({ stations: group.stations, steps: left }, places))
  }
  return found
}

/** A condition ends a circle when it may change in it and its other outcome leads out of it. */
const isLasting = (steps: readonly Step[]): ((step: Step) => boolean) => {
  const written = new Set(steps.flatMap(({ writes }) => writes))
  const outcomes = new Map<XmlElement, Set<boolean>>()
  for (const { guards } of steps)
    for (const { element, outcome } of guards)
      outcomes.set(element, (outcomes.get(element) ?? new Set()).add(outcome))
  return ({ forgets, guards }) =>
    !forgets &&
    !guards.some((guard) => mayChange(guard, written) && outcomes.get(guard.element)?.size === 1)
}

const circleOf = (group: Group, places: Int32Array): Circle => {
  const steps = group.steps.filter(({ guards }) => guards.length === 0)
  const [certain] = circlesOf({ stations: group.stations, steps }, places)
  return { ...(certain ?? group), certain: certain !== undefined }
}

const mayChange = (guard: Guard, written: ReadonlySet<string>): boolean =>
  guard.reads.some((name) => written.has(name)) || (guard.reads.length > 0 && written.has('*'))
