import type { XmlElement } from '../element.ts'
import { knownOf } from './abstract-values.ts'
import type { Frame } from './frame.ts'
import type { Dialog } from './outline.ts'
import { type State, valueIn } from './state.ts'
import { whereTo } from './where-to.ts'

/** How content is left. */
export type Leaving =
  | { readonly kind: 'dialog'; readonly dialogs: readonly Dialog[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'item'; readonly index: number }
  | { readonly kind: 'event'; readonly name: string }
  | { readonly kind: 'exit' | 'disconnect' }
  | { readonly kind: 'return'; readonly event: string | null }

export const leavingsOf = (element: XmlElement, state: State, frame: Frame): readonly Leaving[] => {
  const { attributes } = element
  switch (element.name) {
    case 'exit':
    case 'disconnect':
      return [{ kind: element.name }]
    case 'throw':
      return [{ kind: 'event', name: eventOf(element, state, frame) }]
    case 'return': {
      const thrown = 'event' in attributes || 'eventexpr' in attributes
      return [{ kind: 'return', event: thrown ? eventOf(element, state, frame) : null }]
    }
    case 'goto':
      if ('nextitem' in attributes || 'expritem' in attributes)
        return itemsNamed(element, state, frame)
      return whereTo(element, frame.outline, frame.subject, textIn('expr', element, state, frame))
    default:
      return whereTo(element, frame.outline, frame.subject, textIn('expr', element, state, frame))
  }
}

/** The text an attribute with an expression is sure to give. */
const textIn = (name: string, element: XmlElement, state: State, frame: Frame): string | null => {
  const source = element.attributes[name]
  const known = source === undefined ? null : knownOf(valueIn(source, state, frame))
  return typeof known?.value === 'string' ? known.value : null
}

/** The event an element throws; '' when it is computed. */
export const eventOf = (element: XmlElement, state: State, frame: Frame): string =>
  element.attributes['event']?.trim() ?? textIn('eventexpr', element, state, frame) ?? ''

const itemsNamed = (element: XmlElement, state: State, frame: Frame): readonly Leaving[] => {
  const name = element.attributes['nextitem'] ?? textIn('expritem', element, state, frame)
  const found = frame.items.filter((item) => name === null || item.name === name)
  return found.length === 0
    ? [{ kind: 'event', name: 'error.badfetch' }]
    : found.map(({ index }) => ({ kind: 'item', index }))
}
