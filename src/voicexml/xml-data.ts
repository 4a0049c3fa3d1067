import { DOMParser, type Node as DomNode, onWarningStopParsing, ParseError } from '@xmldom/xmldom'
import { scanXml } from './scan-xml.ts'

/** A node of an XML document that documents read by `<data>`; `type` is DOM's `nodeType`. */
export type DataNode = {
  readonly type: 1 | 2 | 3 | 4 | 7 | 8 | 9
  readonly name: string
  /** Null for elements and the document. */
  readonly value: string | null
  readonly namespace: string | null
  readonly prefix: string | null
  readonly local: string | null
  /** Index of the parent, or of the element that an attribute belongs to; -1: none. */
  readonly parent: number
  readonly children: readonly number[]
  readonly attributes: readonly number[]
  /** Index after the last node below this one. */
  readonly end: number
}

/** Nodes in document order, the document itself first; an attribute follows its element. */
export type DataTree = { readonly nodes: readonly DataNode[] }

/** In one document; elements and texts are counted by the scan. */
const MAX_ATTRIBUTES = 20_000

const ELEMENT = 1
const ATTRIBUTE = 2
const TEXT = 3

/**
 * Reads XML data (VoiceXML 2.1 section 5) as strictly as documents of a flow: no declarations, UTF-8, limits
 * of depth and number. Unlike there, comments, processing instructions, CDATA and namespaces are kept.
 */
export const readData = (
  source: string,
): { readonly tree: DataTree } | { readonly fault: string } => {
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  if (/[^\t\n\x20-\uD7FF\uE000-\uFFFC\u{10000}-\u{10FFFF}]/u.test(text)) {
    return { fault: 'it has characters that are not XML' }
  }
  const scan = scanXml(text)
  if ('fault' in scan) return { fault: scan.fault.message }
  const attributes = scan.tags.reduce((sum, tag) => sum + tag.attributes.size, 0)
  if (attributes > MAX_ATTRIBUTES) return { fault: `more than ${MAX_ATTRIBUTES} attributes` }
  try {
    const parser = new DOMParser({
      onError: onWarningStopParsing,
      normalizeLineEndings: (normalized) => normalized,
    })
    return { tree: flatten(parser.parseFromString(text, 'text/xml')) }
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    return { fault: error.message }
  }
}

type Draft = { -readonly [key in keyof DataNode]: DataNode[key] } & { children: number[] }

const KEPT: ReadonlySet<number> = new Set([1, 3, 4, 7, 8])

const flatten = (document: DomNode): DataTree => {
  const nodes: Draft[] = []
  const add = (node: DomNode, parent: number): number => {
    const index = nodes.length
    const hasName = node.nodeType === ELEMENT || node.nodeType === ATTRIBUTE
    const draft: Draft = {
      type: node.nodeType as DataNode['type'],
      name: node.nodeName,
      value: node.nodeValue ?? null,
      namespace: hasName ? (node.namespaceURI ?? null) : null,
      prefix: hasName ? (node.prefix ?? null) : null,
      local: hasName ? (node.localName ?? null) : null,
      parent,
      children: [],
      attributes: [],
      end: 0,
    }
    nodes.push(draft)
    const attributes = (node as { attributes?: Iterable<DomNode> }).attributes ?? []
    if (node.nodeType === ELEMENT) {
      draft.attributes = [...attributes].map((attribute) => add(attribute, index))
    }
    if (node.nodeType === ATTRIBUTE) {
      draft.end = nodes.length
      return index
    }
    for (let child = node.firstChild; child; child = child.nextSibling) {
      // Blank space around the root element is no node (DOM Level 2 section 1.1.1).
      if (child.nodeType === TEXT && parent === -1) continue
      const before = nodes[draft.children.at(-1) ?? -1]
      if (child.nodeType === TEXT && before?.type === TEXT) before.value += child.nodeValue ?? ''
      else if (KEPT.has(child.nodeType) && !isDeclaration(child)) {
        draft.children.push(add(child, index))
      }
    }
    draft.end = nodes.length
    return index
  }
  add(document, -1)
  return Object.freeze({ nodes: nodes.map((node) => Object.freeze(node)) })
}

/** The XML declaration looks like a processing instruction to the parser and is none. */
const isDeclaration = (node: DomNode): boolean =>
  node.nodeType === 7 && node.nodeName.toLowerCase() === 'xml'
