import { ANYTHING, exactly, SOMETHING } from './abstract-values.ts'
import { spend } from './effort.ts'
import { lead, type Meant, type Work } from './exploring.ts'
import { fill, process } from './filling.ts'
import { happen } from './happening.ts'
import type { Item } from './items.ts'
import { eventOf } from './leavings.ts'
import { meaningsAt } from './listening.ts'
import { leave } from './performing.ts'
import { assign, type State } from './state.ts'
import type { Station } from './stations.ts'
import { elementsOf } from './walk.ts'
import { whereTo } from './where-to.ts'

/** What keys can mean at an item; worked out once. */
export const meanings = (work: Work, item: Item): readonly Meant[] => {
  const known = work.meanings.get(item)
  if (known !== undefined) return known
  const { outline, root } = work.frame
  const links = elementsOf(outline.root).length + (root === null ? 0 : elementsOf(root.root).length)
  spend(work.frame.effort, links)
  const found = meaningsAt(item, work.frame).map((meaning): Meant => {
    const keys = 'keys' in meaning ? meaning.keys : null
    return { meaning, cause: { kind: 'keys', keys, element: meaning.element } }
  })
  work.meanings.set(item, found)
  return found
}

/** Keys are understood. */
export const understand = (
  work: Work,
  self: Station,
  state: State,
  item: Item,
  { meaning, cause }: Meant,
): void => {
  const { frame, surroundings } = work
  const { element } = meaning
  switch (meaning.kind) {
    case 'option': {
      const { value } = element.attributes
      const text = element.children.map((one) => (one.kind === 'text' ? one.text : '')).join('')
      const given = value ?? (text.replace(/\s+/g, ' ').trim() || (meaning.keys ?? ''))
      fill(work, self, cause, state, item, exactly(given))
      return
    }
    case 'grammar':
      for (const value of meaning.values ?? [null])
        fill(work, self, cause, state, item, value === null ? SOMETHING : exactly(value))
      return
    case 'form': {
      let filled = state
      for (const one of frame.items)
        if (one.kind === 'input') filled = assign(filled, one.name, ANYTHING, frame)
      process(work, self, cause, filled, null, element)
      return
    }
    case 'dialog': {
      const dialog = meaning.outline.dialogs.find((one) => one.element === element)
      if (dialog !== undefined)
        lead(work, self, cause, surroundings.entryOf(dialog), state, element)
      return
    }
    case 'leave': {
      const thrown = element.attributes['event'] ?? element.attributes['eventexpr']
      if (thrown !== undefined) {
        const name = eventOf(element, state, frame)
        happen(work, self, cause, state, name, item.index, element)
        return
      }
      for (const target of whereTo(element, meaning.outline, frame.subject, null))
        if (target.kind === 'event')
          happen(work, self, cause, state, target.name, item.index, element)
        else leave(work, self, cause, state, target, item.index, element)
    }
  }
}
