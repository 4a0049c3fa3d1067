import type { XmlElement } from '../element.ts'
import type { Around } from './around.ts'
import { type Counter, countersOf, countingOf, type Happening, handlersFor } from './counting.ts'
import { type Effort, spend } from './effort.ts'
import { type Precision, slotsOf, unfollowedIn } from './followed.ts'
import { type Handler, handlersIn, rootOf } from './handlers.ts'
import { type Filled, filledOf, type Item, itemsOf, type Place } from './items.ts'
import type { Dialog, Outline } from './outline.ts'
import type { Subject } from './subject.ts'
import { elementsOf } from './walk.ts'

/** What does not change while a dialog is interpreted. */
export type Frame = {
  readonly dialog: Dialog
  readonly outline: Outline
  readonly root: Outline | null
  readonly subject: Subject
  readonly precision: Precision
  readonly effort: Effort
  readonly items: readonly Item[]
  /** Variables that are followed, by name; items come first. */
  readonly slots: ReadonlyMap<string, number>
  /** Whether a name is one about which the line may tell: `session`, the language, a constant. */
  readonly isFact: (name: string) => boolean
  /** Slots that may hold anything at any time. */
  readonly unfollowed: ReadonlySet<number>
  /** What an event means that is thrown at a place. */
  readonly happening: (event: string, at: Place) => Happening
  readonly everyHandlerAt: (at: Place) => readonly Handler[]
  readonly counters: readonly Counter[]
  /** `<filled>` in document order. */
  readonly filled: readonly Filled[]
}

export const frameOf = (
  dialog: Dialog,
  outline: Outline,
  subject: Subject,
  precision: Precision,
  around: Around,
  effort: Effort,
): Frame => {
  const { element } = dialog
  const root = rootOf(outline, subject.outlines)
  const items = itemsOf(element)
  const handlersAt = new Map<Place, readonly Handler[]>()
  const wide = [...handlersIn(element), ...around.handlers]
  spend(effort, items.length * (1 + wide.length))
  handlersAt.set('dialog', wide)
  for (const item of items)
    handlersAt.set(
      item.index,
      item.element === element ? wide : [...handlersIn(item.element), ...wide],
    )
  const counters = countersOf(handlersAt)
  const slots = slotsOf(items, element, around, subject, precision)
  const asked = new Map<string, Happening>()
  const facts = new Map<string, boolean>()
  return {
    dialog,
    outline,
    root,
    subject,
    precision,
    effort,
    items,
    slots,
    isFact: (name) => {
      const known = facts.get(name) ?? isFact(name, element, around)
      facts.set(name, known)
      return known
    },
    unfollowed: unfollowedIn(element, slots, around),
    counters,
    filled: filledOf(element, items),
    everyHandlerAt: (at) => handlersAt.get(at) ?? [],
    happening: (event, at) => {
      const key = `${at} ${event}`
      const known = asked.get(key)
      if (known !== undefined) return known
      spend(effort, wide.length + counters.length)
      const handlers = handlersFor(event, at, handlersAt.get(at) ?? [], counters)
      const found = { event, at, handlers, counting: countingOf(event, at, counters, precision) }
      asked.set(key, found)
      return found
    },
  }
}

/** What a dialog declares itself hides what its surroundings call so. */
const isFact = (name: string, dialog: XmlElement, { declared, subject }: Around): boolean =>
  (name === 'session' ||
    (declared.has(name) && subject.constants.has(name)) ||
    name === 'language') &&
  !elementsOf(dialog).some(({ attributes }) => attributes['name'] === name)
