import type { XmlElement, XmlNode } from '../element.ts'
import {
  type AbstractValue,
  ANYTHING,
  abstractValueOf,
  isDefined,
  knownOf,
  type ReadVariable,
  SOMETHING,
  UNDEFINED,
} from './abstract-values.ts'
import { type Act, actsIn, type Branch } from './acts.ts'
import { conditionOf } from './condition.ts'
import { destinationOf } from './destination.ts'
import { type Frame, plainName } from './frame.ts'
import type { Dialog } from './outline.ts'
import { saidBy } from './spoken.ts'
import type { Guard, Said } from './stations.ts'
import { whereTo } from './where-to.ts'

/** What is known at a point of the interpretation of a dialog. */
export type State = {
  /** By slot of the frame. */
  readonly values: readonly AbstractValue[]
  /** By counter of the frame. */
  readonly counts: readonly number[]
  readonly said: Said
  readonly spoken: readonly XmlNode[]
  readonly guards: readonly Guard[]
  readonly writes: readonly string[]
  readonly reprompt: boolean
  /** How undecided conditions were taken to be since the last wait. */
  readonly assumed: ReadonlyMap<string, boolean>
  /** A count was given up since the last wait. */
  readonly forgets: boolean
  /** The platform's own handler was taken. */
  readonly byDefault: boolean
  /** 1 while a handler is executed. */
  readonly throwing: 0 | 1
}

