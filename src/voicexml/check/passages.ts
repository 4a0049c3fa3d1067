import type { Place, XmlElement } from '../element.ts'
import { type Dialog, dialogAt, type Outline } from './outline.ts'
import { transitionsOf } from './references.ts'
import type { Subject } from './subject.ts'
import { elementsOf } from './walk.ts'

/** One way on from the beginning of a dialog, up to where it first leaves or lets the caller act. */
export type Passage = {
  /** `input`: the caller can act; `end`: the call or the subdialog ends, or an event is thrown. */
  readonly to: Dialog | 'input' | 'end'
  /** No condition stands in the way. At most one passage of a dialog is certain. */
  readonly certain: boolean
  /** What has been said before, in order. */
  readonly spoken: readonly XmlElement[]
  readonly place: Place
}

const inputItems = new Set(['field', 'initial', 'record', 'transfer'])
const said = new Set(['prompt', 'audio', 'value', 'enumerate'])
const ends = new Set(['exit', 'disconnect', 'return', 'throw'])

export const isInput = (element: XmlElement): boolean =>
  inputItems.has(element.name) ||
  (element.name === 'object' && /\/enqueue$/.test(element.attributes['classid'] ?? ''))

/** Whether the caller can act in the dialog itself. */
export const hasInput = ({ element }: Dialog): boolean =>
  element.name === 'menu' || elementsOf(element).some(isInput)

/**
 * The passages of a dialog: its form items in order, as on a first visit without any event.
 *
 * @param listening the dialogs from which the caller gets to act, there or later
 */
export const passagesOf = (
  dialog: Dialog,
  outline: Outline,
  subject: Subject,
  listening: ReadonlySet<Dialog>,
): readonly Passage[] => {
  const { element } = dialog
  if (element.name === 'menu')
    return [{ to: 'input', certain: true, spoken: [], place: element.place }]
  const walk: Walk = { outline, subject, passages: [], certain: true, spoken: [] }
  for (const item of elementsOf(element)) {
    const before = walk.certain
    const count = walk.passages.length
    const optional = 'cond' in item.attributes || 'expr' in item.attributes
    if (optional) walk.certain = false
    if (visitItem(item, walk, listening) && !optional) return walk.passages
    if (optional && walk.passages.length === count) walk.certain = before
  }
  leave(walk, 'end', element.place)
  return walk.passages
}

type Walk = {
  readonly outline: Outline
  readonly subject: Subject
  readonly passages: Passage[]
  /** Whether everybody who begins the dialog gets as far as this. */
  certain: boolean
  spoken: readonly XmlElement[]
}

const leave = (walk: Walk, to: Passage['to'], place: Place, certain = true): void => {
  walk.passages.push({ to, certain: walk.certain && certain, spoken: walk.spoken, place })
}

/** True when nobody gets past the item. */
const visitItem = (item: XmlElement, walk: Walk, listening: ReadonlySet<Dialog>): boolean => {
  if (isInput(item)) {
    leave(walk, 'input', item.place)
    return true
  }
  if (item.name === 'block') return visitContent(elementsOf(item), walk)
  if (item.name !== 'subdialog') return false
  const called = dialogsOf(item, walk)
  for (const dialog of called) leave(walk, dialog, item.place, called.length === 1)
  if (called.length > 0) walk.certain = false
  return called.some((dialog) => listening.has(dialog))
}

const dialogsOf = (element: XmlElement, { outline, subject }: Walk): Dialog[] =>
  transitionsOf(element, outline.path, subject.reading).flatMap(({ address }) => {
    if (address.kind !== 'inside') return []
    const target = subject.outlines.get(address.document)
    return (target === undefined ? null : dialogAt(target, address.dialog)) ?? []
  })

const visitContent = (content: readonly XmlElement[], walk: Walk): boolean => {
  for (const element of content) {
    if (said.has(element.name)) walk.spoken = [...walk.spoken, element]
    else if (element.name === 'if') {
      if (visitBranches(element, walk)) return true
    } else if (element.name === 'foreach') visitContent(elementsOf(element), walk)
    else if (ends.has(element.name)) {
      leave(walk, 'end', element.place)
      return true
    } else if (element.name === 'goto' || element.name === 'submit') {
      const targets = dialogsOf(element, walk)
      for (const target of targets) leave(walk, target, element.place, targets.length === 1)
      // To another item of the same form, or to where nothing is known.
      if (targets.length === 0) leave(walk, 'input', element.place)
      return true
    }
  }
  return false
}

const visitBranches = (element: XmlElement, walk: Walk): boolean => {
  const branches: XmlElement[][] = [[]]
  for (const child of elementsOf(element))
    if (child.name === 'else' || child.name === 'elseif') branches.push([])
    else branches.at(-1)?.push(child)
  const complete = elementsOf(element).some(({ name }) => name === 'else')
  const count = walk.passages.length
  let longest: readonly XmlElement[] | null = complete ? null : walk.spoken
  for (const branch of branches) {
    const inside: Walk = { ...walk, certain: false }
    if (visitContent(branch, inside)) continue
    if (longest === null || inside.spoken.length > longest.length) longest = inside.spoken
  }
  if (longest === null) return true
  walk.spoken = longest
  if (walk.passages.length > count) walk.certain = false
  return false
}
