import type { DataNode, DataTree } from '../../xml-data.ts'
import { toInteger, toText } from '../convert.ts'
import { budgetFault, scriptFault, typeFault } from '../fault.ts'
import { charge } from '../machine.ts'
import {
  createFunction,
  createNative,
  createObject,
  type HostObject,
  type Machine,
  type ScriptObject,
  slot,
  slotOf,
  type Value,
} from '../value.ts'

/*
 * The read-only subset of DOM Level 2 that VoiceXML 2.1 Appendix D gives to scripts. A node is its index in
 * a frozen tree; objects are made as scripts come to them, one for each node, so that they can be compared.
 */

/** The nodes of one tree as the scripts of one run see them. */
export type DomView = {
  /** Names the tree in a saved session. */
  readonly name: string
  readonly tree: DataTree
  readonly known: Map<string, ScriptObject>
}

export const domView = (name: string, tree: DataTree): DomView => ({ name, tree, known: new Map() })

/** The document of a tree, the value of `<data name>`. */
export const domDocument = (view: DomView): ScriptObject => nodeAt(view, 0) ?? createObject()

/** What a session saved of a node or a list: `viewOf` finds its tree again. */
export const domRestored = (
  saved: unknown,
  viewOf: (name: string) => DomView | undefined,
): Value => {
  if (!Array.isArray(saved)) return undefined
  const [name, ...rest] = saved as [string, ...ListKey] | [string, number]
  const view = viewOf(name)
  if (view === undefined) return undefined
  return typeof rest[0] === 'number' ? nodeAt(view, rest[0]) : listOf(view, rest as ListKey)
}

const DOCUMENT = 9
const ELEMENT = 1
const ATTRIBUTE = 2

const constants = {
  ELEMENT_NODE: 1,
  ATTRIBUTE_NODE: 2,
  TEXT_NODE: 3,
  CDATA_SECTION_NODE: 4,
  ENTITY_REFERENCE_NODE: 5,
  ENTITY_NODE: 6,
  PROCESSING_INSTRUCTION_NODE: 7,
  COMMENT_NODE: 8,
  DOCUMENT_NODE: 9,
  DOCUMENT_TYPE_NODE: 10,
  DOCUMENT_FRAGMENT_NODE: 11,
  NOTATION_NODE: 12,
} as const

/** `Node` with its constants, as every expression sees it. */
export const nodeConstructor = createNative({ id: 'Node' }, constants)

/** Longest text that a node gives to a script. */
const MAX_TEXT = 65_536

const limited = (text: string): string => {
  if (text.length > MAX_TEXT) throw budgetFault('a text of the data is too long')
  return text
}

const nodeAt = (view: DomView, index: number): ScriptObject | null => {
  const node = view.tree.nodes[index]
  return node === undefined
    ? null
    : remembered(view, String(index), () => ({
        kind: 'host',
        read: (key) => readNode(view, index, node, key),
        call: (name, machine, args) => callNode(view, index, node, name, machine, args),
        saved: [view.name, index],
      }))
}

const remembered = (view: DomView, key: string, make: () => HostObject): ScriptObject => {
  const known = view.known.get(key)
  if (known !== undefined) return known
  const object = createObject()
  object[slot] = make()
  view.known.set(key, Object.freeze(object))
  return object
}

