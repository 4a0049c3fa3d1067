import type { XmlElement, XmlNode } from '../element.ts'
import {
  type AbstractValue,
  ANYTHING,
  answerWith,
  exactly,
  isDefined,
  SOMETHING,
  UNDEFINED,
} from './abstract-values.ts'
import {
  assign,
  contentWays,
  decided,
  eventOf,
  faulty,
  type Leaving,
  readIn,
  type State,
  TooBranched,
  valueIn,
} from './content-ways.ts'
import type {
  Around,
  CountedHandler,
  Filled,
  Frame,
  Happening,
  Item,
  Place,
  Precision,
} from './frame.ts'
import { frameOf } from './frame.ts'
import { type Meaning, meaningsAt } from './listening.ts'
import { functionOf } from './objects.ts'
import type { Dialog, Outline } from './outline.ts'
import { saidBy } from './spoken.ts'
import {
  type Cause,
  type End,
  type Guard,
  newStation,
  type Said,
  type Station,
  type Way,
} from './stations.ts'
import type { Subject } from './subject.ts'
import { elementsOf } from './walk.ts'
import { whereTo } from './where-to.ts'

/** A dialog followed through all that can happen in it. */
export type DialogGraph = {
  readonly dialog: Dialog
  readonly entry: Station
  readonly stations: readonly Station[]
  /** Items, handlers and choices that nothing ever comes to are not among these. */
  readonly visited: ReadonlySet<XmlElement>
  readonly precision: Precision
}

export type Surroundings = {
  readonly outline: Outline
  readonly subject: Subject
  readonly around: Around
  /** Where a dialog begins, made before any dialog is followed. */
  readonly entryOf: (dialog: Dialog) => Station
  /** Stands for any dialog of a document. */
  readonly anyDialogOf: (outline: Outline) => Station
  /** Events that the dialogs called by a `<subdialog>` may throw in it. */
  readonly returned: (dialogs: readonly Dialog[]) => ReadonlySet<string>
}

/** More stations than this are not told apart by the values of variables. */
const maxStations = 400

/** Follows a dialog as precisely as its size allows. */
export const graphOfDialog = (dialog: Dialog, surroundings: Surroundings): DialogGraph => {
  for (const precision of ['values', 'filled'] as const)
    try {
      return explore(dialog, surroundings, precision, maxStations)
    } catch (thrown) {
      if (!(thrown instanceof TooBranched)) throw thrown
    }
  return explore(dialog, surroundings, 'nothing', Number.POSITIVE_INFINITY)
}

type Work = {
  readonly frame: Frame
  readonly surroundings: Surroundings
  readonly stations: Map<string, Station>
  readonly expansions: (() => void)[]
  readonly visited: Set<XmlElement>
  readonly meanings: Map<Item, readonly Meant[]>
  readonly prompts: Map<Item, readonly Prompting[]>
  readonly actions: Map<Item | null, readonly Filled[]>
  readonly most: number
  readonly anyItem: { station: Station | null }
}

/** What keys can mean at an item, as a cause. */
type Meant = { readonly meaning: Meaning; readonly cause: Cause }

/** Something an item says when it asks: `sound` null hangs on variables. */
type Prompting = {
  readonly element: XmlNode
  readonly isFirst: boolean
  readonly sound: Said | null
}

const onward: Cause = { kind: 'next' }
const silence: Cause = { kind: 'noinput' }
const mistake: Cause = { kind: 'nomatch' }
const failure: Cause = { kind: 'fault' }
const calling: Cause = { kind: 'call' }
const returning: Cause = { kind: 'return' }

const explore = (
  dialog: Dialog,
  surroundings: Surroundings,
  precision: Precision,
  most: number,
): DialogGraph => {
  const { outline, subject, around } = surroundings
  const frame = frameOf(dialog, outline, subject, precision, around)
  const work: Work = {
    frame,
    surroundings,
    stations: new Map(),
    expansions: [],
    visited: new Set(),
    meanings: new Map(),
    prompts: new Map(),
    actions: new Map(),
    most,
    anyItem: { station: null },
  }
  const entry = surroundings.entryOf(dialog)
  entry.ways.length = 0
  work.stations.set('entry', entry)
  work.visited.add(dialog.element)
  select(work, entry, onward, initialState(frame), false)
  for (let next = work.expansions.pop(); next !== undefined; next = work.expansions.pop()) next()
  return {
    dialog,
    entry,
    stations: [...work.stations.values()],
    visited: work.visited,
    precision,
  }
}

