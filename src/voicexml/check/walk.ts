import type { XmlElement } from '../element.ts'

/** An element and those around it, innermost last. */
export type Visit = { readonly element: XmlElement; readonly around: readonly XmlElement[] }

/** For elements that nobody has read from a text; they never change either. */
const known = new WeakMap<XmlElement, readonly XmlElement[]>()

export const elementsOf = (parent: XmlElement): readonly XmlElement[] => {
  const before = parent.elements ?? known.get(parent)
  if (before !== undefined) return before
  const found = parent.children.filter((child): child is XmlElement => child.kind === 'element')
  known.set(parent, found)
  return found
}

export const childrenNamed = (parent: XmlElement, name: string): XmlElement[] =>
  elementsOf(parent).filter((child) => child.name === name)

/** The element itself and everything inside in document order; not the insides of grammars and metadata. */
export const descendants = (
  element: XmlElement,
  around: readonly XmlElement[] = [],
): readonly Visit[] => {
  const before = around.length === 0 ? visits.get(element) : undefined
  if (before !== undefined) return before
  const found: Visit[] = []
  collect(element, around, found)
  if (around.length === 0) visits.set(element, found)
  return found
}

const visits = new WeakMap<XmlElement, readonly Visit[]>()

const collect = (element: XmlElement, around: readonly XmlElement[], found: Visit[]): void => {
  found.push({ element, around })
  if (element.name === 'grammar' || element.name === 'metadata') return
  const inside = [...around, element]
  for (const child of elementsOf(element)) collect(child, inside, found)
}

export const attributePlace = (element: XmlElement, name: string) =>
  element.attributePlaces[name] ?? element.place

/** The text directly inside, without that of inner elements. */
export const ownText = (element: XmlElement): string =>
  element.children.map((child) => (child.kind === 'text' ? child.text : '')).join('')
