import type { XmlElement } from '../element.ts'
import { ANYTHING } from './abstract-values.ts'
import { conditionOf } from './condition.ts'
import type { Report } from './findings.ts'
import { handlerOf, isHandler, isPartOf } from './handlers.ts'
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
  const root = outline.application === null ? undefined : subject.outlines.get(outline.application)
  const wide = [outline.root, ...(root === undefined ? [] : [root.root])]
  for (const { element } of outline.dialogs) {
    const items = elementsOf(element).filter(({ name }) => waiting.has(name))
    const listening = element.name === 'menu' ? [element] : items
    for (const item of listening) {
      const scopes = item === element ? [item, ...wide] : [item, element, ...wide]
      checkEvent('noinput', item, scopes, subject, report)
      if (item.name !== 'record') checkEvent('nomatch', item, scopes, subject, report)
    }
  }
}

const checkEvent = (
  event: Event,
  item: XmlElement,
  scopes: readonly XmlElement[],
  subject: Subject,
  report: Report,
): void => {
  const isEver = ({ cond }: XmlElement['attributes']): boolean =>
    cond === undefined || conditionOf(cond, subject.reading)?.decide(() => ANYTHING) !== false
  const handlers = scopes.flatMap((scope) =>
    elementsOf(scope).filter((one) => takes(event)(one) && isEver(one.attributes)),
  )
  if (handlers.length === 0)
    report(
      item.place,
      `unhandled-${event}`,
      `nothing handles ${event} here, so only the default does`,
    )
}

/** Whether an element is a handler of an event, by its name or by one of its first parts. */
const takes =
  (event: string) =>
  (element: XmlElement): boolean =>
    isHandler(element) && handlerOf(element).events.some((one) => isPartOf(one, event))
