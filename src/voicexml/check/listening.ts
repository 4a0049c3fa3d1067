import type { XmlElement } from '../element.ts'
import { type ActiveGrammars, activeGrammars } from '../grammars/grammar.ts'
import type { Frame } from './frame.ts'
import { fieldGrammars } from './grammars.ts'
import type { Item } from './items.ts'
import { boundKeys, choicesOf } from './keys.ts'
import type { Outline } from './outline.ts'
import { childrenNamed, elementsOf } from './walk.ts'

/** Something that keys can mean while an item is listened at. */
export type Meaning =
  | { readonly kind: 'option'; readonly keys: string | null; readonly element: XmlElement }
  /** A grammar of the item; `values` when it can have only these. */
  | {
      readonly kind: 'grammar'
      readonly values: readonly boolean[] | null
      readonly element: XmlElement
    }
  /** A choice, or a link: `outline` is the document it is written in. */
  | {
      readonly kind: 'leave'
      readonly keys: string | null
      readonly element: XmlElement
      readonly outline: Outline
    }
  /** Grammars of the form, which may fill any of its items. */
  | { readonly kind: 'form'; readonly element: XmlElement }
  /** A dialog that listens in the whole document. */
  | { readonly kind: 'dialog'; readonly element: XmlElement; readonly outline: Outline }

/** What keys can mean at an item: narrower scopes first, without what they hide. */
export const meaningsAt = (item: Item, frame: Frame): readonly Meaning[] => {
  const { element } = item
  const { outline, root, dialog } = frame
  if (isSpeechOnly(item, frame)) return []
  const own: Meaning[] =
    element.name === 'menu'
      ? choicesOf(element).map(({ keys, element: choice }) => ({
          kind: 'leave',
          keys,
          element: choice,
          outline,
        }))
      : ownMeanings(element)
  own.push(...linksIn(element, outline))
  if (element.attributes['modal'] === 'true') return own
  const documents = root === null ? [outline] : [outline, root]
  const wider: Meaning[] = [
    ...(dialog.element === element ? [] : linksIn(dialog.element, outline)),
    ...childrenNamed(dialog.element, 'grammar').map(
      (grammar): Meaning => ({
        kind: 'form',
        element: grammar,
      }),
    ),
    ...documents.flatMap((document) => [
      ...linksIn(document.root, document),
      ...document.dialogs.flatMap((other): Meaning[] =>
        other !== dialog && other.element.attributes['scope'] === 'document'
          ? [{ kind: 'dialog', element: other.element, outline: document }]
          : [],
      ),
    ]),
  ]
  const grammars = element.name === 'field' ? grammarsOf(element, frame) : null
  const taken = new Set<string>()
  return [...own, ...wider].filter((meaning, place) => {
    const keys = 'keys' in meaning ? meaning.keys : null
    if (keys === null) return true
    const isHidden = taken.has(keys) || (place >= own.length && grammars?.match(keys) != null)
    taken.add(keys)
    return !isHidden
  })
}

const ownMeanings = (field: XmlElement): Meaning[] => {
  const { type } = field.attributes
  const meanings: Meaning[] = childrenNamed(field, 'option').map((option) => ({
    kind: 'option',
    keys: boundKeys(option),
    element: option,
  }))
  if (type !== undefined)
    meanings.push({
      kind: 'grammar',
      values: /^(builtin:dtmf\/)?boolean(\?|$)/.test(type) ? [true, false] : null,
      element: field,
    })
  for (const grammar of childrenNamed(field, 'grammar'))
    meanings.push({ kind: 'grammar', values: null, element: grammar })
  return meanings
}

const linksIn = (parent: XmlElement, outline: Outline): Meaning[] =>
  childrenNamed(parent, 'link').map((element) => ({
    kind: 'leave',
    keys: boundKeys(element),
    element,
    outline,
  }))

const grammarsOf = (field: XmlElement, { outline, subject }: Frame): ActiveGrammars | null => {
  const grammars = fieldGrammars(field, outline, subject)
  return grammars.length === 0 ? null : activeGrammars(grammars)
}

/** Whether documents want nothing but speech here. */
const isSpeechOnly = (item: Item, { dialog, outline, root }: Frame): boolean => {
  for (const scope of [item.element, dialog.element, outline.root, root?.root]) {
    const property = elementsOf(scope ?? item.element).find(
      ({ name, attributes }) => name === 'property' && attributes['name'] === 'inputmodes',
    )
    if (property !== undefined)
      return !(property.attributes['value'] ?? '').split(/\s+/).includes('dtmf')
  }
  return false
}
