import type { XmlElement } from '../element.ts'
import { type Handler, handlersIn, isPartOf, rootOf } from './handlers.ts'
import type { Dialog, Outline } from './outline.ts'
import type { Subject } from './subject.ts'
import { childrenNamed, descendants, elementsOf, ownText } from './walk.ts'

export type ItemKind = 'block' | 'input' | 'record' | 'transfer' | 'object' | 'call' | 'unknown'

export type Item = {
  readonly index: number
  readonly element: XmlElement
  readonly kind: ItemKind
  readonly name: string
  readonly cond: string | null
}

/** Where an event is thrown: an item of the dialog, or the dialog itself. */
export type Place = number | 'dialog'

/** How exactly variables are followed: values; only whether items are filled; nothing. */
export type Precision = 'values' | 'filled' | 'nothing'

/** What does not change while a dialog is interpreted. */
export type Frame = {
  readonly dialog: Dialog
  readonly outline: Outline
  readonly root: Outline | null
  readonly subject: Subject
  readonly precision: Precision
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

/** A `<filled>` with the items it watches; `owner` null = of the form. */
export type Filled = {
  readonly element: XmlElement
  readonly owner: Item | null
  readonly watched: readonly Item[]
}

export type Happening = {
  readonly event: string
  readonly at: Place
  /** Handlers that take it, in the order in which they are asked. */
  readonly handlers: readonly CountedHandler[]
  /**
   * What becomes of each counter. Only events of one kind are counted at a time: what a handler does hangs
   * on its own count alone.
   */
  readonly counting: readonly ('up' | 'kept' | 'lost')[]
}

/** Counts the events of a name, thrown at a place, up to the highest number that a handler asks for. */
export type Counter = { readonly at: Place; readonly event: string; readonly most: number }

/** `counter`: index of what its count refers to; null: the first time is enough. */
export type CountedHandler = Handler & { readonly counters: readonly (number | null)[] }

const kinds: ReadonlyMap<string, ItemKind> = new Map([
  ['block', 'block'],
  ['field', 'input'],
  ['record', 'record'],
  ['transfer', 'transfer'],
  ['object', 'object'],
  ['subdialog', 'call'],
  ['initial', 'unknown'],
])

/** Whether an element is a form item. */
export const isItem = ({ name }: XmlElement): boolean => kinds.has(name)

export const frameOf = (
  dialog: Dialog,
  outline: Outline,
  subject: Subject,
  precision: Precision,
  around: Around,
): Frame => {
  const { element } = dialog
  const root = rootOf(outline, subject.outlines)
  const items = itemsOf(element)
  const handlersAt = new Map<Place, readonly Handler[]>()
  const wide = [...handlersIn(element), ...around.handlers]
  handlersAt.set('dialog', wide)
  for (const item of items)
    handlersAt.set(
      item.index,
      item.element === element ? wide : [...handlersIn(item.element), ...wide],
    )
  const counters = precision === 'nothing' ? [] : countersOf(handlersAt)
  const slots = slotsOf(items, element, around, subject, precision)
  const asked = new Map<string, Happening>()
  const facts = new Map<string, boolean>()
  return {
    dialog,
    outline,
    root,
    subject,
    precision,
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
      const handlers = handlersFor(event, at, handlersAt.get(at) ?? [], counters)
      const found = { event, at, handlers, counting: countingOf(event, at, counters, precision) }
      asked.set(key, found)
      return found
    },
  }
}

const handlersFor = (
  event: string,
  at: Place,
  handlers: readonly Handler[],
  counters: readonly Counter[],
): readonly CountedHandler[] =>
  handlers
    .filter(({ events }) => events.some((name) => isPartOf(name, event)))
    .map((handler) => ({
      ...handler,
      counters: handler.events
        .filter((name) => isPartOf(name, event))
        .map((name) => {
          const index = counters.findIndex((one) => one.at === at && one.event === name)
          return index < 0 ? null : index
        }),
    }))
    // Stable: of equal counts the nearer and earlier handler comes first.
    .sort((a, b) => b.count - a.count)

const countingOf = (
  event: string,
  at: Place,
  counters: readonly Counter[],
  precision: Precision,
): Happening['counting'] => {
  const isCounted = counters.some((one) => one.at === at && isPartOf(one.event, event))
  return counters.map((counter) => {
    const isMeant = isPartOf(counter.event, event)
    if (isMeant && counter.at === at) return 'up'
    return !isCounted || (isMeant && precision === 'values') ? 'kept' : 'lost'
  })
}

/** What a document and its root lend to all its dialogs. */
export type Around = {
  readonly handlers: readonly Handler[]
  /** Names in conditions of those handlers. */
  readonly read: ReadonlySet<string>
  /** Variables that a script may change at any time: they are never followed. */
  readonly scripted: ReadonlySet<string>
  /** Variables of the documents themselves. */
  readonly declared: ReadonlySet<string>
  readonly subject: Subject
}

export const aroundDialogsOf = (outline: Outline, subject: Subject): Around => {
  const root = rootOf(outline, subject.outlines)
  const documents = root === null ? [outline.root] : [outline.root, root.root]
  const handlers = documents.flatMap(handlersIn)
  const read = new Set<string>()
  for (const { element } of handlers) namesRead(element, subject, read)
  const scripted = new Set<string>()
  for (const document of documents)
    for (const { element } of descendants(document))
      if (element.name === 'script')
        for (const name of subject.reading.script(ownText(element))?.free ?? []) scripted.add(name)
  for (const text of subject.scripts.values())
    for (const name of subject.reading.script(text)?.free ?? []) scripted.add(name)
  const declared = new Set(
    documents.flatMap((document) =>
      childrenNamed(document, 'var').map(({ attributes }) => attributes['name'] ?? ''),
    ),
  )
  return { handlers, read, scripted, declared, subject }
}

