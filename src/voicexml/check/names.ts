import type { XmlElement } from '../element.ts'
import { globals } from '../expressions/builtin/globals.ts'
import { destinationOf } from './destination.ts'
import type { Report } from './findings.ts'
import type { Outline } from './outline.ts'
import { schema } from './schema.ts'
import type { Subject } from './subject.ts'
import { attributePlace, descendants, elementsOf, ownText, type Visit } from './walk.ts'

/** Names to be seen somewhere. `open`: a script that is not in the folder may have declared more. */
type Names = { readonly names: ReadonlySet<string>; readonly open: boolean }

/** The scopes by name, which every expression sees beside the globals of the language. */
const scopes = new Set(['session', 'application', 'document', 'dialog'])

const handlers = new Set(['catch', 'error', 'help', 'noinput', 'nomatch'])
/** Content with an anonymous scope of its own. */
const containers = new Set([...handlers, 'block', 'filled'])
const items = new Set('block field initial object record subdialog transfer'.split(' '))

/** Reports expressions that do not parse and names that nothing in sight declares. */
export const checkNames = (outline: Outline, subject: Subject, report: Report): void => {
  const around = surroundings(outline, subject)
  const own = outline.dialogs.map(({ element }) => declaredBy(element, outline, subject))
  const inHandlers = union(around, ...own, ...leavesOf(outline, subject))
  for (const shared of outline.shared)
    checkTree(shared, [], handlers.has(shared.name) ? inHandlers : around, outline, subject, report)
  outline.dialogs.forEach(({ element }, index) => {
    const visible = union(around, own[index] ?? nothing)
    checkTree(element, [], visible, outline, subject, report)
  })
}

const nothing: Names = { names: new Set(), open: false }

const union = (...parts: readonly Names[]): Names => ({
  names: new Set(parts.flatMap(({ names }) => [...names])),
  open: parts.some(({ open }) => open),
})

/** What a document and its root declare for all their dialogs. */
const surroundings = (outline: Outline, subject: Subject): Names => {
  const document = declaredBy(outline.root, outline, subject)
  if (!('application' in outline.root.attributes)) return document
  const root = subject.outlines.get(outline.application ?? '')
  return root === undefined
    ? { ...document, open: true }
    : union(document, declaredBy(root.root, root, subject))
}

/** Handlers of a root document run in the dialogs of its leaves and see what is declared there. */
const leavesOf = (outline: Outline, subject: Subject): Names[] =>
  (subject.leaves.get(outline.path) ?? []).flatMap((leaf) =>
    [leaf.root, ...leaf.dialogs.map(({ element }) => element)].map((element) =>
      declaredBy(element, leaf, subject),
    ),
  )

/** Variables, form items with their shadows, data and functions declared directly in an element. */
const declaredBy = (parent: XmlElement, outline: Outline, subject: Subject): Names =>
  declarations(elementsOf(parent), outline, subject)

const declarations = (
  elements: readonly XmlElement[],
  outline: Outline,
  subject: Subject,
): Names => {
  const names = new Set<string>()
  let open = false
  for (const element of elements) {
    const name = element.attributes[element.name === 'foreach' ? 'item' : 'name']
    if (element.name === 'script') {
      const declared = declaredByScript(element, outline, subject)
      if (declared === null) open = true
      else for (const one of declared) names.add(one)
    } else if (name === undefined) continue
    else if (items.has(element.name)) names.add(name).add(`${name}$`)
    else if (element.name === 'var' || element.name === 'data' || element.name === 'foreach')
      names.add(name)
  }
  return { names, open }
}

const declaredByScript = (
  script: XmlElement,
  outline: Outline,
  subject: Subject,
): ReadonlySet<string> | null => {
  const written = script.attributes['src']
  if (written === undefined && !('srcexpr' in script.attributes))
    return subject.reading.script(ownText(script))?.declared ?? new Set()
  const address = destinationOf(written ?? '', outline)
  const text = address.kind === 'inside' ? subject.scripts.get(address.document) : undefined
  return text === undefined ? null : (subject.reading.script(text)?.declared ?? null)
}

