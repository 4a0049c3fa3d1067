import type { XmlElement } from '../element.ts'
import { type Guard, unwritten } from './stations.ts'
import { childrenNamed, elementsOf } from './walk.ts'

export type ItemKind = 'block' | 'input' | 'record' | 'transfer' | 'object' | 'call' | 'unknown'

export type Item = {
  readonly index: number
  readonly element: XmlElement
  readonly kind: ItemKind
  readonly name: string
  readonly cond: string | null
  /** What ways hang on where it is not known whether it is filled. */
  readonly ifFilled: Guard
  readonly ifEmpty: Guard
  /** What ways hang on that a platform function or a transfer leads on. */
  readonly ifAnswered: Guard
}

/** Where an event is thrown: an item of the dialog, or the dialog itself. */
export type Place = number | 'dialog'

/** A `<filled>` with the items it watches; `owner` null = of the form. */
export type Filled = {
  readonly element: XmlElement
  readonly owner: Item | null
  readonly watched: readonly Item[]
}

const kinds: ReadonlyMap<string, ItemKind> = new Map([
  ['block', 'block'],
  ['field', 'input'],
  ['record', 'record'],
  ['transfer', 'transfer'],
  ['object', 'object'],
  ['subdialog', 'call'],
  ['initial', 'unknown'],
])

/** Whether an element is a form item. */
export const isItem = ({ name }: XmlElement): boolean => kinds.has(name)

/** A menu is a form with one nameless field. */
export const itemsOf = (dialog: XmlElement): readonly Item[] => {
  if (dialog.name === 'menu') return [itemOf(dialog, 'input', 0, 'menu 0', null)]
  return elementsOf(dialog)
    .flatMap((element) => {
      const kind = kinds.get(element.name)
      return kind === undefined ? [] : [{ element, kind }]
    })
    .map(({ element, kind }, index) => {
      const { name = `item ${index}`, cond = null } = element.attributes
      return itemOf(element, kind, index, name, cond)
    })
}

const itemOf = (
  element: XmlElement,
  kind: ItemKind,
  index: number,
  name: string,
  cond: string | null,
): Item => ({
  index,
  element,
  kind,
  name,
  cond,
  ifFilled: filling(element, name, true),
  ifEmpty: filling(element, name, false),
  ifAnswered: unwritten(element, 'answer'),
})

const filling = (element: XmlElement, name: string, outcome: boolean): Guard => ({
  element,
  outcome,
  source: name,
  reads: [name],
  asks: null,
  outside: null,
})

export const filledOf = (dialog: XmlElement, items: readonly Item[]): readonly Filled[] => {
  const owners = new Map(items.map((item) => [item.element, item]))
  return elementsOf(dialog).flatMap((element): readonly Filled[] => {
    if (element.name === 'filled')
      return [{ element, owner: null, watched: watchedBy(element, items) }]
    const owner = owners.get(element)
    if (owner === undefined || owner.element === dialog) return []
    return childrenNamed(element, 'filled').map((filled) => ({
      element: filled,
      owner,
      watched: [owner],
    }))
  })
}

const watchedBy = ({ attributes }: XmlElement, items: readonly Item[]): readonly Item[] => {
  const names = attributes['namelist']?.split(/\s+/)
  return items.filter((item) =>
    names === undefined ? item.kind !== 'block' : names.includes(item.name),
  )
}
