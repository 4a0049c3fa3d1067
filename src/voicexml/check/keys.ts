import type { XmlElement } from '../element.ts'
import { type ActiveGrammars, activeGrammars } from '../grammars/grammar.ts'
import type { Report } from './findings.ts'
import { fieldGrammars } from './grammars.ts'
import type { Outline } from './outline.ts'
import type { Subject } from './subject.ts'
import { attributePlace, childrenNamed, elementsOf } from './walk.ts'

/** A key sequence and the element it belongs to. */
export type Bound = { readonly keys: string; readonly element: XmlElement }

/**
 * Keys that mean two things: in one menu or field (error), or hiding a link of a wider scope (doubtful,
 * because the narrower scope wins); and choices that begin like longer ones, which are heard only after
 * a pause.
 */
export const checkKeys = (outline: Outline, subject: Subject, report: Report): void => {
  const root = outline.application === null ? undefined : subject.outlines.get(outline.application)
  const documentLinks = linksOf(outline.root)
  const rootLinks = root === undefined ? [] : linksOf(root.root)
  reportClashes(documentLinks, report)
  for (const { element } of outline.dialogs) {
    if (element.name === 'menu') {
      const own = [...choicesOf(element), ...linksOf(element)]
      checkSet(own, [...documentLinks, ...rootLinks], report)
      continue
    }
    const formLinks = linksOf(element)
    reportClashes(formLinks, report)
    for (const field of childrenNamed(element, 'field')) {
      const own = [...optionsOf(field), ...linksOf(field)]
      const modal = field.attributes['modal'] === 'true'
      if (!isListening(field, modal ? [] : [element, outline.root, root?.root]))
        report(field.place, 'no-keys', 'the field has no grammar, so the caller can only wait')
      const wider = modal ? [] : [...formLinks, ...documentLinks, ...rootLinks]
      checkSet(own, wider, report)
      checkHidden(field, wider, activeGrammars(fieldGrammars(field, outline, subject)), report)
    }
  }
}

/** Whether anything is there that keys can match: in the field, or in the scopes that listen with it. */
const isListening = (field: XmlElement, wider: readonly (XmlElement | undefined)[]): boolean =>
  'type' in field.attributes ||
  elementsOf(field).some(({ name }) => listening.has(name)) ||
  wider.some((scope) => scope !== undefined && elementsOf(scope).some(isOpen))

const listening = new Set(['grammar', 'option', 'link'])

/** A dialog of document scope listens in the other dialogs too. */
const isOpen = ({ name, attributes }: XmlElement): boolean =>
  name === 'link' || name === 'grammar' || attributes['scope'] === 'document'

/** More hidden links of one field are not told one by one. */
const maxHidden = 20

/** A field whose grammars take the very keys of a link is filled, and the link never followed. */
const checkHidden = (
  field: XmlElement,
  wider: readonly Bound[],
  grammars: ActiveGrammars,
  report: Report,
): void => {
  const hidden = wider.values().filter(({ keys }) => grammars.match(keys) !== null)
  for (const { keys, element } of hidden.take(maxHidden))
    report(
      field.place,
      'key-shadows-link',
      `the field takes ${keys}, which hides the link of line ${element.place.line}`,
    )
}

const checkSet = (own: readonly Bound[], wider: readonly Bound[], report: Report): void => {
  reportClashes(own, report)
  for (const { keys, element } of own) {
    const hidden = wider.find((link) => link.keys === keys && !leadsAlike(link.element, element))
    if (hidden !== undefined)
      report(
        keyPlace(element),
        'key-shadows-link',
        `${keys} hides the link of line ${hidden.element.place.line}`,
      )
    const longer = [...own, ...wider].find(
      (other) => other.keys.length > keys.length && other.keys.startsWith(keys),
    )
    if (longer !== undefined)
      report(
        keyPlace(element),
        'mixed-length-keys',
        `${keys} is heard only after a pause, because ${longer.keys} begins with it`,
      )
  }
}

const reportClashes = (bound: readonly Bound[], report: Report): void => {
  const taken = new Map<string, XmlElement>()
  for (const { keys, element } of bound) {
    const first = taken.get(keys)
    if (first === undefined) taken.set(keys, element)
    else
      report(
        keyPlace(element),
        'key-clash',
        `${keys} belongs to <${first.name}> of line ${first.place.line} already`,
      )
  }
}

const keyPlace = (element: XmlElement) => attributePlace(element, 'dtmf')

const destinations = ['next', 'expr', 'event', 'eventexpr']

const leadsAlike = (one: XmlElement, other: XmlElement): boolean =>
  destinations.every((name) => one.attributes[name] === other.attributes[name])

/** Keys in the `dtmf` attribute, without the blanks that may stand between them; null: none. */
export const boundKeys = ({ attributes }: XmlElement): string | null =>
  attributes['dtmf']?.replace(/\s+/g, '') || null

/**
 * With `dtmf="true"` the first nine choices without keys of their own are numbered from 1.
 *
 * @see https://www.w3.org/TR/voicexml20/#dml2.2.1
 */
export const choicesOf = (menu: XmlElement): Bound[] => {
  const numbered = menu.attributes['dtmf'] === 'true'
  let next = 1
  return childrenNamed(menu, 'choice').flatMap((element) => {
    const keys = boundKeys(element) ?? (numbered && next <= 9 ? String(next++) : null)
    return keys === null ? [] : [{ keys, element }]
  })
}

const optionsOf = (field: XmlElement): Bound[] => boundBy(field, 'option')
const linksOf = (parent: XmlElement): Bound[] => boundBy(parent, 'link')

const boundBy = (parent: XmlElement, name: string): Bound[] =>
  elementsOf(parent).flatMap((element) => {
    const keys = element.name === name ? boundKeys(element) : null
    return keys === null ? [] : [{ keys, element }]
  })
