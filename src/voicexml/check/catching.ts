import type { CountedHandler } from './counting.ts'
import { decided } from './decided.ts'
import { spend } from './effort.ts'
import { lead, type Phases } from './exploring.ts'
import type { Frame } from './frame.ts'
import type { Place } from './items.ts'
import { perform } from './performing.ts'
import { select } from './selecting.ts'
import { heard, type State } from './state.ts'
import type { End } from './stations.ts'
import type { Subject } from './subject.ts'

/** The handlers of an event are asked in turn; what none of them takes is the platform's. */
export const take: Phases['take'] = (
  work,
  self,
  cause,
  start,
  { event, at, handlers },
  element,
) => {
  const { frame } = work
  // Counting further than the highest count tells nothing more.
  const most = (index: number): number => Math.max(1, (frame.counters[index]?.most ?? 1) - 1)
  const capped = start.counts.some((count, index) => count > most(index))
    ? { ...start, counts: start.counts.map((count, index) => Math.min(count, most(index))) }
    : start
  // Of a computed event any handler may be the one.
  const isAny = event === ''
  let state: State | null = capped
  const asked = isAny ? allHandlers(frame, at) : handlers
  spend(frame.effort, asked.length)
  for (const handler of asked) {
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
    lead(work, self, cause, end, { ...(quiet ? state : spoken), byDefault: true }, element)
  }
}

const allHandlers = (frame: Frame, at: Place): readonly CountedHandler[] =>
  frame.everyHandlerAt(at).map((handler) => ({ ...handler, counters: [null] }))

const isReached = ({ count, counters }: CountedHandler, { counts }: State): boolean =>
  counters.some((index) => count <= (index === null ? 1 : (counts[index] ?? 0)))

const isEverywhere = (key: string, { catalogues }: Subject): boolean =>
  catalogues.size > 0 && [...catalogues.values()].every((catalogue) => catalogue.has(key))
