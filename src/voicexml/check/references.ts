import type { Place, XmlElement } from '../element.ts'
import { type Destination, destinationOf, type Standpoint } from './destination.ts'
import type { Reading } from './reading.ts'
import { attributePlace } from './walk.ts'

/** An address in a document that leads to a dialog or names a file. */
export type Reference = {
  readonly element: XmlElement
  readonly place: Place
  readonly written: string
  readonly address: Destination
  /** False: the address is computed and this is one of several it may become. */
  readonly certain: boolean
}

/** Elements that lead to a dialog, with the attributes that say which. */
const transitions: ReadonlyMap<string, readonly [literal: string, computed: string]> = new Map([
  ['goto', ['next', 'expr']],
  ['submit', ['next', 'expr']],
  ['choice', ['next', 'expr']],
  ['link', ['next', 'expr']],
  ['subdialog', ['src', 'srcexpr']],
])

/**
 * Where an element leads. Of a computed address the possible texts count, and where those say nothing, the
 * string literals in it; an empty list means that nothing is known about it.
 */
export const transitionsOf = (
  element: XmlElement,
  standpoint: Standpoint,
  reading: Reading,
): readonly Reference[] => {
  const names = transitions.get(element.name)
  if (names === undefined) return []
  const [literal, computed] = names
  const written = element.attributes[literal]
  if (written !== undefined) return [reference(element, literal, written, standpoint, true)]
  const source = element.attributes[computed]
  if (source === undefined) return []
  const expression = reading.expression(source)
  if (expression === null) return []
  const exact = expression.texts.filter((text) => text.exact).map((text) => text.prefix)
  const texts =
    exact.length === expression.texts.length ? exact : expression.literals.filter(isAddress)
  return texts.map((text) => reference(element, computed, text, standpoint, exact.length === 1))
}

const isAddress = (text: string): boolean => /^#.|\.vxml(#|\?|$)/.test(text)

const reference = (
  element: XmlElement,
  attribute: string,
  written: string,
  standpoint: Standpoint,
  certain: boolean,
): Reference => ({
  element,
  place: attributePlace(element, attribute),
  written,
  address: destinationOf(written, standpoint),
  certain,
})
