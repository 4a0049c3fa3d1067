import type { XmlElement } from '../element.ts'
import { type Around, namesRead, readBy } from './around.ts'
import type { Item } from './items.ts'
import { plainName } from './plain-name.ts'
import type { Subject } from './subject.ts'
import { descendants, elementsOf, ownText } from './walk.ts'

/** How exactly variables are followed: values, or only whether items are filled. */
export type Precision = 'values' | 'filled'

/** Items, and of the other variables those on which a condition can hang, straight or by assignment. */
export const slotsOf = (
  items: readonly Item[],
  dialog: XmlElement,
  around: Around,
  subject: Subject,
  precision: Precision,
): ReadonlyMap<string, number> => {
  const names = new Set<string>()
  if (precision === 'values') {
    namesRead(dialog, subject, names)
    for (const name of around.read) names.add(name)
    const assigned: [name: string, expr: string | undefined][] = []
    for (const { element } of descendants(dialog))
      if (element.name === 'assign' || element.name === 'var')
        assigned.push([element.attributes['name'] ?? '', element.attributes['expr']])
    for (let before = -1; before < names.size; ) {
      before = names.size
      for (const [name, expr] of assigned)
        if (names.has(plainName(name))) for (const one of readBy(expr, subject)) names.add(one)
    }
    // Only what is assigned in sight can ever be known.
    const known = new Set(assigned.map(([name]) => plainName(name)))
    for (const name of names) if (!known.has(name)) names.delete(name)
  }
  const own = new Set(items.map(({ name }) => name))
  const others = [...names].filter((name) => !own.has(name) && !around.scripted.has(name))
  return new Map([...own, ...others].map((name, index) => [name, index]))
}

/** Names that mean one variable here and another there, and items that scripts write to. */
export const unfollowedIn = (
  dialog: XmlElement,
  slots: ReadonlyMap<string, number>,
  around: Around,
): ReadonlySet<number> => {
  const outside = new Set(around.declared)
  for (const { attributes } of elementsOf(dialog))
    if (attributes['name'] !== undefined) outside.add(attributes['name'])
  const found = new Set<number>()
  const unfollow = (name: string) => {
    const slot = slots.get(name)
    if (slot !== undefined) found.add(slot)
  }
  for (const name of around.scripted) unfollow(name)
  for (const { element, around: parents } of descendants(dialog)) {
    const name = element.attributes['name']
    if (element.name === 'var' && parents.length > 1 && name !== undefined && outside.has(name))
      unfollow(name)
    if (element.name === 'foreach') unfollow(element.attributes['item'] ?? '')
    if (element.name === 'script')
      for (const written of around.subject.reading.script(ownText(element))?.free ?? [])
        unfollow(written)
  }
  return found
}
