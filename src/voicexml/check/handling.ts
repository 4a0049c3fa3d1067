import type { XmlElement } from '../element.ts'
import { ANYTHING } from './abstract-values.ts'
import { conditionOf } from './condition.ts'
import type { Report } from './findings.ts'
import { handlersIn, isPartOf } from './handlers.ts'
import type { Outline } from './outline.ts'
import type { Subject } from './subject.ts'
import { elementsOf } from './walk.ts'

const waiting = new Set(['field', 'record'])

type Event = 'noinput' | 'nomatch'

/**
 * Whether every item that listens is prepared for silence and for wrong keys: somebody handles the event in
 * the item, the dialog, the document or its root. Where that leads is for the graph to tell.
 */
export const checkHandling = (outline: Outline, subject: Subject, report: Report): void => {
  const isHandled = handledBy(subject)
  const root = outline.application === null ? undefined : subject.outlines.get(outline.application)
  const wide = [outline.root, ...(root === undefined ? [] : [root.root])]
  for (const { element } of outline.dialogs) {
    const items = elementsOf(element).filter(({ name }) => waiting.has(name))
    const listening = element.name === 'menu' ? [element] : items
    for (const item of listening) {
      const scopes = item === element ? [item, ...wide] : [item, element, ...wide]
      for (const event of item.name === 'record' ? silent : both)
        if (!scopes.some((scope) => isHandled(event, scope)))
          report(
            item.place,
            `unhandled-${event}`,
            `nothing handles ${event} here, so only the default does`,
          )
    }
  }
}

const silent = ['noinput'] as const
const both = ['noinput', 'nomatch'] as const

/** Whether a handler that stands in an element may take an event, worked out once for each. */
const handledBy = ({ reading }: Subject): ((event: Event, scope: XmlElement) => boolean) => {
  const known = { noinput: new Map<XmlElement, boolean>(), nomatch: new Map<XmlElement, boolean>() }
  return (event, scope) => {
    const before = known[event].get(scope)
    if (before !== undefined) return before
    const found = handlersIn(scope).some(
      ({ events, cond }) =>
        events.some((one) => isPartOf(one, event)) &&
        (cond === null || conditionOf(cond, reading)?.decide(() => ANYTHING) !== false),
    )
    known[event].set(scope, found)
    return found
  }
}
