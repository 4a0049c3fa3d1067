import { type AbstractValue, answerWith, exactly, SOMETHING } from './abstract-values.ts'
import { lead, onward, type Phases, type Work } from './exploring.ts'
import { fill } from './filling.ts'
import { happen } from './happening.ts'
import type { Item } from './items.ts'
import { functionOf } from './objects.ts'
import { perform } from './performing.ts'
import { select } from './selecting.ts'
import { assign, faulty, guarded, heard, type State } from './state.ts'
import type { Cause, End, Station } from './stations.ts'
import { meanings, understand } from './understanding.ts'
import { whereTo } from './where-to.ts'

const silence: Cause = { kind: 'noinput' }
const mistake: Cause = { kind: 'nomatch' }
const failure: Cause = { kind: 'fault' }
const calling: Cause = { kind: 'call' }
const returning: Cause = { kind: 'return' }

/** What can happen where a call has come to an item. */
export const arrive: Phases['arrive'] = (work, self, state, item) => {
  if (item.kind !== 'unknown') outcomes[item.kind](work, self, state, item)
}

const outcomes: Readonly<
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
      lead(work, self, { kind: 'answer', status: 'transferred' }, end, heard(state), item.element)
    }
    const after = guarded(state, item.ifAnswered)
    for (const { cause, value, isHeard } of isBridge ? bridged : unbridged)
      fill(work, self, cause, isHeard ? heard(after) : after, item, value)
  },
  object: (work, self, state, item) => {
    happen(work, self, failure, faulty(state, item.element), 'error', item.index, item.element)
    const known = answers.get(functionOf(item.element) ?? '')
    if (known === undefined) {
      fill(work, self, answer, state, item, SOMETHING)
      return
    }
    const after = guarded(state, item.ifAnswered)
    for (const { cause, value, isHeard } of known)
      fill(work, self, cause, isHeard ? heard(after) : after, item, value)
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
          lead(work, self, calling, surroundings.entryOf(dialog), state, item.element)
      if (target.kind === 'unknown')
        lead(work, self, calling, surroundings.anyDialogOf(frame.outline), state, item.element)
      for (const event of surroundings.returned(called))
        happen(work, self, returning, state, event, item.index, item.element)
    }
    fill(work, self, returning, state, item, SOMETHING)
  },
}

/** How a platform function or a transfer leads on. */
type Answer = {
  readonly cause: Cause
  readonly value: AbstractValue
  /** The caller has talked to somebody. */
  readonly isHeard: boolean
}

const answer: Cause = { kind: 'answer', status: null }

/** What the platform functions answer as `status`; others tell nothing that conditions are held to. */
const answers: ReadonlyMap<string, readonly Answer[]> = new Map(
  Object.entries({
    enqueue: ['bridged', 'left', 'timeout', 'closed', 'full', 'error'],
    'callback-answer': ['connected', 'cancelled', 'none'],
    'callback-cancel': ['cancelled', 'too-late', 'none'],
    'callback-request': ['accepted', 'exists', 'refused'],
    'application-status': ['found', 'refused', 'locked'],
    business: ['found', 'invalid', 'unknown'],
    survey: ['kept', 'unanswered'],
  }).map(([name, statuses]) => [
    name,
    statuses.map((status) => ({
      cause: { kind: 'answer', status },
      value: answerWith(status),
      isHeard: status === 'bridged',
    })),
  ]),
)

const outcome =
  (isHeard: boolean) =>
  (status: string): Answer => ({
    cause: { kind: 'answer', status },
    value: exactly(status),
    isHeard,
  })

/** Outcomes of a transfer that came to nothing, and after the caller talked to somebody. */
const unbridged = ['busy', 'noanswer', 'network_busy', 'unknown'].map(outcome(false))
const bridged = [
  ...['near_end', 'far_end', 'network', 'maxtime'].map((end) => outcome(true)(`${end}_disconnect`)),
  ...unbridged,
]