const none: readonly never[] = []
const nothingAssumed: ReadonlyMap<string, boolean> = new Map()

const initialState = (frame: Frame): State => {
  const blank: State = {
    values: [...frame.slots.keys()].map(() => ANYTHING),
    counts: frame.counters.map(() => 0),
    said: 0,
    spoken: none,
    guards: none,
    writes: none,
    reprompt: false,
    assumed: nothingAssumed,
    forgets: false,
    byDefault: false,
    throwing: 0,
  }
  let state = blank
  for (const { name, element } of frame.items)
    if (frame.dialog.element.name !== 'form') state = assign(state, name, UNDEFINED, frame)
    else state = assign(state, name, valueIn(element.attributes['expr'], state, frame), frame)
  // A subdialog gets other values by its parameters.
  for (const { name, attributes } of elementsOf(frame.dialog.element))
    if (name === 'var')
      state = assign(state, attributes['name'] ?? '', startValue(attributes, state, frame), frame)
  return state
}

const startValue = (
  attributes: XmlElement['attributes'],
  state: State,
  frame: Frame,
): AbstractValue =>
  frame.subject.params.has(attributes['name'] ?? '')
    ? ANYTHING
    : valueIn(attributes['expr'], state, frame)

/** The station for what is known at a place, made and followed when it is new. */
const stationAt = (
  work: Work,
  kind: Station['kind'],
  name: string,
  element: XmlElement,
  state: State,
  expand: (from: Station, state: State) => void,
): Station => {
  const key = `${name}\n${state.values.join('\n')}\n${state.counts.join()}`
  const known = work.stations.get(key)
  if (known !== undefined) return known
  if (work.stations.size >= work.most) throw new TooBranched()
  const station = newStation(kind, work.frame.dialog, element)
  work.stations.set(key, station)
  work.visited.add(element)
  const fresh: State = {
    ...state,
    said: 0,
    spoken: none,
    guards: work.frame.precision === 'nothing' ? [unproved(element)] : none,
    writes: none,
    reprompt: false,
    forgets: false,
    byDefault: false,
    throwing: 0,
    assumed: kind === 'block' || kind === 'event' ? state.assumed : nothingAssumed,
  }
  work.expansions.push(() => {
    expand(station, fresh)
  })
  return station
}

const unproved = (element: XmlElement): Guard => ({
  element,
  outcome: true,
  source: '',
  reads: [],
  asks: null,
  outside: 'unproved',
})

const lead = (
  from: Station,
  cause: Cause,
  to: Way['to'],
  { said, spoken, guards, writes, forgets, byDefault }: State,
  element: XmlElement,
): void => {
  from.ways.push({ from, cause, to, said, spoken, guards, writes, forgets, byDefault, element })
}

/** The form interpretation algorithm selects an item (VoiceXML 2.0 appendix C). */
const select = (
  work: Work,
  from: Station,
  cause: Cause,
  start: State,
  silent: boolean,
  element: XmlElement = work.frame.dialog.element,
): void => {
  const { frame } = work
  if (frame.precision === 'nothing') {
    const any = anyItem(work)
    lead(from, cause, any, start, element)
    return
  }
  let state: State | null = start
  for (const item of frame.items) {
    if (state === null) return
    const defined = isDefined(readIn(state, frame)(item.name))
    if (defined === true) continue
    const verdict = decided(state, item.cond ?? undefined, item.element, frame)
    if (verdict.yes !== null) {
      const guards =
        defined === false ? verdict.yes.guards : [...verdict.yes.guards, filling(item, false)]
      visit(work, from, cause, { ...verdict.yes, guards }, item, silent, element)
    }
    if (defined === false) state = verdict.no
    else state = { ...state, guards: [...state.guards, filling(item, true)] }
  }
  if (state !== null) {
    const end: End = {
      kind: 'end',
      how: 'nothing-left',
      element: frame.dialog.element,
      event: null,
    }
    lead(from, cause, end, state, element)
  }
}