/** How content is left. */
export type Leaving =
  | { readonly kind: 'dialog'; readonly dialogs: readonly Dialog[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'event'; readonly name: string }
  | { readonly kind: 'exit' | 'disconnect' }
  | { readonly kind: 'return'; readonly event: string | null }

export type Left = {
  readonly state: State
  readonly leaving: Leaving
  readonly element: XmlElement
}

/** Thrown out of content that is too branched to be followed. */
export class TooBranched extends Error {}

const maxStates = 256

/** Follows content from a state: how it may be left, and the states in which its end is reached. */
export const contentWays = (
  content: XmlElement,
  start: State,
  frame: Frame,
): { readonly left: readonly Left[]; readonly on: readonly State[] } => {
  const left: Left[] = []
  return { left, on: follow(actsIn(content), [start], frame, left) }
}

const follow = (
  acts: readonly Act[],
  start: readonly State[],
  frame: Frame,
  left: Left[],
): readonly State[] => {
  let states = start
  for (const act of acts) {
    if (states.length === 0) return states
    states = followOne(act, states, frame, left)
    if (states.length > maxStates || left.length > 16 * maxStates) throw new TooBranched()
  }
  return states
}

const followOne = (
  act: Act,
  states: readonly State[],
  frame: Frame,
  left: Left[],
): readonly State[] => {
  switch (act.kind) {
    case 'say':
      return mapped(states, (state) => say(state, heardIn(act.node, state, frame), act.node))
    case 'if':
      return states.length === 1
        ? branch(act.branches, states[0] as State, frame, left)
        : merged(states.flatMap((state) => branch(act.branches, state, frame, left)))
    case 'foreach':
      return repeat(act.element, states, frame, left)
    case 'change':
      if (isFetched(act.element, frame))
        for (const state of states)
          left.push({ state: faulty(state, act.element), leaving: badFetch, element: act.element })
      return mapped(states, (state) => step(act.element, state, frame))
    case 'leave': {
      const { element } = act
      for (const state of states)
        for (const leaving of leavingsOf(element, state, frame))
          left.push({ state, leaving, element })
      return []
    }
  }
}

const mapped = (states: readonly State[], change: (state: State) => State): readonly State[] =>
  states.length === 1 ? [change(states[0] as State)] : merged(states.map(change))

const badFetch: Leaving = { kind: 'event', name: 'error.badfetch' }

/** Whether what is fetched may not be there when it is asked for. */
const isFetched = ({ name, attributes }: XmlElement, { outline }: Frame): boolean =>
  name === 'data' &&
  (attributes['src'] === undefined ||
    destinationOf(attributes['src'], outline).kind === 'elsewhere')

/** Something fails that documents cannot keep from failing. */
export const faulty = (state: State, element: XmlElement): State =>
  guarded(state, { element, outcome: true, source: '', reads: [], asks: null, outside: 'fault' })

const heardIn = (node: XmlNode, state: State, frame: Frame): Said =>
  node.kind === 'text' ? 2 : saidBy(node, readIn(state, frame), frame.subject)

const say = (state: State, said: Said, node: XmlNode): State =>
  said === 0
    ? state
    : {
        ...state,
        said: Math.max(state.said, said) as Said,
        spoken: [...state.spoken, node],
      }

export const readIn =
  (state: State, frame: Frame): ReadVariable =>
  (name) => {
    const slot = frame.slots.get(name)
    if (slot === undefined || frame.unfollowed.has(slot)) return ANYTHING
    return state.values[slot] ?? ANYTHING
  }

/** The states after a condition was found to hold and not to hold; null where that cannot be. */
export const decided = (
  state: State,
  source: string | undefined,
  element: XmlElement,
  frame: Frame,
): { readonly yes: State | null; readonly no: State | null } => {
  const condition = source === undefined ? null : conditionOf(source, frame.subject.reading)
  if (condition === null) {
    if (source === undefined) return { yes: state, no: null }
    const guard = { element, source, reads: [], asks: null, outside: null }
    return {
      yes: guarded(state, { ...guard, outcome: true }),
      no: guarded(state, { ...guard, outcome: false }),
    }
  }
  const assumed = state.assumed.get(condition.key)
  const read = readIn(state, frame)
  const verdict = assumed === undefined ? condition.decide(read) : assumed !== condition.inverted
  if (verdict !== null) return verdict ? { yes: state, no: null } : { yes: null, no: state }
  const asks = condition.reads.some((name) => frame.isFact(name))
    ? {
        key: [condition.source, ...condition.reads.map(read)].join('\n'),
        decide: (facts: ReadVariable) =>
          condition.decide((name) => {
            const value = read(name)
            return value === ANYTHING && frame.isFact(name) ? facts(name) : value
          }),
      }
    : null
  const taken = (outcome: boolean): State => ({
    ...guarded(state, {
      element,
      outcome,
      source: condition.source,
      reads: condition.reads,
      asks,
      outside: null,
    }),
    assumed: new Map(state.assumed).set(condition.key, outcome !== condition.inverted),
  })
  return { yes: taken(true), no: taken(false) }
}

const guarded = (state: State, guard: Guard): State => ({
  ...state,
  guards: [...state.guards, guard],
})

const branch = (
  branches: readonly Branch[],
  start: State,
  frame: Frame,
  left: Left[],
): readonly State[] => {
  const before = left.length
  const out: State[] = []
  let rest: State | null = start
  for (const { element, cond, acts } of branches) {
    if (rest === null) break
    const verdict = decided(rest, cond, element, frame)
    if (verdict.yes !== null) out.push(...follow(acts, [verdict.yes], frame, left))
    rest = verdict.no
  }
  if (rest !== null) out.push(rest)
  const [only, ...others] = merged(out)
  // Whichever branch was taken, this is what follows: it hangs on none of the conditions.
  if (only !== undefined && others.length === 0 && left.length === before)
    return [{ ...only, guards: start.guards, assumed: start.assumed }]
  return only === undefined ? [] : [only, ...others]
}

/** Not at all, or once: what it says may stay unsaid. */
const repeat = (
  element: XmlElement,
  states: readonly State[],
  frame: Frame,
  left: Left[],
): readonly State[] => {
  const inside = states.map((state) => ({ ...state, said: 0 as Said }))
  const after = follow(actsIn(element), inside, frame, left)
  const perhaps = (state: State, before: Said): State => ({
    ...state,
    said: Math.max(before, state.said > 0 ? 1 : 0) as Said,
  })
  const [first] = states
  return merged([
    ...(after.every(({ said }) => said === 0) ? states : []),
    ...after.map((state) => perhaps(state, first?.said ?? 0)),
  ])
}

/** Content that changes variables, or nothing that matters here. */
const step = (element: XmlElement, state: State, frame: Frame): State => {
  const { attributes } = element
  switch (element.name) {
    case 'assign':
    case 'var': {
      const name = plainName(attributes['name'] ?? '')
      const source = attributes['expr']
      return {
        ...assign(state, name, valueIn(source, state, frame), frame),
        writes: [...state.writes, name],
      }
    }
    case 'clear': {
      const names = (attributes['namelist'] ?? '').split(/\s+/).filter((name) => name !== '')
      const cleared =
        names.length === 0 ? frame.items.map(({ name }) => name) : names.map(plainName)
      let next = state
      for (const name of cleared) next = assign(next, name, UNDEFINED, frame)
      const indexes = new Set(
        frame.items.filter(({ name }) => cleared.includes(name)).map(({ index }) => index),
      )
      const counts = state.counts.map((count, index) => {
        const at = frame.counters[index]?.at
        return typeof at === 'number' && indexes.has(at) ? 0 : count
      })
      return { ...next, counts, writes: [...state.writes, ...cleared] }
    }
    case 'script':
      return { ...state, writes: [...state.writes, '*'] }
    case 'data':
      return assign(state, attributes['name'] ?? '', SOMETHING, frame)
    case 'reprompt':
      return { ...state, reprompt: true }
    default:
      return state
  }
}

export const assign = (state: State, name: string, value: AbstractValue, frame: Frame): State => {
  const slot = frame.slots.get(name)
  const assumed =
    state.assumed.size === 0
      ? state.assumed
      : new Map([...state.assumed].filter(([key]) => !key.includes(name)))
  const now = coarse(value, frame)
  if (slot === undefined || state.values[slot] === now)
    return assumed === state.assumed ? state : { ...state, assumed }
  const values = state.values.slice()
  values[slot] = now
  return { ...state, values, assumed }
}

const coarse = (value: AbstractValue, { precision }: Frame): AbstractValue => {
  if (precision === 'values') return value
  if (precision === 'nothing') return ANYTHING
  const defined = isDefined(value)
  return defined === null ? ANYTHING : defined ? SOMETHING : UNDEFINED
}

export const valueIn = (source: string | undefined, state: State, frame: Frame): AbstractValue => {
  if (source === undefined) return UNDEFINED
  const syntax = frame.subject.reading.expression(source)?.syntax
  return syntax === undefined ? ANYTHING : abstractValueOf(syntax, readIn(state, frame))
}

const leavingsOf = (element: XmlElement, state: State, frame: Frame): readonly Leaving[] => {
  const { attributes } = element
  switch (element.name) {
    case 'exit':
    case 'disconnect':
      return [{ kind: element.name }]
    case 'throw':
      return [{ kind: 'event', name: eventOf(element, state, frame) }]
    case 'return': {
      const thrown = 'event' in attributes || 'eventexpr' in attributes
      return [{ kind: 'return', event: thrown ? eventOf(element, state, frame) : null }]
    }
    case 'goto':
      if ('nextitem' in attributes || 'expritem' in attributes)
        return itemsNamed(element, state, frame)
      return whereTo(element, frame.outline, frame.subject, textIn('expr', element, state, frame))
    default:
      return whereTo(element, frame.outline, frame.subject, textIn('expr', element, state, frame))
  }
}

/** The text an attribute with an expression is sure to give. */
const textIn = (name: string, element: XmlElement, state: State, frame: Frame): string | null => {
  const source = element.attributes[name]
  const known = source === undefined ? null : knownOf(valueIn(source, state, frame))
  return typeof known?.value === 'string' ? known.value : null
}

/** The event an element throws; '' when it is computed. */
export const eventOf = (element: XmlElement, state: State, frame: Frame): string =>
  element.attributes['event']?.trim() ?? textIn('eventexpr', element, state, frame) ?? ''

const itemsNamed = (element: XmlElement, state: State, frame: Frame): readonly Leaving[] => {
  const name = element.attributes['nextitem'] ?? textIn('expritem', element, state, frame)
  const found = frame.items.filter((item) => name === null || item.name === name)
  return found.length === 0
    ? [{ kind: 'event', name: 'error.badfetch' }]
    : found.map(({ index }) => ({ kind: 'item', index }))
}

/** States that differ in nothing that matters later become one, which hangs on what both hang on. */
export const merged = (states: readonly State[]): readonly State[] => {
  if (states.length < 2) return states
  const byKey = new Map<string, State>()
  for (const state of states) {
    const key = keyOf(state)
    const known = byKey.get(key)
    byKey.set(key, known === undefined ? state : both(known, state))
  }
  return [...byKey.values()]
}

const keyOf = ({ values, counts, said, reprompt }: State): string =>
  `${values.join('\n')}\n${counts.join()}${said > 0}${reprompt}`

const both = (one: State, other: State): State => ({
  ...one,
  said: Math.min(one.said, other.said) as Said,
  spoken: one.spoken.length < other.spoken.length ? other.spoken : one.spoken,
  guards: one.guards.filter((guard) =>
    other.guards.some(
      ({ element, outcome }) => element === guard.element && outcome === guard.outcome,
    ),
  ),
  writes: [...new Set([...one.writes, ...other.writes])],
  assumed: new Map([...one.assumed].filter(([key, outcome]) => other.assumed.get(key) === outcome)),
})
