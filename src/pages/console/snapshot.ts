import type { ConsoleEvent, Snapshot } from '../../web/operator/protocol.ts'

/** The list with the item in place of the one that has the same key, or where its key belongs. */
function put<Item>(items: readonly Item[], item: Item, keyOf: (item: Item) => string): Item[] {
  const key = keyOf(item)
  const at = items.findIndex((other) => keyOf(other) >= key)
  const found = items[at]
  if (found === undefined) return [...items, item]
  return items.toSpliced(at, keyOf(found) === key ? 1 : 0, item)
}

function happen(snapshot: Snapshot, event: ConsoleEvent): Snapshot {
  switch (event.type) {
    case 'me':
      return { ...snapshot, me: event.me }
    case 'call':
      return { ...snapshot, call: event.call }
    case 'day':
      return { ...snapshot, day: event.day }
    case 'queue':
      return { ...snapshot, queues: put(snapshot.queues, event.queue, ({ name }) => name) }
    case 'queue-gone':
      return { ...snapshot, queues: snapshot.queues.filter(({ name }) => name !== event.name) }
    case 'operator':
      return {
        ...snapshot,
        operators: put(snapshot.operators, event.operator, ({ login }) => login),
      }
    case 'operator-gone':
      return {
        ...snapshot,
        operators: snapshot.operators.filter(({ login }) => login !== event.login),
      }
    case 'place':
      return { ...snapshot, places: put(snapshot.places, event.place, ({ id }) => id) }
    case 'place-gone':
      return { ...snapshot, places: snapshot.places.filter(({ id }) => id !== event.id) }
    case 'curve':
      return { ...snapshot, curves: put(snapshot.curves, event.curve, ({ name }) => name) }
    case 'curve-gone':
      return { ...snapshot, curves: snapshot.curves.filter(({ name }) => name !== event.name) }
    case 'outage':
      return { ...snapshot, outage: event.outage }
    default:
      // An event of a newer server is none of ours to understand.
      return snapshot
  }
}

/**
 * The next snapshot: what the server would send if asked for a new one after these events.
 * `serverTime` stays that of the first, since no event tells it.
 */
export const apply = (snapshot: Snapshot, events: readonly ConsoleEvent[]): Snapshot =>
  events.reduce(happen, snapshot)
