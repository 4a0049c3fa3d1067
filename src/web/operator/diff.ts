import { isDeepStrictEqual } from 'node:util'
import type { ConsoleEvent, Snapshot } from './protocol.ts'

type ListEvents = <T>(
  previous: readonly T[],
  next: readonly T[],
  keyOf: (item: T) => string,
  changed: (item: T) => ConsoleEvent,
  gone: (key: string) => ConsoleEvent,
) => readonly ConsoleEvent[]

/**
 * What leads from one snapshot to the next: `apply(previous, diff(previous, next))` is `next`, but for
 * the time it was taken. `snapshot`: something differs that no event tells of.
 *
 * @param listEvents another way to compare lists, which remembers for everybody who sees the same
 */
export const diff = (
  previous: Snapshot,
  next: Snapshot,
  listEvents: ListEvents = compareLists,
): readonly ConsoleEvent[] | 'snapshot' => {
  if (isUntouched(previous, next)) return nothing
  if (!isSame(previous.topics, next.topics) || !isSame(previous.topicNames, next.topicNames))
    return 'snapshot'
  return [
    ...(isSame(previous.me, next.me) ? [] : [{ type: 'me' as const, me: next.me }]),
    ...(isSame(previous.call, next.call) ? [] : [{ type: 'call' as const, call: next.call }]),
    ...(isSame(previous.day, next.day) ? [] : [{ type: 'day' as const, day: next.day }]),
    ...(isSame(previous.outage, next.outage)
      ? []
      : [{ type: 'outage' as const, outage: next.outage }]),
    ...listEvents(
      previous.queues,
      next.queues,
      ({ name }) => name,
      (queue) => ({ type: 'queue', queue }),
      (name) => ({ type: 'queue-gone', name }),
    ),
    ...listEvents(
      previous.operators,
      next.operators,
      ({ login }) => login,
      (operator) => ({ type: 'operator', operator }),
      (login) => ({ type: 'operator-gone', login }),
    ),
    ...listEvents(
      previous.places,
      next.places,
      ({ id }) => id,
      (place) => ({ type: 'place', place }),
      (id) => ({ type: 'place-gone', id }),
    ),
    ...listEvents(
      previous.curves,
      next.curves,
      ({ name }) => name,
      (curve) => ({ type: 'curve', curve }),
      (name) => ({ type: 'curve-gone', name }),
    ),
  ]
}

const nothing: readonly never[] = Object.freeze([])

/** Of hundreds of operators nearly all see the very same things as a moment ago. */
const isUntouched = (previous: Snapshot, next: Snapshot): boolean =>
  previous.me === next.me &&
  previous.call === next.call &&
  previous.day === next.day &&
  previous.queues === next.queues &&
  previous.operators === next.operators &&
  previous.places === next.places &&
  previous.curves === next.curves &&
  previous.outage === next.outage &&
  previous.topics === next.topics &&
  previous.topicNames === next.topicNames

/** Both lists are in the order of their keys: what stands side by side is compared, and nothing looked up. */
const compareLists: ListEvents = (previous, next, keyOf, changed, gone) => {
  if (previous === next) return nothing
  const events: ConsoleEvent[] = []
  const left: ConsoleEvent[] = []
  let at = 0
  for (const item of next) {
    let before = previous[at]
    while (before !== undefined && before !== item && keyOf(before) < keyOf(item)) {
      left.push(gone(keyOf(before)))
      before = previous[++at]
    }
    if (before === item) at++
    else if (before === undefined || keyOf(before) !== keyOf(item)) events.push(changed(item))
    else {
      at++
      if (!isSame(before, item)) events.push(changed(item))
    }
  }
  for (const item of previous.slice(at)) left.push(gone(keyOf(item)))
  return [...events, ...left]
}

/** Compares each pair of lists once, however many people see them. */
export const rememberingLists = (): ListEvents => {
  const known = new WeakMap<object, WeakMap<object, readonly ConsoleEvent[]>>()
  return (previous, next, keyOf, changed, gone) => {
    if (previous === next) return nothing
    const ofPrevious = known.get(previous) ?? new WeakMap()
    known.set(previous, ofPrevious)
    const found = ofPrevious.get(next)
    if (found !== undefined) return found
    const events = compareLists(previous, next, keyOf, changed, gone)
    ofPrevious.set(next, events)
    return events
  }
}

const isSame = (one: unknown, other: unknown): boolean =>
  one === other || isDeepStrictEqual(one, other)