const filling = ({ element, name }: Item, outcome: boolean): Guard => ({
  element,
  outcome,
  source: name,
  reads: [name],
  asks: null,
  outside: null,
})

/** Of a dialog too large to be followed: any of its items may be next. */
const anyItem = (work: Work): Station => {
  if (work.anyItem.station !== null) return work.anyItem.station
  const { dialog, items } = work.frame
  const any = newStation('any', dialog, dialog.element)
  work.anyItem.station = any
  work.stations.set('any', any)
  const state = { ...initialState(work.frame), guards: [unproved(dialog.element)] }
  work.expansions.push(() => {
    for (const item of items) visit(work, any, onward, state, item, false, item.element)
    const end: End = { kind: 'end', how: 'nothing-left', element: dialog.element, event: null }
    lead(any, onward, end, state, dialog.element)
  })
  return any
}

const visit = (
  work: Work,
  from: Station,
  cause: Cause,
  state: State,
  item: Item,
  silent: boolean,
  element: XmlElement,
): void => {
  const { frame } = work
  if (item.kind === 'unknown') {
    happen(work, from, cause, state, `error.unsupported.${item.element.name}`, item.index, element)
    return
  }
  const kind = item.kind
  const there = assign(state, item.name, UNDEFINED, frame)
  const prompted = silent || kind === 'block' ? there : prompt(there, item, work)
  const station = stationAt(work, kind, `at ${item.index}`, item.element, there, (self, fresh) => {
    expansions[kind](work, self, fresh, item)
  })
  lead(from, cause, station, prompted, element)
}

const prompt = (state: State, item: Item, work: Work): State => {
  let { said, spoken } = state
  for (const { element, isFirst, sound } of promptsOf(item, work)) {
    const heard =
      sound ?? saidBy(element as XmlElement, readIn(state, work.frame), work.frame.subject)
    const now: Said = isFirst ? heard : heard > 0 ? 1 : 0
    if (now > said) said = now
    if (now > 0 && isFirst) spoken = [...spoken, element]
  }
  return said === state.said && spoken === state.spoken ? state : { ...state, said, spoken }
}

const promptsOf = (item: Item, { frame, prompts }: Work): readonly Prompting[] => {
  const known = prompts.get(item)
  if (known !== undefined) return known
  const found: Prompting[] = []
  for (const element of elementsOf(item.element)) {
    if (element.name !== 'prompt' && !bare.has(element.name)) continue
    const { cond, count } = element.attributes
    const sound = cond === undefined ? saidBy(element, () => ANYTHING, frame.subject) : null
    found.push({ element, isFirst: Number(count ?? 1) <= 1, sound })
  }
  for (const child of item.element.children)
    if (child.kind === 'text' && child.text.trim() !== '')
      found.push({ element: child, isFirst: true, sound: 2 })
  prompts.set(item, found)
  return found
}

const bare = new Set(['audio', 'value', 'enumerate'])

const expansions: Readonly<
  Record<
    Exclude<Item['kind'], 'unknown'>,
    (work: Work, self: Station, state: State, item: Item) => void
  >
