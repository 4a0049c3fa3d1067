import type { XmlElement, XmlNode } from '../element.ts'
import { type Act, actsIn, type Branch } from './acts.ts'
import { type Decided, decided } from './decided.ts'
import { destinationOf } from './destination.ts'
import { spend, TooBranched } from './effort.ts'
import type { Frame } from './frame.ts'
import { type Leaving, leavingsOf } from './leavings.ts'
import { merged } from './merged.ts'
import { saidBy } from './spoken.ts'
import { faulty, readIn, type State } from './state.ts'
import type { Said } from './stations.ts'
import { step } from './step.ts'

export type Left = {
  readonly state: State
  readonly leaving: Leaving
  readonly element: XmlElement
}

/** States of content that are told apart. */
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
    spend(frame.effort, states.length)
    states = followOne(act, states, frame, left)
    if (states.length > maxStates) throw new TooBranched()
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
      return mapped(states, frame, (state) => say(state, heardIn(act.node, state, frame), act.node))
    case 'if':
      return states.length === 1
        ? branch(act.branches, states[0] as State, frame, left)
        : merged(
            states.flatMap((state) => branch(act.branches, state, frame, left)),
            frame,
          )
    case 'foreach':
      return repeat(act.element, states, frame, left)
    case 'leave': {
      const { element } = act
      for (const state of states)
        for (const leaving of leavingsOf(element, state, frame))
          left.push({ state, leaving, element })
      return none
    }
    default:
      if (act.kind === 'data' && isFetched(act.element, frame))
        for (const state of states)
          left.push({ state: faulty(state, act.element), leaving: badFetch, element: act.element })
      return mapped(states, frame, (state) => step(act, state, frame))
  }
}

const none: readonly never[] = []

const mapped = (
  states: readonly State[],
  frame: Frame,
  change: (state: State) => State,
): readonly State[] =>
  states.length === 1 ? [change(states[0] as State)] : merged(states.map(change), frame)

const badFetch: Leaving = { kind: 'event', name: 'error.badfetch' }

/** Whether what is fetched may not be there when it is asked for. */
const isFetched = ({ attributes }: XmlElement, { outline }: Frame): boolean =>
  attributes['src'] === undefined || destinationOf(attributes['src'], outline).kind === 'elsewhere'

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
    const { yes, no }: Decided = decided(rest, cond, element, frame)
    if (yes !== null) for (const state of follow(acts, [yes], frame, left)) out.push(state)
    rest = no
  }
  if (rest !== null) out.push(rest)
  const after = merged(out, frame)
  const [only] = after
  // Whichever branch was taken, this is what follows: it hangs on none of the conditions.
  return only !== undefined && after.length === 1 && left.length === before
    ? [{ ...only, guards: start.guards, assumed: start.assumed }]
    : after
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
  return merged(
    [
      ...(after.every(({ said }) => said === 0) ? states : []),
      ...after.map((state) => perhaps(state, first?.said ?? 0)),
    ],
    frame,
  )
}
