import type { XmlElement } from '../element.ts'

/** An element and those around it, innermost last. */
export type Visit = { readonly element: XmlElement; readonly around: readonly XmlElement[] }

export const elementsOf = (parent: XmlElement): XmlElement[] =>
  parent.children.filter((child): child is XmlElement => child.kind === 'element')

export const childrenNamed = (parent: XmlElement, name: string): XmlElement[] =>
  elementsOf(parent).filter((child) => child.name === name)

/** The element itself and everything inside in document order; not the insides of grammars and metadata. */
export function* descendants(
  element: XmlElement,
  around: readonly XmlElement[] = [],
): Generator<Visit> {
  yield { element, around }
  if (element.name === 'grammar' || element.name === 'metadata') return
  const inside = [...around, element]
  for (const child of elementsOf(element)) yield* descendants(child, inside)
}

export const attributePlace = (element: XmlElement, name: string) =>
  element.attributePlaces[name] ?? element.place

/** The text directly inside, without that of inner elements. */
export const ownText = (element: XmlElement): string =>
  element.children.map((child) => (child.kind === 'text' ? child.text : '')).join('')