const readNode = (view: DomView, index: number, node: DataNode, key: string): Value => {
  switch (key) {
    case 'nodeType':
      return node.type
    case 'nodeName':
      return node.name
    case 'nodeValue':
      return node.value === null ? null : limited(node.value)
    case 'parentNode':
      return node.type === ATTRIBUTE ? null : nodeAt(view, node.parent)
    case 'childNodes':
      return listOf(view, ['children', index])
    case 'firstChild':
      return nodeAt(view, node.children[0] ?? -1)
    case 'lastChild':
      return nodeAt(view, node.children.at(-1) ?? -1)
    case 'previousSibling':
      return sibling(view, index, node, -1)
    case 'nextSibling':
      return sibling(view, index, node, 1)
    case 'attributes':
      return node.type === ELEMENT ? listOf(view, ['attributes', index]) : null
    case 'ownerDocument':
      return node.type === DOCUMENT ? null : nodeAt(view, 0)
    case 'namespaceURI':
      return node.namespace
    case 'prefix':
      return node.prefix
    case 'localName':
      return node.local
    case 'textContent':
      return node.type === DOCUMENT ? null : textContent(view.tree, index, node)
  }
  if (Object.hasOwn(constants, key)) return constants[key as keyof typeof constants]
  return (
    readOfKind(view, node, key) ?? (NODE_METHODS[node.type].has(key) ? methods.get(key) : undefined)
  )
}

const readOfKind = (view: DomView, node: DataNode, key: string): Value => {
  switch (node.type) {
    case DOCUMENT: {
      const root = node.children.find((child) => view.tree.nodes[child]?.type === ELEMENT)
      return key === 'documentElement' ? nodeAt(view, root ?? -1) : undefined
    }
    case ELEMENT:
      return key === 'tagName' ? node.name : undefined
    case ATTRIBUTE:
      if (key === 'name') return node.name
      if (key === 'value') return limited(node.value ?? '')
      if (key === 'specified') return true
      return key === 'ownerElement' ? nodeAt(view, node.parent) : undefined
    case 7:
      if (key === 'target') return node.name
      return key === 'data' ? limited(node.value ?? '') : undefined
    default:
      if (key === 'data') return limited(node.value ?? '')
      return key === 'length' ? (node.value ?? '').length : undefined
  }
}

const sibling = (view: DomView, index: number, node: DataNode, step: number): Value => {
  if (node.type === ATTRIBUTE) return null
  const siblings = view.tree.nodes[node.parent]?.children ?? []
  return nodeAt(view, siblings[siblings.indexOf(index) + step] ?? -1)
}

const textContent = ({ nodes }: DataTree, index: number, node: DataNode): string => {
  if (node.value !== null) return limited(node.value)
  let text = ''
  for (let at = index + 1; at < node.end; at += 1) {
    const below = nodes[at]
    if (below?.type === 3 || below?.type === 4) text = limited(text + below.value)
  }
  return text
}

/** A list by what it lists, which is all that a session needs of it. */
type ListKey =
  | readonly ['children' | 'attributes', number]
  | readonly ['tags', number, string]
  | readonly ['tagsNS', number, string, string]

const listOf = (view: DomView, key: ListKey): ScriptObject =>
  remembered(view, JSON.stringify(key), () => {
    const items = itemsOf(view.tree, key)
    const names = key[0] === 'attributes' ? MAP_METHODS : LIST_METHODS
    return {
      kind: 'host',
      read: (name) => {
        if (name === 'length') return items.length
        if (/^\d+$/.test(name)) return nodeAt(view, items[Number(name)] ?? -1) ?? undefined
        return names.has(name) ? methods.get(name) : undefined
      },
      call: (name, machine, args) => callList(view, items, name, machine, args),
      saved: [view.name, ...key],
    }
  })

const itemsOf = ({ nodes }: DataTree, key: ListKey): readonly number[] => {
  const [kind, index] = key
  const node = nodes[index]
  if (node === undefined) return []
  if (kind === 'children') return node.children
  if (kind === 'attributes') return node.attributes
  const found: number[] = []
  for (let at = index + 1; at < node.end; at += 1) {
    const below = nodes[at]
    if (below?.type !== ELEMENT) continue
    const fits =
      key[0] === 'tags'
        ? key[2] === '*' || key[2] === below.name
        : (key[2] === '*' || key[2] === (below.namespace ?? '')) &&
          (key[3] === '*' || key[3] === below.local)
    if (fits) found.push(at)
  }
  return found
}

