import type { XmlElement, XmlNode } from '../element.ts'
import { plainName } from './plain-name.ts'
import { isSpoken } from './spoken.ts'

/** What a node of content does to those who follow it; what does nothing to them is left out. */
export type Act =
  | { readonly kind: 'say'; readonly node: XmlNode }
  | { readonly kind: 'if'; readonly branches: readonly Branch[] }
  | { readonly kind: 'foreach'; readonly element: XmlElement }
  /** Leaves the content. */
  | { readonly kind: 'leave'; readonly element: XmlElement }
  | { readonly kind: 'assign'; readonly name: string; readonly source: string | undefined }
  /** No names: all items of the form. */
  | { readonly kind: 'clear'; readonly names: readonly string[] }
  | { readonly kind: 'script' }
  | { readonly kind: 'data'; readonly element: XmlElement }
  | { readonly kind: 'reprompt' }

/** `cond` absent: what is done otherwise. */
export type Branch = {
  readonly element: XmlElement
  readonly cond: string | undefined
  readonly acts: readonly Act[]
}

const leaving = new Set(['exit', 'disconnect', 'throw', 'return', 'goto', 'submit'])

/** The content of an element; read once, for elements never change. */
export const actsIn = (parent: XmlElement): readonly Act[] => {
  const before = known.get(parent)
  if (before !== undefined) return before
  const acts = actsAmong(parent.children)
  known.set(parent, acts)
  return acts
}

const known = new WeakMap<XmlElement, readonly Act[]>()

const actsAmong = (nodes: readonly XmlNode[]): readonly Act[] => {
  const acts: Act[] = []
  for (const node of nodes) {
    const act = actOf(node)
    if (act !== null) acts.push(act)
  }
  return acts
}

const actOf = (node: XmlNode): Act | null => {
  if (node.kind === 'text') return node.text.trim() === '' ? null : { kind: 'say', node }
  if (node.name === 'if') return { kind: 'if', branches: branchesOf(node) }
  if (node.name === 'foreach') return { kind: 'foreach', element: node }
  if (isSpoken(node)) return { kind: 'say', node }
  if (leaving.has(node.name)) return { kind: 'leave', element: node }
  const { attributes } = node
  switch (node.name) {
    case 'assign':
    case 'var':
      return {
        kind: 'assign',
        name: plainName(attributes['name'] ?? ''),
        source: attributes['expr'],
      }
    case 'clear': {
      const names = (attributes['namelist'] ?? '').split(/\s+/).filter((name) => name !== '')
      return { kind: 'clear', names: names.map(plainName) }
    }
    case 'data':
      return { kind: 'data', element: node }
    case 'script':
    case 'reprompt':
      return { kind: node.name }
    default:
      return null
  }
}

const branchesOf = (element: XmlElement): readonly Branch[] => {
  const parts: { element: XmlElement; content: XmlNode[] }[] = [{ element, content: [] }]
  for (const child of element.children)
    if (child.kind === 'element' && (child.name === 'else' || child.name === 'elseif'))
      parts.push({ element: child, content: [] })
    else parts.at(-1)?.content.push(child)
  return parts.map((part) => ({
    element: part.element,
    cond: part.element.name === 'else' ? undefined : (part.element.attributes['cond'] ?? ''),
    acts: actsAmong(part.content),
  }))
}
