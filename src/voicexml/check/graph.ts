import type { XmlElement } from '../element.ts'
import { type Dialog, dialogAt, type Outline } from './outline.ts'
import { isTransition, transitionsOf } from './references.ts'
import type { Subject } from './subject.ts'
import { descendants } from './walk.ts'

/**
 * Which dialog can follow which. It errs to the side of too many: conditions are not weighed, handlers and
 * links of the document and its root count for every dialog, and a computed address that tells nothing about
 * itself leads to every dialog of its own document.
 */
export type Graph = {
  /** All that can follow, `start` included. */
  readonly reach: (start: Iterable<Dialog>) => ReadonlySet<Dialog>
  /** All from which one of `ends` can follow, `ends` included. */
  readonly leadingTo: (ends: Iterable<Dialog>) => ReadonlySet<Dialog>
}

/** A station that is no dialog: it keeps the number of edges in proportion to the text. */
type Hub = { readonly hub: string }
type Node = Dialog | Hub
type Edges = Map<Node, Set<Node>>

export const graphOf = (subject: Subject): Graph => {
  const edges: Edges = new Map()
  const hubs = new Map<string, Hub>()
  /** What calls a subdialog, by what is called: a return goes on in the caller. */
  const callers = new Map<Node, Set<Dialog>>()

  const connect = (from: Node, to: Node): void => {
    const known = edges.get(from)
    if (known === undefined) edges.set(from, new Set([to]))
    else known.add(to)
  }
  const hub = (name: string): Hub => {
    const known = hubs.get(name)
    if (known !== undefined) return known
    const made = { hub: name }
    hubs.set(name, made)
    return made
  }
  const everyDialog = ({ path }: Outline): Hub => hub(`every dialog of ${path}`)
  const fromAnywhere = (path: string): Hub => hub(`from anywhere in ${path}`)

  for (const outline of subject.outlines.values()) {
    const anywhere = fromAnywhere(outline.path)
    for (const dialog of outline.dialogs) {
      connect(everyDialog(outline), dialog)
      connect(dialog, anywhere)
      if (dialog.element.attributes['scope'] === 'document') connect(anywhere, dialog)
      for (const element of transitionsIn(dialog.element))
        for (const target of targetsOf(element, outline, subject) ?? [everyDialog(outline)]) {
          connect(dialog, target)
          if (element.name !== 'subdialog') continue
          const known = callers.get(target)
          if (known === undefined) callers.set(target, new Set([dialog]))
          else known.add(dialog)
        }
    }
    for (const element of outline.shared.flatMap(transitionsIn))
      for (const target of targetsOf(element, outline, subject) ?? [everyDialog(outline)])
        connect(anywhere, target)
    if (outline.application !== null) connect(anywhere, fromAnywhere(outline.application))
  }
  let number = 0
  for (const [called, by] of callers) {
    const back = hub(`return ${number++}`)
    for (const node of closure([called], edges)) if (isReturning(node)) connect(node, back)
    for (const caller of by) connect(back, caller)
  }
  const backwards = reversed(edges)
  return {
    reach: (start) => dialogsAmong(closure(start, edges)),
    leadingTo: (ends) => dialogsAmong(closure(ends, backwards)),
  }
}

const transitionsIn = (root: XmlElement): XmlElement[] =>
  [...descendants(root)].map(({ element }) => element).filter(isTransition)

/** Null: the address is computed and tells nothing. */
const targetsOf = (element: XmlElement, outline: Outline, subject: Subject): Dialog[] | null => {
  const references = transitionsOf(element, outline.path, subject.reading)
  if (references.length === 0) return null
  return references.flatMap(({ address }) => {
    if (address.kind !== 'inside') return []
    const target = subject.outlines.get(address.document)
    return (target === undefined ? null : dialogAt(target, address.dialog)) ?? []
  })
}

const closure = (start: Iterable<Node>, edges: Edges): Set<Node> => {
  const found = new Set(start)
  for (const node of found) for (const next of edges.get(node) ?? []) found.add(next)
  return found
}

const reversed = (edges: Edges): Edges => {
  const backwards: Edges = new Map()
  for (const [from, targets] of edges)
    for (const to of targets) {
      const known = backwards.get(to)
      if (known === undefined) backwards.set(to, new Set([from]))
      else known.add(from)
    }
  return backwards
}

const isDialog = (node: Node): node is Dialog => !('hub' in node)

const dialogsAmong = (nodes: Iterable<Node>): ReadonlySet<Dialog> =>
  new Set([...nodes].filter(isDialog))

const isReturning = (node: Node): boolean =>
  isDialog(node) && [...descendants(node.element)].some(({ element }) => element.name === 'return')
