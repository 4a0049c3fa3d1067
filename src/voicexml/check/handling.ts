import type { XmlElement } from '../element.ts'
import type { Code, Report } from './findings.ts'
import type { Outline } from './outline.ts'
import type { Subject } from './subject.ts'
import { attributePlace, descendants, elementsOf } from './walk.ts'

const waiting = new Set(['field', 'record'])

/** Content that takes the caller elsewhere, or may: a value given to an item ends its turn too. */
const leaving = new Set('goto submit exit disconnect return throw assign clear'.split(' '))

type Event = 'noinput' | 'nomatch'

const codes: Readonly<Record<Event, readonly [absent: Code, endless: Code]>> = {
  noinput: ['unhandled-noinput', 'endless-noinput'],
  nomatch: ['unhandled-nomatch', 'endless-nomatch'],
}

/**
 * Whether every item that listens is prepared for silence and for wrong keys: somebody handles the event in
 * the item, the dialog, the document or its root, and not by asking again for ever.
 */
export const checkHandling = (outline: Outline, subject: Subject, report: Report): void => {
  const root = outline.application === null ? undefined : subject.outlines.get(outline.application)
  const wide = [outline.root, ...(root === undefined ? [] : [root.root])]
  for (const { element } of outline.dialogs) {
    const items = elementsOf(element).filter(({ name }) => waiting.has(name))
    const listening = element.name === 'menu' ? [element] : items
    for (const item of listening) {
      const scopes = item === element ? [item, ...wide] : [item, element, ...wide]
      checkEvent('noinput', item, scopes, report)
      if (item.name !== 'record') checkEvent('nomatch', item, scopes, report)
    }
  }
}

/** Events that the platform answers itself when no document does. */
const answered = /^(error|connection|help|noinput|nomatch|cancel|exit|maxspeechtimeout)(\.|$)/

/** Whether what a document throws is caught: the dialog, its document or the root must take it. */
export const checkThrown = (outline: Outline, subject: Subject, report: Report): void => {
  const root = outline.application === null ? undefined : subject.outlines.get(outline.application)
  const wide = [outline.root, ...(root === undefined ? [] : [root.root])]
  for (const { element, around } of descendants(outline.root)) {
    const event = element.name === 'return' ? undefined : element.attributes['event']
    if (!throwing.has(element.name) || event === undefined || answered.test(event)) continue
    const scopes = [...wide, ...around, element]
    if (!scopes.some((scope) => elementsOf(scope).some(takes(event))))
      report(
        attributePlace(element, 'event'),
        'uncaught-event',
        `nobody catches ${event} here, which ends the call`,
      )
  }
}

const throwing = new Set(['throw', 'choice', 'link'])

const checkEvent = (
  event: Event,
  item: XmlElement,
  scopes: readonly XmlElement[],
  report: Report,
): void => {
  const [absent, endless] = codes[event]
  const handlers = scopes.flatMap((scope) => elementsOf(scope).filter(takes(event)))
  if (handlers.length === 0) {
    report(item.place, absent, `nothing handles ${event} here, so only the default does`)
    return
  }
  // At a high count the handlers with the highest count are the ones left (VoiceXML 2.0 section 5.2.4).
  const highest = Math.max(...handlers.map(countOf))
  const last = handlers.filter((handler) => countOf(handler) === highest)
  const chosen = last.find(({ attributes }) => !('cond' in attributes))
  const candidates = last.filter(({ attributes }) => 'cond' in attributes)
  if (chosen !== undefined) candidates.push(chosen)
  if (!candidates.some(leads))
    report(item.place, endless, `however often ${event} comes, the same question is asked again`)
}

const countOf = ({ attributes }: XmlElement): number => Number(attributes['count'] ?? 1) || 1

/** Whether an element is a handler of an event, by its name or by one of its first parts. */
const takes =
  (event: string) =>
  ({ name, attributes }: XmlElement): boolean => {
    if (name !== 'catch') return handlerNames.has(name) && isPartOf(name, event)
    const events = (attributes['event'] ?? '').split(/\s+/).filter((word) => word !== '')
    return events.length === 0 || events.some((one) => isPartOf(one, event))
  }

const handlerNames = new Set(['error', 'help', 'noinput', 'nomatch'])

const isPartOf = (name: string, event: string): boolean => {
  const part = name.replace(/\.$/, '')
  return part === '' || part === event || event.startsWith(`${part}.`)
}

const leads = (handler: XmlElement): boolean =>
  [...descendants(handler)].some(({ element }) => leaving.has(element.name))
