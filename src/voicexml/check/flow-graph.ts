import type { XmlElement } from '../element.ts'
import { type Around, aroundDialogsOf } from './around.ts'
import { graphOfDialog } from './dialog-ways.ts'
import type { DialogGraph, Surroundings } from './exploring.ts'
import type { Dialog, Outline } from './outline.ts'
import { dialogAt } from './outline.ts'
import { transitionsOf } from './references.ts'
import { drawCommon } from './sketch.ts'
import {
  isEnd,
  newStation,
  type Question,
  type Station,
  type Step,
  unwritten,
  type Way,
} from './stations.ts'
import type { Subject } from './subject.ts'
import { traits, traitsOf } from './traits.ts'
import { childrenNamed, descendants } from './walk.ts'

/** The graph of all dialogs of a flow, each followed by itself and then joined. */
export type FlowGraph = {
  readonly dialogs: ReadonlyMap<Dialog, DialogGraph>
  /** In the order of their numbers. */
  readonly stations: readonly Station[]
  /** All steps, by the stations they begin at: those of station `n` are `firstOf[n]` up to `firstOf[n + 1]`. */
  readonly steps: readonly Step[]
  readonly firstOf: Int32Array
  /** By step: its `traits`, and the number of the station it leads to. */
  readonly traitsOf: Int32Array
  readonly targets: Int32Array
  /** Numbers of the steps that lead to station `n`: in `into`, from `firstInto[n]` up to `firstInto[n + 1]`. */
  readonly into: Int32Array
  readonly firstInto: Int32Array
  readonly stepsTo: (station: Station) => readonly Step[]
  /** Stations with ways that end the call or a subdialog: 1 by number. */
  readonly isEnding: Uint8Array
  /** Everything that conditions ask about lines. */
  readonly questions: readonly Question[]
  /** Ways that end a subdialog. */
  readonly returns: readonly Way[]
  /** Where the dialogs that a `<subdialog>` calls begin. */
  readonly calledBy: (call: Station) => readonly Station[]
  /** The calls that begin at a station. */
  readonly callersOf: (entry: Station) => readonly Station[]
  readonly calls: readonly Station[]
}

/** A document of the largest size takes about a second with it. */
const effortForDocument = 500_000

/** Follows every dialog of a flow. */
export const flowGraphOf = (subject: Subject): FlowGraph => {
  const entries = new Map<Dialog, Station>()
  for (const { dialogs } of subject.outlines.values())
    for (const dialog of dialogs) entries.set(dialog, newStation('entry', dialog, dialog.element))
  const entryOf = (dialog: Dialog): Station => {
    const entry = entries.get(dialog)
    if (entry === undefined) throw new Error('a way leads to a dialog of another flow')
    return entry
  }
  const any = new Map<Outline, Station>()
  const anyDialogOf = (outline: Outline): Station => {
    const known = any.get(outline)
    if (known !== undefined) return known
    const station = newStation('any', null, outline.root)
    any.set(outline, station)
    for (const dialog of outline.dialogs) station.ways.push(perhapsTo(dialog, station, entryOf))
    return station
  }
  const returned = returnedEvents(subject)
  const dialogs = new Map<Dialog, DialogGraph>()
  const commons: Station[] = []
  for (const outline of subject.outlines.values()) {
    const around: Around = aroundDialogsOf(outline, subject)
    let common: Station | null = null
    const anyCommon = (): Station => {
      if (common !== null) return common
      common = newStation('any', null, outline.root)
      commons.push(common)
      drawCommon(common, surroundings)
      return common
    }
    const surroundings: Surroundings = {
      outline,
      subject,
      around,
      entryOf,
      anyDialogOf,
      anyCommon,
      returned,
    }
    const effort = { left: effortForDocument }
    for (const dialog of outline.dialogs)
      dialogs.set(dialog, graphOfDialog(dialog, surroundings, effort))
  }
  return joined(dialogs, [...any.values(), ...commons])
}

const perhapsTo = (dialog: Dialog, from: Station, entryOf: (dialog: Dialog) => Station): Way => ({
  from,
  cause: { kind: 'next' },
  to: entryOf(dialog),
  said: 0,
  spoken: [],
  guards: [unwritten(dialog.element, 'unproved')],
  writes: [],
  byDefault: false,
  forgets: false,
  element: dialog.element,
})

