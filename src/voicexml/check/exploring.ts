import type { XmlElement, XmlNode } from '../element.ts'
import type { Around } from './around.ts'
import type { Happening } from './counting.ts'
import { spend, TooBranched } from './effort.ts'
import type { Precision } from './followed.ts'
import type { Frame } from './frame.ts'
import type { Filled, Item } from './items.ts'
import type { Meaning } from './listening.ts'
import type { Dialog, Outline } from './outline.ts'
import { agreedBy, freshState, knowledgeOf, nothingAssumed, type State } from './state.ts'
import { type Cause, newStation, type Said, type Station, type Way } from './stations.ts'
import type { Subject } from './subject.ts'

/** What a dialog can lead to beside itself. */
export type Surroundings = {
  readonly outline: Outline
  readonly subject: Subject
  readonly around: Around
  /** Where a dialog begins, made before any dialog is followed. */
  readonly entryOf: (dialog: Dialog) => Station
  /** Stands for any dialog of a document. */
  readonly anyDialogOf: (outline: Outline) => Station
  /** Stands for all that the document and its root lend to dialogs that are not followed. */
  readonly anyCommon: () => Station
  /** Events that the dialogs called by a `<subdialog>` may throw in it. */
  readonly returned: (dialogs: readonly Dialog[]) => ReadonlySet<string>
}

/** A dialog with all that can happen in it. */
export type DialogGraph = {
  readonly dialog: Dialog
  readonly entry: Station
  readonly stations: readonly Station[]
  /** Items, handlers and choices that nothing ever comes to are not among these. */
  readonly visited: ReadonlySet<XmlElement>
  /** Nothing: it has too many ways, and was not followed at all. */
  readonly precision: Precision | 'nothing'
}

/** A dialog while it is followed. */
export type Work = {
  readonly frame: Frame
  readonly surroundings: Surroundings
  readonly stations: Station[]
  /** The same by place and what is known there. */
  readonly known: Map<Item | Happening, Map<string, Known>>
  /** What is left to do: ways from stations that are new. */
  readonly open: (() => void)[]
  readonly visited: Set<XmlElement>
  readonly phases: Phases
  readonly meanings: Map<Item, readonly Meant[]>
  readonly speech: Map<Item, Speech | null>
  readonly actions: Map<Item | null, readonly Filled[]>
}

/** A station, and what has been decided already whenever a call comes there. */
type Known = { readonly station: Station; assumed: State['assumed']; isOpen: boolean }

/** What the other phases lead back to. */
export type Phases = {
  /** What can happen at an item. */
  readonly arrive: (work: Work, self: Station, state: State, item: Item) => void
  /** What handlers make of an event. */
  readonly take: (
    work: Work,
    self: Station,
    cause: Cause,
    state: State,
    happening: Happening,
    element: XmlElement,
  ) => void
}

/** What keys can mean at an item, as a cause. */
export type Meant = { readonly meaning: Meaning; readonly cause: Cause }

/** What an item says when it asks. */
export type Speech = { readonly said: Said; readonly spoken: readonly XmlNode[] }

/** What leads on by itself. */
export const onward: Cause = { kind: 'next' }

/** More stations than this are not told apart by the values of variables. */
const maxStations = 400

/** The station for what is known at a place, made and followed when it is new. */
export const stationAt = (
  work: Work,
  kind: Station['kind'],
  place: Item | Happening,
  element: XmlElement,
  state: State,
  expand: (from: Station, state: State) => void,
): Station => {
  spend(work.frame.effort, 1 + (state.values.length + state.counts.length) / 8)
  const here = work.known.get(place) ?? new Map<string, Known>()
  const knowledge = knowledgeOf(state)
  // The caller, or somebody else, changes things while a call waits.
  const assumed = kind === 'block' || kind === 'event' ? state.assumed : nothingAssumed
  const before = here.get(knowledge)
  if (before !== undefined) {
    const agreed = agreedBy(before.assumed, assumed)
    if (agreed.size === before.assumed.size) return before.station
    // It was followed under assumptions that do not hold whenever a call comes here.
    before.assumed = agreed
    if (!before.isOpen) follow(work, before, state, expand)
    return before.station
  }
  if (work.stations.length >= maxStations) throw new TooBranched()
  const station = newStation(kind, work.frame.dialog, element)
  const known: Known = { station, assumed, isOpen: false }
  work.known.set(place, here)
  here.set(knowledge, known)
  work.stations.push(station)
  work.visited.add(element)
  follow(work, known, state, expand)
  return station
}

/** What leads on from a station is worked out when everything before it has been. */
const follow = (
  work: Work,
  known: Known,
  { values, counts }: State,
  expand: (from: Station, state: State) => void,
): void => {
  known.isOpen = true
  work.open.push(() => {
    known.isOpen = false
    known.station.ways.length = 0
    expand(known.station, freshState(values, counts, known.assumed))
  })
}

/** Writes down a way. */
export const lead = (
  { frame }: Work,
  from: Station,
  cause: Cause,
  to: Way['to'],
  { said, spoken, guards, writes, forgets, byDefault }: State,
  element: XmlElement,
): void => {
  spend(frame.effort, 1 + (guards.length + spoken.length + writes.length) / 8)
  from.ways.push({ from, cause, to, said, spoken, guards, writes, forgets, byDefault, element })
}