const checkTree = (
  root: XmlElement,
  around: readonly XmlElement[],
  visible: Names,
  outline: Outline,
  subject: Subject,
  report: Report,
): void => {
  const visits = descendants(root, around)
  const anonymous = new Map<XmlElement, Names>()
  const declaredIn = (container: XmlElement): Names => {
    const known = anonymous.get(container)
    if (known !== undefined) return known
    const inside = [...descendants(container)].map(({ element }) => element).slice(1)
    const found = declarations(inside, outline, subject)
    const named = handlers.has(container.name) ? ['_event', '_message'] : []
    const names = { names: new Set([...found.names, ...named]), open: found.open }
    anonymous.set(container, names)
    return names
  }
  const declaring = Map.groupBy(visits, nameDeclaredBy)
  let order: ReadonlyMap<XmlElement, number> | null = null
  /** Whether a variable of the content may be there when an element is come to. */
  const isDeclaredBefore = (name: string, visit: Visit, container: XmlElement): boolean => {
    order ??= new Map(visits.map(({ element }, place) => [element, place]))
    const places = order
    return (declaring.get(name) ?? []).some(
      (other) => other.around.includes(container) && mayPrecede(other, visit, places),
    )
  }
  const byElements = new Map<XmlElement, ReadonlySet<string>>()
  const areByElement = (container: XmlElement): ReadonlySet<string> => {
    const known = byElements.get(container) ?? declaredByElements(container)
    byElements.set(container, known)
    return known
  }
  for (const visit of visits) {
    const container = [...visit.around, visit.element].find(({ name }) => containers.has(name))
    const loops = visit.around.filter(({ name }) => name === 'foreach')
    const special = visit.around.some(({ name }) => name === 'enumerate')
      ? ['_prompt', '_dtmf']
      : []
    const isKnown = (name: string): boolean =>
      scopes.has(name) ||
      globals.has(name) ||
      visible.names.has(name) ||
      special.includes(name) ||
      loops.some(({ attributes }) => attributes['item'] === name) ||
      (container !== undefined &&
        declaredIn(container).names.has(name) &&
        (!areByElement(container).has(name) || isDeclaredBefore(name, visit, container)))
    const open = visible.open || (container !== undefined && declaredIn(container).open)
    checkElement(visit, open ? () => true : isKnown, subject, report)
  }
}

const variables = new Set(['var', 'data'])

const nameDeclaredBy = ({ element }: Visit): string | undefined =>
  element.attributes[element.name === 'foreach' ? 'item' : 'name']

/** Variables of content that nothing but elements with their names declare. */
const declaredByElements = (container: XmlElement): ReadonlySet<string> => {
  const inside = descendants(container).map(({ element }) => element)
  if (inside.some(({ name }) => name === 'script' || name === 'foreach')) return new Set()
  return new Set(
    inside.flatMap(({ name, attributes }) =>
      variables.has(name) ? (attributes['name'] ?? []) : [],
    ),
  )
}

/** Whether content comes to one element before another: it stands before it, and in no other branch. */
const mayPrecede = (one: Visit, other: Visit, order: ReadonlyMap<XmlElement, number>): boolean => {
  if (!variables.has(one.element.name)) return false
  const place = ({ element }: Visit): number => order.get(element) ?? 0
  if (place(one) >= place(other)) return false
  const shared = one.around.filter(
    (element) => element.name === 'if' && other.around.includes(element),
  )
  return shared.every((branching) => {
    const branchAt = (visit: Visit): number =>
      elementsOf(branching).findLastIndex(
        (child) =>
          (child.name === 'else' || child.name === 'elseif') &&
          (order.get(child) ?? 0) <= place(visit),
      )
    return branchAt(one) === branchAt(other)
  })
}

const checkElement = (
  { element }: Visit,
  isKnown: (name: string) => boolean,
  subject: Subject,
  report: Report,
): void => {
  const { attributes } = element
  const undeclared = (attribute: string | null, names: Iterable<string>) => {
    const place = attribute === null ? element.place : attributePlace(element, attribute)
    for (const name of names)
      if (!isKnown(name)) report(place, 'undeclared-name', `nothing in sight declares ${name}`)
  }
  for (const [name, kind] of schema.get(element.name)?.attributes ?? []) {
    const value = attributes[name]
    if (value === undefined) continue
    if (kind === 'expr' && value.trim() !== '') {
      const fault = subject.reading.expressionFault(value)
      if (fault !== null)
        report(attributePlace(element, name), 'bad-expression', `"${value}": ${fault.message}`)
      undeclared(name, subject.reading.expression(value)?.free ?? [])
    }
    if (kind === 'names' && element.name !== 'filled') undeclared(name, firstNames(value))
  }
  if (element.name === 'assign') undeclared('name', firstNames(attributes['name'] ?? ''))
  if (element.name === 'script') {
    const text = ownText(element)
    const fault = subject.reading.scriptFault(text)
    if (fault !== null) report(element.place, 'bad-expression', `the script: ${fault.message}`)
    undeclared(null, subject.reading.script(text)?.free ?? [])
  }
}

/** `application.total` begins in `application`. */
const firstNames = (namelist: string): string[] =>
  namelist
    .split(/\s+/)
    .map((name) => name.split('.', 1)[0] ?? '')
    .filter((name) => name !== '')