const callList = (
  view: DomView,
  items: readonly number[],
  name: string,
  machine: Machine,
  args: readonly Value[],
): Value => {
  if (name === 'item') return nodeAt(view, items[toInteger(machine, args[0])] ?? -1)
  charge(machine, 1 + (items.length >> 3))
  const named = items.find((index) => isNamed(view.tree.nodes[index], name, machine, args))
  return nodeAt(view, named ?? -1)
}

const isNamed = (
  node: DataNode | undefined,
  method: string,
  machine: Machine,
  args: readonly Value[],
): boolean =>
  method.endsWith('NS')
    ? (node?.namespace ?? '') === namespaceOf(machine, args[0]) &&
      node?.local === toText(machine, args[1])
    : node?.name === toText(machine, args[0])

const namespaceOf = (machine: Machine, value: Value): string =>
  value === null || value === undefined ? '' : toText(machine, value)

const callNode = (
  view: DomView,
  index: number,
  node: DataNode,
  name: string,
  machine: Machine,
  args: readonly Value[],
): Value => {
  const { nodes } = view.tree
  switch (name) {
    case 'hasChildNodes':
      return node.children.length > 0
    case 'hasAttributes':
      return node.attributes.length > 0
    case 'substringData': {
      const [offset, count] = [toInteger(machine, args[0]), toInteger(machine, args[1])]
      const text = node.value ?? ''
      if (offset < 0 || offset > text.length || count < 0) {
        throw scriptFault('DOMException', 'no such place in the text')
      }
      return limited(text.slice(offset, offset + count))
    }
    case 'getElementsByTagName':
    case 'getElementsByTagNameNS': {
      charge(machine, 1 + ((node.end - index) >> 3))
      return name === 'getElementsByTagName'
        ? listOf(view, ['tags', index, toText(machine, args[0])])
        : listOf(view, ['tagsNS', index, namespaceOf(machine, args[0]), toText(machine, args[1])])
    }
    case 'getElementById': {
      charge(machine, 1 + (nodes.length >> 3))
      const id = toText(machine, args[0])
      const found = nodes.find((each) => each.name === 'xml:id' && each.value === id)
      return nodeAt(view, found?.parent ?? -1)
    }
  }
  const found = node.attributes.find((each) => isNamed(nodes[each], name, machine, args))
  if (name.startsWith('has')) return found !== undefined
  if (name.startsWith('getAttributeNode')) return nodeAt(view, found ?? -1)
  return limited(nodes[found ?? -1]?.value ?? '')
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

const COMMON = 'hasChildNodes hasAttributes'
const TEXTUAL = words(`${COMMON} substringData`)
const NODE_METHODS: Readonly<Record<DataNode['type'], ReadonlySet<string>>> = {
  1: words(
    `${COMMON} getAttribute getAttributeNS getAttributeNode getAttributeNodeNS hasAttribute hasAttributeNS getElementsByTagName getElementsByTagNameNS`,
  ),
  2: words(COMMON),
  3: TEXTUAL,
  4: TEXTUAL,
  7: words(COMMON),
  8: TEXTUAL,
  9: words(`${COMMON} getElementsByTagName getElementsByTagNameNS getElementById`),
}
const LIST_METHODS = words('item')
const MAP_METHODS = words('item getNamedItem getNamedItemNS')

const methodOf = (name: string): [string, ScriptObject] => [
  name,
  createFunction(`Node.prototype.${name}`, (machine, self, args) => {
    const hidden = slotOf(self)
    if (hidden?.kind !== 'host') throw typeFault(`${name} is called on what is no node`)
    return hidden.call(name, machine, args)
  }),
]

/** The functions of nodes and lists by name. */
export const domMethods: ReadonlyMap<string, Value> = new Map(
  [...new Set([...Object.values(NODE_METHODS), MAP_METHODS].flatMap((names) => [...names]))].map(
    methodOf,
  ),
)
const methods = domMethods
