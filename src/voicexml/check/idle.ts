import type { XmlElement } from '../element.ts'
import { ANYTHING } from './abstract-values.ts'
import { conditionOf } from './condition.ts'
import type { Report } from './findings.ts'
import type { FlowGraph } from './flow-graph.ts'
import { isHandler } from './handlers.ts'
import { isItem } from './items.ts'
import type { Outline } from './outline.ts'
import type { Subject } from './subject.ts'
import { attributePlace, childrenNamed, descendants, elementsOf } from './walk.ts'

/** What stands in a document and is never used, mostly the other half of a slip of the pen. */
export const checkIdle = (
  outline: Outline,
  subject: Subject,
  graph: FlowGraph,
  report: Report,
): void => {
  for (const { element } of descendants(outline.root)) {
    checkCondition(element, subject, report)
    checkAfterLeaving(element, report)
  }
  for (const dialog of outline.dialogs) {
    const found = graph.dialogs.get(dialog)
    if (found === undefined || found.precision === 'nothing') continue
    for (const item of elementsOf(dialog.element)) {
      if (isItem(item) && !found.visited.has(item))
        report(item.place, 'unreachable-item', `nothing ever comes to this <${item.name}>`)
      else if (isItem(item)) checkHandlers(item, found.visited, report)
    }
    checkHandlers(dialog.element, found.visited, report)
    for (const item of [dialog.element, ...elementsOf(dialog.element)])
      if (offersChoice(item)) checkBargein(item, report)
    for (const field of childrenNamed(dialog.element, 'field'))
      checkModal(field, outline, subject, report)
  }
}

/** Conditions that are the same in every call. */
const checkCondition = (element: XmlElement, subject: Subject, report: Report): void => {
  // An item that is never chosen may be visited by its name.
  const source = isItem(element) ? undefined : element.attributes['cond']
  const verdict =
    source === undefined
      ? null
      : (conditionOf(source, subject.reading)?.decide(() => ANYTHING) ?? null)
  if (verdict !== null)
    report(
      attributePlace(element, 'cond'),
      'constant-condition',
      `"${source}" ${verdict ? 'always' : 'never'} holds`,
    )
}

const leaving = new Set(['goto', 'submit', 'exit', 'disconnect', 'return', 'throw'])

const checkAfterLeaving = (parent: XmlElement, report: Report): void => {
  const elements = elementsOf(parent)
  elements.forEach(({ name }, index) => {
    const next = elements[index + 1]
    if (!leaving.has(name) || next === undefined || next.name === 'else' || next.name === 'elseif')
      return
    report(next.place, 'unreachable-content', `nothing comes after <${name}>`)
  })
}

/** Events that a flow itself leads to; of others nobody knows beforehand. */
const foreseen = new Set(['noinput', 'nomatch'])

const checkHandlers = (
  parent: XmlElement,
  visited: ReadonlySet<XmlElement>,
  report: Report,
): void => {
  for (const handler of elementsOf(parent).filter(isHandler)) {
    const events = handler.name === 'catch' ? handler.attributes['event'] : handler.name
    const words = (events ?? '').split(/\s+/).filter((word) => word !== '')
    if (words.length === 0 || !words.every((word) => foreseen.has(word))) continue
    if (!visited.has(handler))
      report(
        handler.place,
        'unused-handler',
        'this is never chosen: another handler comes before it, or its count is not reached',
      )
  }
}

/** Whether the caller chooses among keys there. */
const offersChoice = (element: XmlElement): boolean =>
  element.name === 'menu' ||
  (element.name === 'field' && childrenNamed(element, 'option').length > 0)

const checkBargein = (item: XmlElement, report: Report): void => {
  for (const prompt of childrenNamed(item, 'prompt'))
    if (prompt.attributes['bargein'] === 'false')
      report(
        attributePlace(prompt, 'bargein'),
        'late-keys',
        'keys count only after all of this has been said, to whoever knows the menu as well',
      )
}

const checkModal = (
  field: XmlElement,
  outline: Outline,
  subject: Subject,
  report: Report,
): void => {
  if (field.attributes['modal'] !== 'true') return
  const root = subject.outlines.get(outline.application ?? '')
  const links = [outline.root, ...(root === undefined ? [] : [root.root])].flatMap((document) =>
    childrenNamed(document, 'link').flatMap(({ attributes }) => attributes['dtmf'] ?? []),
  )
  if (links.length > 0)
    report(
      attributePlace(field, 'modal'),
      'modal-hides-links',
      `the keys ${[...new Set(links)].join(', ')} mean nothing here, because the field is modal`,
    )
}