> = {
  block: (work, self, state, item) => {
    const { frame } = work
    const begun = assign(state, item.name, exactly(true), frame)
    perform(work, self, onward, begun, item.element, item.index, (after) => {
      select(work, self, onward, after, false, item.element)
    })
  },
  input: (work, self, state, item) => {
    happen(work, self, silence, state, 'noinput', item.index, item.element)
    happen(work, self, mistake, state, 'nomatch', item.index, item.element)
    for (const meant of meanings(work, item)) understand(work, self, state, item, meant)
  },
  record: (work, self, state, item) => {
    happen(work, self, silence, state, 'noinput', item.index, item.element)
    const cause: Cause = { kind: 'answer', status: 'recorded' }
    fill(work, self, cause, heard(state), item, SOMETHING)
    for (const meant of meanings(work, item))
      if (meant.meaning.kind === 'leave') understand(work, self, state, item, meant)
  },
  transfer: (work, self, state, item) => {
    const { bridge, type } = item.element.attributes
    const isBridge = bridge === 'true' || type === 'bridge'
    if (!isBridge) {
      const end: End = { kind: 'end', how: 'transferred', element: item.element, event: null }
      lead(self, { kind: 'answer', status: 'transferred' }, end, heard(state), item.element)
    }
    for (const outcome of isBridge ? [...talked, ...failed] : failed) {
      const cause: Cause = { kind: 'answer', status: outcome }
      const after = { ...state, guards: [...state.guards, answered(item)] }
      const told = talked.includes(outcome) ? heard(after) : after
      fill(work, self, cause, told, item, exactly(outcome))
    }
  },
  object: (work, self, state, item) => {
    const name = functionOf(item.element)
    const statuses = name === null ? undefined : answers.get(name)
    happen(work, self, failure, faulty(state, item.element), 'error', item.index, item.element)
    for (const status of statuses ?? [null]) {
      const cause: Cause = { kind: 'answer', status }
      const value = status === null ? SOMETHING : answerWith(status)
      const after =
        status === null ? state : { ...state, guards: [...state.guards, answered(item)] }
      fill(work, self, cause, status === 'bridged' ? heard(after) : after, item, value)
    }
  },
  call: (work, self, state, item) => {
    const { frame, surroundings } = work
    for (const target of whereTo(item.element, frame.outline, frame.subject, null)) {
      if (target.kind === 'event') {
        happen(work, self, calling, state, target.name, item.index, item.element)
        continue
      }
      if (target.kind === 'outside') {
        const failed = faulty(state, item.element)
        happen(work, self, calling, failed, 'error.badfetch', item.index, item.element)
        continue
      }
      const called = target.kind === 'dialog' ? target.dialogs : frame.outline.dialogs
      if (target.kind === 'dialog')
        for (const dialog of target.dialogs)
          lead(self, calling, surroundings.entryOf(dialog), state, item.element)
      if (target.kind === 'unknown')
        lead(self, calling, surroundings.anyDialogOf(frame.outline), state, item.element)
      for (const event of surroundings.returned(called))
        happen(work, self, returning, state, event, item.index, item.element)
    }
    fill(work, self, returning, state, item, SOMETHING)
  },
}

const meanings = (work: Work, item: Item): readonly Meant[] => {
  const known = work.meanings.get(item)
  if (known !== undefined) return known
  const found = meaningsAt(item, work.frame).map((meaning): Meant => {
    const keys = 'keys' in meaning ? meaning.keys : null
    return { meaning, cause: { kind: 'keys', keys, element: meaning.element } }
  })
  work.meanings.set(item, found)
  return found
}

const heard = (state: State): State => ({ ...state, said: 2 })

const answered = ({ element }: Item): Guard => ({
  element,
  outcome: true,
  source: '',
  reads: [],
  asks: null,
  outside: 'answer',
})

/** What the platform functions answer as `status`; others tell nothing that conditions are held to. */
const answers: ReadonlyMap<string, readonly string[]> = new Map([
  ['enqueue', ['bridged', 'left', 'timeout', 'closed', 'full', 'error']],
  ['callback-answer', ['connected', 'cancelled', 'none']],
  ['callback-cancel', ['cancelled', 'too-late', 'none']],
  ['callback-request', ['accepted', 'exists', 'refused']],
  ['application-status', ['found', 'refused', 'locked']],
  ['business', ['found', 'invalid', 'unknown']],
  ['survey', ['kept', 'unanswered']],
])

/** Outcomes of a bridged transfer after the caller talked to somebody, and those without. */
const talked = [
  'near_end_disconnect',
  'far_end_disconnect',
  'network_disconnect',
  'maxtime_disconnect',
]
const failed = ['busy', 'noanswer', 'network_busy', 'unknown']

