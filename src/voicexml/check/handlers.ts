import type { XmlElement } from '../element.ts'
import type { Outline } from './outline.ts'
import { elementsOf } from './walk.ts'

/** A `<catch>` or one of its short forms. */
export type Handler = {
  readonly element: XmlElement
  /** Events it takes, prefixes included; the empty one is every event. */
  readonly events: readonly string[]
  readonly count: number
  readonly cond: string | null
}

const shortForms = new Set(['error', 'help', 'noinput', 'nomatch'])

export const isHandler = ({ name }: XmlElement): boolean => name === 'catch' || shortForms.has(name)

/** The handlers written directly in an element, in document order; read once. */
export const handlersIn = (parent: XmlElement): readonly Handler[] => {
  const before = known.get(parent)
  if (before !== undefined) return before
  const found = elementsOf(parent).filter(isHandler).map(handlerOf)
  known.set(parent, found)
  return found
}

const known = new WeakMap<XmlElement, readonly Handler[]>()

const handlerOf = (element: XmlElement): Handler => {
  const { event, count, cond } = element.attributes
  const words = (event ?? '').split(/\s+/).flatMap((word) => {
    const name = word.replace(/\.$/, '')
    return name === '' ? [] : [name]
  })
  const events = words.length === 0 ? [''] : words
  return {
    element,
    events: element.name === 'catch' ? events : [element.name],
    count: Number(count ?? 1) || 1,
    cond: cond ?? null,
  }
}

/** Whether a handler for `name` takes `event`: the same, or a beginning of it in whole words. */
export const isPartOf = (name: string, event: string): boolean =>
  name === '' || name === event || event.startsWith(`${name}.`)

/** The element of the root document around a document; null when it has none, or is one itself. */
export const rootOf = (
  { application, path }: Outline,
  outlines: ReadonlyMap<string, Outline>,
): Outline | null =>
  application === null || application === path ? null : (outlines.get(application) ?? null)
