import type { Place } from './element.ts'

/** What the scan learned of one start tag; tags are listed in document order. */
export type ScannedTag = {
  readonly name: string
  readonly offset: number
  readonly attributes: ReadonlyMap<string, number>
}

/**
 * What the scan learned of a document. `texts` maps a boundary (how many start and end tags precede,
 * an empty element counting as both) to the offset where the text after it begins.
 */
export type Scan = {
  readonly tags: readonly ScannedTag[]
  readonly texts: ReadonlyMap<number, number>
}

/** Why a text is not taken as XML; `offset` counts UTF-16 units from 0. */
export type ScanFault = { readonly offset: number; readonly code: string; readonly message: string }

/** Nesting of elements that is still read. */
const MAX_DEPTH = 64
/** Elements, texts, comments and processing instructions in one document. */
const MAX_NODES = 20_000
/** Attributes of one element; the tree builder's cost grows with their square. */
const MAX_ATTRIBUTES = 128

const NAME_START = ':A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D'.concat(
  '\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF',
  '\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}',
)
const NAME = new RegExp(
  `[${NAME_START}][${NAME_START}\\-.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040]*`,
  'uy',
)
const SPACE = /[ \t\n]*/y
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));/y
const DECLARATION =
  /<\?xml\s+version\s*=\s*(["'])([^"']*)\1(?:\s+encoding\s*=\s*(["'])([^"']*)\3)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\5)?\s*\?>/y

/**
 * One pass over a document that holds it to XML 1.0 without a document type (sections 2 and 4 of the
 * recommendation) and to the limits above, before a tree is built. It uses no recursion, so hostile
 * nesting costs nothing. Line ends must already be `\n` (section 2.11).
 */
export const scanXml = (text: string): Scan | { readonly fault: ScanFault } => {
  const tags: ScannedTag[] = []
  const texts = new Map<number, number>()
  let boundary = 0
  const open: string[] = []
  let nodes = 0
  let at = 0

  const fault = (offset: number, message: string, code = 'xml-not-well-formed') => ({
    fault: { offset, code, message },
  })

  if (/^<\?xml\s/.test(text)) {
    DECLARATION.lastIndex = 0
    const found = DECLARATION.exec(text)
    if (!found) return fault(0, 'the XML declaration is malformed')
    if (found[2] !== '1.0') return fault(0, `XML version ${found[2]} is not read, only 1.0`)
    const encoding = found[4]
    if (encoding !== undefined && !isReadAs(encoding, text)) {
      return fault(0, `the encoding must be UTF-8, not ${encoding}`, 'xml-encoding')
    }
    at = found[0].length
  }

  while (at < text.length) {
    nodes += 1
    if (nodes > MAX_NODES) return fault(at, `more than ${MAX_NODES} nodes`, 'xml-too-many-nodes')

    if (text[at] !== '<') {
      const next = text.indexOf('<', at)
      const end = next < 0 ? text.length : next
      const problem = open.length > 0 ? textFault(text, at, end) : outsideFault(text, at, end)
      if (problem) return { fault: problem }
      if (!texts.has(boundary)) texts.set(boundary, at)
      at = end
    } else if (text.startsWith('<!--', at)) {
      const end = text.indexOf('--', at + 4)
      if (end < 0) return fault(at, 'the comment is not closed')
      if (text[end + 2] !== '>') return fault(end, 'a comment may not contain --')
      at = end + 3
    } else if (text.startsWith('<![CDATA[', at)) {
      if (open.length === 0) return fault(at, 'text outside the root element')
      const end = text.indexOf(']]>', at + 9)
      if (end < 0) return fault(at, 'the CDATA section is not closed')
      if (!texts.has(boundary)) texts.set(boundary, at)
      at = end + 3
    } else if (text.startsWith('<!', at)) {
      return /^<!(DOCTYPE|ENTITY)/i.test(text.slice(at, at + 9))
        ? fault(at, 'document types and entities are not allowed', 'xml-doctype')
        : fault(at, 'unknown markup after <!')
    } else if (text.startsWith('<?', at)) {
      const target = nameAt(text, at + 2)
      if (target === '' || target.toLowerCase() === 'xml') {
        return fault(at, 'a processing instruction needs a name other than xml')
      }
      const end = text.indexOf('?>', at + 2 + target.length)
      if (end < 0) return fault(at, 'the processing instruction is not closed')
      if (end > at + 2 + target.length && !/[ \t\n]/.test(text[at + 2 + target.length] ?? '')) {
        return fault(at, 'a space is missing in the processing instruction')
      }
      at = end + 2
    } else if (text.startsWith('</', at)) {
      const name = nameAt(text, at + 2)
      const end = skipSpace(text, at + 2 + name.length)
      if (text[end] !== '>') return fault(at, 'the end tag is malformed')
      const expected = open.pop()
      if (expected === undefined) return fault(at, `</${name}> closes nothing`)
      if (expected !== name) return fault(at, `</${name}> where </${expected}> was expected`)
      boundary += 1
      at = end + 1
    } else {
      if (open.length === 0 && tags.length > 0) return fault(at, 'more than one root element')
      const tag = scanTag(text, at)
      if ('message' in tag) return { fault: tag }
      tags.push(tag.tag)
      at = tag.end
      boundary += tag.empty ? 2 : 1
      if (!tag.empty) open.push(tag.tag.name)
      if (open.length + (tag.empty ? 1 : 0) > MAX_DEPTH) {
        return fault(tag.tag.offset, `elements nested deeper than ${MAX_DEPTH}`, 'xml-too-deep')
      }
    }
  }

  const unclosed = open.pop()
  if (unclosed !== undefined) return fault(text.length, `<${unclosed}> is not closed`)
  if (tags.length === 0) return fault(text.length, 'there is no root element')
  return { tags, texts }
}

/** Texts of nothing but ASCII characters are the same bytes in all of these encodings. */
const isReadAs = (encoding: string, text: string): boolean =>
  encoding.toLowerCase() === 'utf-8' ||
  (/^(us-ascii|iso-8859-\d{1,2})$/i.test(encoding) && /^[\t\n -~]*$/.test(text))

const scanTag = (
  text: string,
  start: number,
): { tag: ScannedTag; end: number; empty: boolean } | ScanFault => {
  const fault = (offset: number, message: string): ScanFault => ({
    offset,
    code: 'xml-not-well-formed',
    message,
  })
  const name = nameAt(text, start + 1)
  if (name === '') return fault(start, 'a bare < must be written &lt;')
  const attributes = new Map<string, number>()
  const done = (end: number, empty: boolean) => ({
    tag: { name, offset: start, attributes },
    end,
    empty,
  })
  let at = start + 1 + name.length
  for (;;) {
    const next = skipSpace(text, at)
    if (text[next] === '>') return done(next + 1, false)
    if (text[next] === '/' && text[next + 1] === '>') return done(next + 2, true)
    const attribute = nameAt(text, next)
    if (attribute === '') return fault(next, `<${name}> is malformed`)
    if (next === at) return fault(next, `a space is missing before ${attribute}`)
    if (attributes.has(attribute)) return fault(next, `${attribute} is given twice`)
    attributes.set(attribute, next)
    if (attributes.size > MAX_ATTRIBUTES) {
      return {
        offset: next,
        code: 'xml-too-many-nodes',
        message: `more than ${MAX_ATTRIBUTES} attributes`,
      }
    }
    const equals = skipSpace(text, next + attribute.length)
    if (text[equals] !== '=') return fault(next, `${attribute} has no value`)
    const quoteAt = skipSpace(text, equals + 1)
    const quote = text[quoteAt]
    if (quote !== '"' && quote !== "'") {
      return fault(quoteAt, `the value of ${attribute} is not quoted`)
    }
    const end = text.indexOf(quote, quoteAt + 1)
    if (end < 0) return fault(quoteAt, `the value of ${attribute} is not closed`)
    const less = text.indexOf('<', quoteAt + 1)
    if (less >= 0 && less < end) return fault(less, '< in an attribute must be written &lt;')
    const problem = referenceFault(text, quoteAt + 1, end)
    if (problem) return problem
    at = end + 1
  }
}

const nameAt = (text: string, at: number): string => {
  NAME.lastIndex = at
  return NAME.exec(text)?.[0] ?? ''
}

const skipSpace = (text: string, at: number): number => {
  SPACE.lastIndex = at
  SPACE.exec(text)
  return SPACE.lastIndex
}

const textFault = (text: string, from: number, to: number): ScanFault | null => {
  const close = text.indexOf(']]>', from)
  if (close >= 0 && close < to) {
    return { offset: close, code: 'xml-not-well-formed', message: ']]> must be written ]]&gt;' }
  }
  return referenceFault(text, from, to)
}

const outsideFault = (text: string, from: number, to: number): ScanFault | null => {
  const end = skipSpace(text, from)
  if (end >= to) return null
  return { offset: end, code: 'xml-not-well-formed', message: 'text outside the root element' }
}

const referenceFault = (text: string, from: number, to: number): ScanFault | null => {
  let at = text.indexOf('&', from)
  while (at >= 0 && at < to) {
    REFERENCE.lastIndex = at
    const found = REFERENCE.exec(text)
    if (!found) {
      return {
        offset: at,
        code: 'xml-not-well-formed',
        message: 'a bare & or an unknown entity: write &amp; for the character itself',
      }
    }
    const number = found[2] ? Number.parseInt(found[2], 10) : Number.parseInt(found[3] ?? '20', 16)
    if (!isXmlCharacter(number)) {
      return { offset: at, code: 'xml-character', message: `${found[0]} is not an XML character` }
    }
    at = text.indexOf('&', REFERENCE.lastIndex)
  }
  return null
}

const isXmlCharacter = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff)

/** Turns offsets of a text into places; made once a text, each question costs a binary search. */
export const placesOf = (text: string): ((offset: number) => Place) => {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return Object.freeze({ line: low + 1, column: offset - (starts[low] ?? 0) + 1 })
  }
}