const understand = (
  work: Work,
  self: Station,
  state: State,
  item: Item,
  { meaning, cause }: Meant,
): void => {
  const { frame, surroundings } = work
  const { element } = meaning
  switch (meaning.kind) {
    case 'option': {
      const { value } = element.attributes
      const text = element.children.map((one) => (one.kind === 'text' ? one.text : '')).join('')
      const given = value ?? (text.replace(/\s+/g, ' ').trim() || (meaning.keys ?? ''))
      fill(work, self, cause, state, item, exactly(given))
      return
    }
    case 'grammar':
      for (const value of meaning.values ?? [null])
        fill(work, self, cause, state, item, value === null ? SOMETHING : exactly(value))
      return
    case 'form': {
      let filled = state
      for (const one of frame.items)
        if (one.kind === 'input') filled = assign(filled, one.name, ANYTHING, frame)
      process(work, self, cause, filled, null, element)
      return
    }
    case 'dialog': {
      const dialog = meaning.outline.dialogs.find((one) => one.element === element)
      if (dialog !== undefined) lead(self, cause, surroundings.entryOf(dialog), state, element)
      return
    }
    case 'leave': {
      const thrown = element.attributes['event'] ?? element.attributes['eventexpr']
      if (thrown !== undefined) {
        const name = eventOf(element, state, frame)
        happen(work, self, cause, state, name, item.index, element)
        return
      }
      for (const target of whereTo(element, meaning.outline, frame.subject, null))
        if (target.kind === 'event')
          happen(work, self, cause, state, target.name, item.index, element)
        else leave(work, self, cause, state, target, item.index, element, surroundings)
    }
  }
}

const fill = (
  work: Work,
  self: Station,
  cause: Cause,
  state: State,
  item: Item,
  value: AbstractValue,
): void => {
  const filled = assign(state, item.name, value, work.frame)
  process(work, self, cause, filled, item, item.element)
}

/** The process phase: the `<filled>` that just filled items trigger, in document order. */
const process = (
  work: Work,
  self: Station,
  cause: Cause,
  start: State,
  just: Item | null,
  element: XmlElement,
): void => {
  const { frame } = work
  const actions = actionsAfter(just, work)
  const from = (index: number, state: State): void => {
    const action = actions[index]
    if (action === undefined) {
      select(work, self, cause, state, false, element)
      return
    }
    const mode = action.element.attributes['mode'] === 'any' ? 'any' : 'all'
    if (mode === 'all' && action.owner === null) {
      const read = readIn(state, frame)
      const definedness = action.watched.map(({ name }) => isDefined(read(name)))
      if (definedness.includes(false)) {
        from(index + 1, state)
        return
      }
      if (definedness.includes(null)) from(index + 1, state)
    }
    const at = action.owner?.index ?? 'dialog'
    perform(work, self, cause, state, action.element, at, (after) => {
      from(index + 1, after)
    })
  }
  from(0, start)
}

/** `just` null: any of the items may have been filled. */
const actionsAfter = (just: Item | null, { frame, actions }: Work): readonly Filled[] => {
  const known = actions.get(just)
  if (known !== undefined) return known
  const found = frame.filled.filter(({ watched }) =>
    just === null ? watched.length > 0 : watched.includes(just),
  )
  actions.set(just, found)
  return found
}

/** Executes content; where it comes to its end, `on` goes on. */
const perform = (
  work: Work,
  self: Station,
  cause: Cause,
  state: State,
  content: XmlElement,
  at: Place,
  on: (after: State) => void,
): void => {
  work.visited.add(content)
  const { left, on: after } = contentWays(content, state, work.frame)
  for (const one of left)
    if (one.leaving.kind === 'event')
      happen(work, self, cause, one.state, one.leaving.name, at, one.element)
    else leave(work, self, cause, one.state, one.leaving, at, one.element, work.surroundings)
  for (const one of after) on(one)
}

const leave = (
  work: Work,
  self: Station,
  cause: Cause,
  state: State,
  leaving: Exclude<Leaving, { kind: 'event' }>,
  at: Place,
  element: XmlElement,
  { anyDialogOf, entryOf, outline }: Surroundings,
): void => {
  switch (leaving.kind) {
    case 'dialog':
      for (const dialog of leaving.dialogs) lead(self, cause, entryOf(dialog), state, element)
      return
    case 'unknown':
      lead(self, cause, anyDialogOf(outline), state, element)
      return
    case 'item': {
      const item = work.frame.items[leaving.index]
      // In a handler `<goto nextitem>` prompts only after `<reprompt>`.
      if (item !== undefined) visit(work, self, cause, state, item, inHandler(state), element)
      return
    }
    case 'outside':
      happen(work, self, cause, faulty(state, element), 'error.badfetch', at, element)
      lead(self, cause, { kind: 'end', how: 'outside', element, event: null }, state, element)
      return
    case 'exit':
    case 'disconnect':
      lead(self, cause, { kind: 'end', how: leaving.kind, element, event: null }, state, element)
      return
    case 'return':
      lead(
        self,
        cause,
        { kind: 'end', how: 'return', element, event: leaving.event },
        state,
        element,
      )
  }
}