/** A menu is a form with one nameless field. */
const itemsOf = (dialog: XmlElement): readonly Item[] => {
  if (dialog.name === 'menu')
    return [{ index: 0, element: dialog, kind: 'input', name: 'menu 0', cond: null }]
  return elementsOf(dialog)
    .flatMap((element) => {
      const kind = kinds.get(element.name)
      return kind === undefined ? [] : [{ element, kind }]
    })
    .map(({ element, kind }, index) => ({
      index,
      element,
      kind,
      name: element.attributes['name'] ?? `item ${index}`,
      cond: element.attributes['cond'] ?? null,
    }))
}

/** What a dialog declares itself hides what its surroundings call so. */
const isFact = (name: string, dialog: XmlElement, { declared, subject }: Around): boolean =>
  (name === 'session' ||
    (declared.has(name) && subject.constants.has(name)) ||
    name === 'language') &&
  !elementsOf(dialog).some(({ attributes }) => attributes['name'] === name)

const filledOf = (dialog: XmlElement, items: readonly Item[]): readonly Filled[] => {
  const owners = new Map(items.map((item) => [item.element, item]))
  return elementsOf(dialog).flatMap((element): readonly Filled[] => {
    if (element.name === 'filled')
      return [{ element, owner: null, watched: watchedBy(element, items) }]
    const owner = owners.get(element)
    if (owner === undefined || owner.element === dialog) return []
    return childrenNamed(element, 'filled').map((filled) => ({
      element: filled,
      owner,
      watched: [owner],
    }))
  })
}

const watchedBy = ({ attributes }: XmlElement, items: readonly Item[]): readonly Item[] => {
  const names = attributes['namelist']?.split(/\s+/)
  return items.filter((item) =>
    names === undefined ? item.kind !== 'block' : names.includes(item.name),
  )
}

const countersOf = (handlersAt: ReadonlyMap<Place, readonly Handler[]>): Counter[] =>
  [...handlersAt].flatMap(([at, handlers]) => {
    const most = new Map<string, number>()
    for (const { events, count } of handlers)
      for (const event of events) most.set(event, Math.max(count, most.get(event) ?? 0))
    return [...most].flatMap(([event, count]) => (count > 1 ? { at, event, most: count } : []))
  })

/** Attributes on whose variables it hangs where a call goes. */
const naming = new Set(['cond', 'eventexpr', 'expritem'])

const namesRead = (root: XmlElement, subject: Subject, names: Set<string>): void => {
  for (const { element } of descendants(root)) {
    const { attributes } = element
    const isLeading = element.name === 'goto' || element.name === 'submit'
    for (const attribute in attributes)
      if (naming.has(attribute) || (isLeading && attribute === 'expr'))
        for (const name of readBy(attributes[attribute], subject)) names.add(name)
  }
}

const readBy = (source: string | undefined, subject: Subject): Iterable<string> =>
  (source === undefined ? null : subject.reading.expression(source)?.variables) ?? []

/** Items, and of the other variables those on which a condition can hang, straight or by assignment. */
const slotsOf = (
  items: readonly Item[],
  dialog: XmlElement,
  around: Around,
  subject: Subject,
  precision: Precision,
): ReadonlyMap<string, number> => {
  const names = new Set<string>()
  if (precision === 'values') {
    namesRead(dialog, subject, names)
    for (const name of around.read) names.add(name)
    const assigned: [name: string, expr: string | undefined][] = []
    for (const { element } of descendants(dialog))
      if (element.name === 'assign' || element.name === 'var')
        assigned.push([element.attributes['name'] ?? '', element.attributes['expr']])
    for (let before = -1; before < names.size; ) {
      before = names.size
      for (const [name, expr] of assigned)
        if (names.has(plainName(name))) for (const one of readBy(expr, subject)) names.add(one)
    }
    // Only what is assigned in sight can ever be known.
    const known = new Set(assigned.map(([name]) => plainName(name)))
    for (const name of names) if (!known.has(name)) names.delete(name)
  }
  const own = new Set(items.map(({ name }) => name))
  const others = [...names].filter((name) => !own.has(name) && !around.scripted.has(name))
  return new Map([...own, ...others].map((name, index) => [name, index]))
}

/** Names that mean one variable here and another there, and items that scripts write to. */
const unfollowedIn = (
  dialog: XmlElement,
  slots: ReadonlyMap<string, number>,
  around: Around,
): ReadonlySet<number> => {
  const outside = new Set(around.declared)
  for (const { attributes } of elementsOf(dialog))
    if (attributes['name'] !== undefined) outside.add(attributes['name'])
  const found = new Set<number>()
  const unfollow = (name: string) => {
    const slot = slots.get(name)
    if (slot !== undefined) found.add(slot)
  }
  for (const name of around.scripted) unfollow(name)
  for (const { element, around: parents } of descendants(dialog)) {
    const name = element.attributes['name']
    if (element.name === 'var' && parents.length > 1 && name !== undefined && outside.has(name))
      unfollow(name)
    if (element.name === 'foreach') unfollow(element.attributes['item'] ?? '')
    if (element.name === 'script')
      for (const written of around.subject.reading.script(ownText(element))?.free ?? [])
        unfollow(written)
  }
  return found
}

/** `application.topic` and `dialog.topic` are followed as `topic`. */
export const plainName = (written: string): string =>
  written.replace(/^(application|document|dialog)\./, '')
