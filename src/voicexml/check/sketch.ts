import type { XmlElement } from '../element.ts'
import { type DialogGraph, onward, type Surroundings } from './exploring.ts'
import { rootOf } from './handlers.ts'
import { type Item, itemsOf } from './items.ts'
import { boundKeys } from './keys.ts'
import type { Dialog } from './outline.ts'
import { type Cause, type End, newStation, type Station, unwritten, type Way } from './stations.ts'
import { childrenNamed, descendants } from './walk.ts'
import { whereTo } from './where-to.ts'

/**
 * A dialog with too many ways to be followed: whatever stands in it, or in what its surroundings lend to it,
 * may come after anything else. That it is not known better is what every way hangs on.
 */
export const sketchOf = (dialog: Dialog, surroundings: Surroundings): DialogGraph => {
  const { entryOf, anyCommon } = surroundings
  const { element } = dialog
  const entry = entryOf(dialog)
  entry.ways.length = 0
  const any = newStation('any', dialog, element)
  const stations = [entry, any]
  const draw = drawing(element, surroundings)
  draw.way(entry, onward, any, element)
  draw.way(any, onward, anyCommon(), element)
  draw.end(any, 'nothing-left', element)
  draw.end(any, 'uncaught', element, 'error')
  for (const item of itemsOf(element)) {
    if (item.kind === 'block' || item.kind === 'unknown') continue
    const station = newStation(item.kind, dialog, item.element)
    stations.push(station)
    draw.way(any, onward, station, item.element)
    for (const cause of causesAt(item)) draw.way(station, cause, any, item.element)
    if (item.kind === 'call') draw.leaving(station, { kind: 'call' }, item.element)
    if (item.kind === 'transfer') draw.end(station, 'transferred', item.element)
    for (const choice of childrenNamed(item.element, 'choice'))
      draw.leaving(station, keysOf(choice), choice)
  }
  draw.content(any, element)
  return { dialog, entry, stations, visited: new Set(), precision: 'nothing' }
}

/** What a document and its root lend to all sketches: links, handlers and dialogs that listen everywhere. */
export const drawCommon = (any: Station, surroundings: Surroundings): void => {
  const { outline, subject, around, entryOf } = surroundings
  const draw = drawing(outline.root, surroundings)
  const root = rootOf(outline, subject.outlines)
  for (const document of root === null ? [outline] : [outline, root]) {
    for (const link of childrenNamed(document.root, 'link'))
      draw.leaving(any, keysOf(link), link, document)
    for (const dialog of document.dialogs)
      if (dialog.element.attributes['scope'] === 'document')
        draw.way(any, onward, entryOf(dialog), dialog.element)
  }
  for (const { element } of around.handlers) draw.content(any, element)
}

/** Draws ways that hang on not being known better. */
const drawing = (unknown: XmlElement, { outline, subject, entryOf, anyDialogOf }: Surroundings) => {
  const guards = [unwritten(unknown, 'unproved')]
  const way = (from: Station, cause: Cause, to: Way['to'], element: XmlElement): void => {
    const known = { said: 0, spoken: [], writes: [], forgets: false, byDefault: false } as const
    from.ways.push({ from, cause, to, guards, element, ...known })
  }
  const end = (
    from: Station,
    how: End['how'],
    element: XmlElement,
    event: string | null = null,
  ): void => {
    way(from, onward, { kind: 'end', how, element, event }, element)
  }
  const leaving = (from: Station, cause: Cause, element: XmlElement, home = outline): void => {
    for (const target of whereTo(element, home, subject, null)) {
      if (target.kind === 'dialog')
        for (const dialog of target.dialogs) way(from, cause, entryOf(dialog), element)
      if (target.kind === 'unknown') way(from, cause, anyDialogOf(outline), element)
      if (target.kind === 'outside') end(from, 'outside', element)
    }
  }
  const content = (from: Station, parent: XmlElement): void => {
    for (const { element } of descendants(parent)) {
      const { name, attributes } = element
      if (name === 'link') leaving(from, keysOf(element), element)
      else if (name === 'exit' || name === 'disconnect') end(from, name, element)
      else if (name === 'return')
        end(from, name, element, attributes['event'] ?? ('eventexpr' in attributes ? '' : null))
      else if (name === 'submit' || (name === 'goto' && !isWithin(element)))
        leaving(from, onward, element)
    }
  }
  return { way, end, leaving, content }
}

const isWithin = ({ attributes }: XmlElement): boolean =>
  'nextitem' in attributes || 'expritem' in attributes

const keysOf = (element: XmlElement): Cause => ({ kind: 'keys', keys: boundKeys(element), element })

const causesAt = ({ kind, element }: Item): readonly Cause[] => {
  switch (kind) {
    case 'input':
    case 'record':
      return [{ kind: 'noinput' }, { kind: 'nomatch' }, { kind: 'keys', keys: null, element }]
    case 'call':
      return [{ kind: 'return' }]
    default:
      return [{ kind: 'fault' }, { kind: 'answer', status: null }]
  }
}
