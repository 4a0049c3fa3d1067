import type { XmlElement, XmlNode } from '../element.ts'
import {
  type AbstractValue,
  ANYTHING,
  isDefined,
  type ReadVariable,
  SOMETHING,
  UNDEFINED,
} from './abstract-values.ts'
import type { Frame } from './frame.ts'
import { type Guard, type Said, unwritten } from './stations.ts'
import { elementsOf } from './walk.ts'

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

const none: readonly never[] = []
export const nothingAssumed: State['assumed'] = new Map()

/** Where something is known and nothing has been done yet. */
export const freshState = (
  values: State['values'],
  counts: State['counts'],
  assumed: State['assumed'] = nothingAssumed,
): State => ({
  values,
  counts,
  said: 0,
  spoken: none,
  guards: none,
  writes: none,
  reprompt: false,
  assumed,
  forgets: false,
  byDefault: false,
  throwing: 0,
})

/** What two states assume alike. */
export const agreedBy = (one: State['assumed'], other: State['assumed']): State['assumed'] => {
  if (one === other || one.size === 0) return one
  return new Map([...one].filter(([key, outcome]) => other.get(key) === outcome))
}

/** States that agree in this go on alike. */
export const knowledgeOf = ({ values, counts }: State): string =>
  `${values.join('\n')}\n${counts.join()}`

/** What is known when a dialog begins. */
export const initialState = (frame: Frame): State => {
  let state = freshState(
    [...frame.slots.keys()].map(() => ANYTHING),
    frame.counters.map(() => 0),
  )
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

/** What is known of a variable. */
export const knownAs = (name: string, { values }: State, { slots, unfollowed }: Frame) => {
  const slot = slots.get(name)
  if (slot === undefined || unfollowed.has(slot)) return ANYTHING
  return values[slot] ?? ANYTHING
}

export const readIn =
  (state: State, frame: Frame): ReadVariable =>
  (name) =>
    knownAs(name, state, frame)

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
  const defined = isDefined(value)
  return defined === null ? ANYTHING : defined ? SOMETHING : UNDEFINED
}

export const valueIn = (source: string | undefined, state: State, frame: Frame): AbstractValue => {
  if (source === undefined) return UNDEFINED
  return frame.subject.reading.expression(source)?.valueBy(readIn(state, frame)) ?? ANYTHING
}

/** Something is said for certain, or the caller has talked to somebody. */
export const heard = (state: State): State => ({ ...state, said: 2 })

export const guarded = (state: State, guard: Guard): State => ({
  ...state,
  guards: [...state.guards, guard],
})

/** Something fails that documents cannot keep from failing. */
export const faulty = (state: State, element: XmlElement): State =>
  guarded(state, unwritten(element, 'fault'))