const joined = (
  dialogs: ReadonlyMap<Dialog, DialogGraph>,
  others: Iterable<Station>,
): FlowGraph => {
  const stations: Station[] = []
  for (const graph of dialogs.values()) for (const station of graph.stations) stations.push(station)
  for (const station of others) stations.push(station)
  stations.forEach((station, number) => {
    station.number = number
  })
  const steps: Step[] = []
  const returns: Way[] = []
  const isEnding = new Uint8Array(stations.length)
  const questions = new Map<string, Question>()
  const marks: number[] = []
  const firstOf = new Int32Array(stations.length + 1)
  const firstInto = new Int32Array(stations.length + 1)
  const called = new Map<Station, Station[]>()
  const callers = new Map<Station, Station[]>()
  for (const from of stations) {
    for (const way of from.ways) {
      const marked = traitsOf(way)
      if ((marked & traits.asking) !== 0)
        for (const { asks } of way.guards) if (asks !== null) questions.set(asks.key, asks)
      if (isStep(way)) {
        const { to } = way
        steps.push(way)
        marks.push(marked)
        firstInto[to.number + 1] = (firstInto[to.number + 1] ?? 0) + 1
        if (from.kind !== 'call' || way.cause.kind !== 'call' || to.kind === 'event') continue
        append(called, from, to)
        append(callers, to, from)
      } else {
        isEnding[from.number] = 1
        if (isEnd(way.to) && way.to.how === 'return') returns.push(way)
      }
    }
    firstOf[from.number + 1] = steps.length
  }
  for (let number = 0; number < stations.length; number++)
    firstInto[number + 1] = (firstInto[number + 1] ?? 0) + (firstInto[number] ?? 0)
  const next = firstInto.slice()
  const into = new Int32Array(steps.length)
  const targets = new Int32Array(steps.length)
  steps.forEach(({ to: { number } }, step) => {
    targets[step] = number
    const place = next[number] ?? 0
    into[place] = step
    next[number] = place + 1
  })
  return {
    dialogs,
    stations,
    steps,
    firstOf,
    traitsOf: Int32Array.from(marks),
    targets,
    isEnding,
    questions: [...questions.values()],
    into,
    firstInto,
    stepsTo: ({ number }) =>
      Array.from(
        into.subarray(firstInto[number], firstInto[number + 1]),
        (step) => steps[step] as Step,
      ),
    returns,
    calledBy: (call) => called.get(call) ?? [],
    callersOf: (entry) => callers.get(entry) ?? [],
    calls: stations.filter(({ kind }) => kind === 'call'),
  }
}

const isStep = (way: Way): way is Step => !isEnd(way.to)

const append = <Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void => {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else known.push(value)
}

/** The events that `<return>` may throw in callers, by the documents they are written in. */
const returnedEvents = (
  subject: Subject,
): ((dialogs: readonly Dialog[]) => ReadonlySet<string>) => {
  const inDialog = new Map<Dialog, { events: Set<string>; leads: Dialog[] }>()
  const factsOf = (dialog: Dialog) => {
    const known = inDialog.get(dialog)
    if (known !== undefined) return known
    const outline = subject.outlines.get(dialog.document)
    const facts: { events: Set<string>; leads: Dialog[] } = { events: new Set(), leads: [] }
    inDialog.set(dialog, facts)
    if (outline === undefined) return facts
    for (const { element } of descendants(dialog.element)) {
      if (element.name === 'return') addEvent(element, facts.events)
      else if (element.name !== 'subdialog')
        facts.leads.push(...dialogsOf(element, outline, subject))
    }
    for (const shared of outline.shared)
      for (const { element } of descendants(shared))
        if (element.name === 'return') addEvent(element, facts.events)
    return facts
  }
  return (dialogs) => {
    const seen = new Set(dialogs)
    const events = new Set<string>()
    for (const dialog of seen) {
      const { events: own, leads } = factsOf(dialog)
      for (const event of own) events.add(event)
      for (const next of leads) seen.add(next)
    }
    return events
  }
}

const addEvent = ({ attributes }: XmlElement, events: Set<string>): void => {
  if (attributes['event'] !== undefined) events.add(attributes['event'].trim())
  else if ('eventexpr' in attributes) events.add('')
}

const dialogsOf = (element: XmlElement, outline: Outline, subject: Subject): Dialog[] =>
  transitionsOf(element, outline, subject.reading).flatMap(({ address }) => {
    if (address.kind !== 'inside') return []
    const target = subject.outlines.get(address.document)
    return (target === undefined ? null : dialogAt(target, address.dialog)) ?? []
  })

/** Names under which values are passed to dialogs, whoever passes them. */
export const paramsIn = (roots: Iterable<XmlElement>): ReadonlySet<string> => {
  const names = new Set<string>()
  for (const root of roots)
    for (const { element } of descendants(root))
      if (element.name === 'subdialog')
        for (const { attributes } of childrenNamed(element, 'param'))
          names.add(attributes['name'] ?? '')
  return names
}
