import type { Precision } from './followed.ts'
import { type Handler, isPartOf } from './handlers.ts'
import type { Place } from './items.ts'

export type Happening = {
  readonly event: string
  readonly at: Place
  /** Handlers that take it, in the order in which they are asked. */
  readonly handlers: readonly CountedHandler[]
  /**
   * What becomes of each counter. Only events of one kind are counted at a time: what a handler does hangs
   * on its own count alone.
   */
  readonly counting: readonly ('up' | 'kept' | 'lost')[]
}

/** Counts the events of a name, thrown at a place, up to the highest number that a handler asks for. */
export type Counter = { readonly at: Place; readonly event: string; readonly most: number }

/** `counter`: index of what its count refers to; null: the first time is enough. */
export type CountedHandler = Handler & { readonly counters: readonly (number | null)[] }

export const countersOf = (handlersAt: ReadonlyMap<Place, readonly Handler[]>): Counter[] =>
  [...handlersAt].flatMap(([at, handlers]) => {
    const most = new Map<string, number>()
    for (const { events, count } of handlers)
      for (const event of events) most.set(event, Math.max(count, most.get(event) ?? 0))
    return [...most].flatMap(([event, count]) => (count > 1 ? { at, event, most: count } : []))
  })

export const handlersFor = (
  event: string,
  at: Place,
  handlers: readonly Handler[],
  counters: readonly Counter[],
): readonly CountedHandler[] =>
  handlers
    .filter(({ events }) => events.some((name) => isPartOf(name, event)))
    .map((handler) => ({
      ...handler,
      counters: handler.events
        .filter((name) => isPartOf(name, event))
        .map((name) => {
          const index = counters.findIndex((one) => one.at === at && one.event === name)
          return index < 0 ? null : index
        }),
    }))
    // Stable: of equal counts the nearer and earlier handler comes first.
    .sort((a, b) => b.count - a.count)

export const countingOf = (
  event: string,
  at: Place,
  counters: readonly Counter[],
  precision: Precision,
): Happening['counting'] => {
  const isCounted = counters.some((one) => one.at === at && isPartOf(one.event, event))
  return counters.map((counter) => {
    const isMeant = isPartOf(counter.event, event)
    if (isMeant && counter.at === at) return 'up'
    return !isCounted || (isMeant && precision === 'values') ? 'kept' : 'lost'
  })
}
