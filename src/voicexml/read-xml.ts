import {
  DOMParser,
  type Element as DomElement,
  onWarningStopParsing,
  ParseError,
} from '@xmldom/xmldom'
import type { Finding, Place, XmlElement, XmlNode, XmlText } from './element.ts'
import { placesOf, type Scan, scanXml } from './scan-xml.ts'

/** Longest document that is read, in UTF-8 bytes. */
export const MAX_BYTES = 512 * 1024

/**
 * Elements of these namespaces lose their prefix. Those of any other keep it, or are called by their
 * namespace where they have none, so that none passes for ours.
 */
const OUR_NAMESPACES: ReadonlySet<string | null> = new Set([
  null,
  'http://www.w3.org/2001/vxml',
  'http://www.w3.org/2001/06/grammar',
  'http://www.w3.org/2001/10/synthesis',
])

/**
 * Reads XML 1.0 (https://www.w3.org/TR/xml/) strictly: what is not well formed, has a document type,
 * is not UTF-8 text of XML characters or passes the limits of size, depth and number is one finding
 * (`xml-not-well-formed`, `xml-doctype`, `xml-encoding`, `xml-character`, `xml-too-large`,
 * `xml-too-deep`, `xml-too-many-nodes`) and no tree. Never throws. Attribute records have no
 * prototype; attributes with a prefix keep it (`xml:lang`); namespace declarations are left out.
 */
export const readXml = (
  source: string,
  file: string,
): { readonly root: XmlElement } | { readonly findings: readonly Finding[] } => {
  const refuse = (place: Place, code: string, message: string) => ({
    findings: [{ file, place, severity: 'error' as const, code, message }],
  })
  if (source.length > MAX_BYTES || new TextEncoder().encode(source).length > MAX_BYTES) {
    return refuse({ line: 1, column: 1 }, 'xml-too-large', `larger than ${MAX_BYTES / 1024} KiB`)
  }
  const text = source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const placeAt = placesOf(text)

  const forbidden = /[^\t\n\x20-\uD7FF\uE000-\uFFFC\u{10000}-\u{10FFFF}]/u.exec(text)
  if (forbidden) {
    const code = (forbidden[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    return code === 'FFFD'
      ? refuse(placeAt(forbidden.index), 'xml-encoding', 'the file is not UTF-8 text')
      : refuse(placeAt(forbidden.index), 'xml-character', `U+${code} is not an XML character`)
  }

  const scan = scanXml(text)
  if ('fault' in scan)
    return refuse(placeAt(scan.fault.offset), scan.fault.code, scan.fault.message)

  try {
    const parser = new DOMParser({
      onError: onWarningStopParsing,
      normalizeLineEndings: (normalized) => normalized,
    })
    const document = parser.parseFromString(text, 'text/xml')
    const root = document.documentElement && freezeTree(document.documentElement, scan, placeAt)
    return root ? { root } : refuse(placeAt(0), 'xml-not-well-formed', 'cannot be read as XML')
  } catch (error) {
    if (!(error instanceof ParseError)) throw error
    const { lineNumber = 1, columnNumber = 1 } = error.locator ?? {}
    return refuse(
      { line: Math.max(1, lineNumber), column: Math.max(1, columnNumber) },
      'xml-not-well-formed',
      error.message.replace(/^Reporting \w+ "(.*)" caused \w+$/s, '$1'),
    )
  }
}

const nameOf = ({ namespaceURI, localName, prefix, tagName }: DomElement): string => {
  if (OUR_NAMESPACES.has(namespaceURI)) return localName ?? tagName
  return prefix ? tagName : `{${namespaceURI}}${tagName}`
}

const NO_ATTRIBUTES: Record<string, string> = Object.freeze(Object.create(null))
const NO_PLACES: Record<string, Place> = Object.freeze(Object.create(null))

/** Null when the built tree and the scan disagree about the elements: then neither is believed. */
const freezeTree = (
  top: DomElement,
  scan: Scan,
  placeAt: (offset: number) => Place,
): XmlElement | null => {
  let tagIndex = 0
  let boundary = 0

  const element = (node: DomElement): XmlElement | null => {
    const tag = scan.tags[tagIndex]
    if (tag?.name !== node.tagName || tag.attributes.size !== node.attributes.length) return null
    tagIndex += 1
    boundary += 1
    const isBare = tag.attributes.size === 0
    const attributes: Record<string, string> = isBare ? NO_ATTRIBUTES : Object.create(null)
    const attributePlaces: Record<string, Place> = isBare ? NO_PLACES : Object.create(null)
    for (const { name, value } of node.attributes) {
      if (name === 'xmlns' || name.startsWith('xmlns:')) continue
      attributes[name] = value
      attributePlaces[name] = placeAt(tag.attributes.get(name) ?? tag.offset)
    }
    const found = children(node)
    boundary += 1
    if (!found) return null
    return Object.freeze({
      kind: 'element',
      name: nameOf(node),
      attributes: Object.freeze(attributes),
      attributePlaces: Object.freeze(attributePlaces),
      children: Object.freeze(found),
      elements: Object.freeze(found.filter((child) => child.kind === 'element')),
      place: placeAt(tag.offset),
    })
  }

  const children = (parent: DomElement): XmlNode[] | null => {
    const found: XmlNode[] = []
    let text = ''
    const flush = () => {
      if (text === '') return
      const place = placeAt(scan.texts.get(boundary) ?? 0)
      found.push(Object.freeze<XmlText>({ kind: 'text', text, place }))
      text = ''
    }
    for (let node = parent.firstChild; node; node = node.nextSibling) {
      if (node.nodeType === node.TEXT_NODE || node.nodeType === node.CDATA_SECTION_NODE) {
        text += node.nodeValue ?? ''
      } else if (node.nodeType === node.ELEMENT_NODE) {
        flush()
        const child = element(node as DomElement)
        if (!child) return null
        found.push(child)
      }
    }
    flush()
    return found
  }

  return element(top)
}