const inHandler = ({ throwing, reprompt }: State): boolean => throwing > 0 && !reprompt

/** An event is thrown: it is counted, and a handler selected (VoiceXML 2.0 section 5.2.4). */
const happen = (
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
    catchEvent(work, from, cause, counted(state, happening, frame, 1), happening, element)
    return
  }
  const thrown = counted(state, happening, frame, state.throwing)
  const there = typeof at === 'number' ? (frame.items[at]?.element ?? element) : element
  const name = `${event} at ${at}`
  const station = stationAt(work, 'event', name, there, thrown, (self, fresh) => {
    catchEvent(work, self, onward, { ...fresh, throwing: 1 }, happening, element)
  })
  lead(from, cause, station, thrown, element)
}

const waits = new Set(['input', 'record', 'transfer', 'object', 'call'])

/** A way that forgets another count tells nothing about circles. */
const counted = (
  state: State,
  { counting }: Happening,
  { counters }: Frame,
  throwing: State['throwing'],
): State => {
  let { forgets } = state
  const counts = state.counts.map((count, index) => {
    if (counting[index] === 'up') return Math.min(count + 1, counters[index]?.most ?? 1)
    if (counting[index] === 'kept' || count === 0) return count
    forgets = true
    return 0
  })
  return { ...state, counts, forgets, throwing }
}

const catchEvent = (
  work: Work,
  self: Station,
  cause: Cause,
  start: State,
  { event, at, handlers }: Happening,
  element: XmlElement,
): void => {
  const { frame } = work
  // Counting further than the highest count tells nothing more.
  const most = (index: number): number => Math.max(1, (frame.counters[index]?.most ?? 1) - 1)
  const capped = start.counts.some((count, index) => count > most(index))
    ? { ...start, counts: start.counts.map((count, index) => Math.min(count, most(index))) }
    : start
  // Of a computed event, and where nothing is counted, any handler may be the one.
  const isAny = event === '' || frame.precision === 'nothing'
  let state: State | null = capped
  for (const handler of event === '' ? allHandlers(frame, at) : handlers) {
    if (state === null) return
    if (!isAny && !isReached(handler, start)) continue
    const verdict = decided(state, handler.cond ?? undefined, handler.element, frame)
    if (verdict.yes !== null)
      perform(work, self, cause, verdict.yes, handler.element, at, (after) => {
        select(work, self, cause, after, !after.reprompt, handler.element)
      })
    if (!isAny) state = verdict.no
  }
  if (state === null) return
  const [first] = event.split('.', 1)
  const known = `default.${first === 'noinput' || first === 'nomatch' || first === 'help' ? first : 'error'}`
  const spoken = isEverywhere(known, frame.subject) ? heard(state) : state
  if (first === 'cancel') select(work, self, cause, { ...state, byDefault: true }, true, element)
  else if (
    first === 'noinput' ||
    first === 'nomatch' ||
    first === 'help' ||
    first === 'maxspeechtimeout'
  )
    select(work, self, cause, { ...spoken, byDefault: true }, false, element)
  else {
    const quiet = first === 'exit' || first === 'connection'
    const end: End = { kind: 'end', how: quiet ? 'exit' : 'uncaught', element, event }
    lead(self, cause, end, { ...(quiet ? state : spoken), byDefault: true }, element)
  }
}

const allHandlers = (frame: Frame, at: Place): readonly CountedHandler[] =>
  frame.everyHandlerAt(at).map((handler) => ({ ...handler, counters: [null] }))

const isReached = ({ count, counters }: CountedHandler, { counts }: State): boolean =>
  counters.some((index) => count <= (index === null ? 1 : (counts[index] ?? 0)))

const isEverywhere = (key: string, { catalogues }: Subject): boolean =>
  catalogues.size > 0 && [...catalogues.values()].every((catalogue) => catalogue.has(key))
