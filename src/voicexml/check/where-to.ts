import type { XmlElement } from '../element.ts'
import { type Destination, destinationOf } from './destination.ts'
import { type Dialog, dialogAt, type Outline } from './outline.ts'
import { transitionsOf } from './references.ts'
import type { Subject } from './subject.ts'

type WhereTo =
  | { readonly kind: 'dialog'; readonly dialogs: readonly Dialog[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'outside' }
  | { readonly kind: 'event'; readonly name: string }

/**
 * Where a transition leads.
 *
 * @param computed the address its expression is sure to give; null when that is not known
 */
export const whereTo = (
  element: XmlElement,
  outline: Outline,
  subject: Subject,
  computed: string | null,
): readonly WhereTo[] => {
  if (computed !== null) return leadingTo([destinationOf(computed, outline)], subject)
  const ofOutline = known.get(outline) ?? new Map<XmlElement, readonly WhereTo[]>()
  known.set(outline, ofOutline)
  const before = ofOutline.get(element)
  if (before !== undefined) return before
  const references = transitionsOf(element, outline, subject.reading)
  const found = leadingTo(
    references.map(({ address }) => address),
    subject,
  )
  ofOutline.set(element, found)
  return found
}

/** Every outline belongs to one subject. */
const known = new WeakMap<Outline, Map<XmlElement, readonly WhereTo[]>>()

const leadingTo = (addresses: readonly Destination[], subject: Subject): readonly WhereTo[] => {
  if (addresses.length === 0) return [{ kind: 'unknown' }]
  const dialogs = new Set<Dialog>()
  const found: WhereTo[] = []
  for (const address of addresses) {
    const target = address.kind === 'inside' ? subject.outlines.get(address.document) : undefined
    const dialog =
      address.kind === 'inside' && target !== undefined ? dialogAt(target, address.dialog) : null
    if (dialog !== null) dialogs.add(dialog)
    else
      found.push(
        address.kind === 'elsewhere'
          ? { kind: 'outside' }
          : { kind: 'event', name: 'error.badfetch' },
      )
  }
  if (dialogs.size > 0) found.push({ kind: 'dialog', dialogs: [...dialogs] })
  return found
}
