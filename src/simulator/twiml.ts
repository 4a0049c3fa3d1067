import { DOMParser, type Element as DomElement, type Node } from '@xmldom/xmldom'

/** An element of a TwiML document; text stands among its children as it stood in the document. */
export type TwimlElement = {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (TwimlElement | string)[]
}

type Content = TwimlElement | string

/** What the carrier makes of an answer. */
export type Twiml =
  | { readonly kind: 'document'; readonly root: TwimlElement }
  | { readonly kind: 'fault'; readonly code: number; readonly message: string }

export const element = (
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly (TwimlElement | string)[]
): TwimlElement => ({ name, attributes, children })

const elementType = 1
const textTypes = [3, 4]

const treeOf = (node: DomElement): TwimlElement => ({
  name: node.nodeName,
  attributes: Object.fromEntries(
    Array.from(node.attributes, (attribute) => [attribute.name, attribute.value]),
  ),
  children: Array.from(node.childNodes as Iterable<Node>).flatMap((child): Content[] => {
    if (child.nodeType === elementType) return [treeOf(child as DomElement)]
    return textTypes.includes(child.nodeType) ? [child.nodeValue ?? ''] : []
  }),
})

/** An ampersand that begins no reference: the parser would let it pass, Twilio does not. */
const looseAmpersand = /&(?!(?:#\d+|#x[\da-fA-F]+|amp|lt|gt|quot|apos);)/
const unparsed = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g

const parseFailure = (why: string): Twiml => ({
  kind: 'fault',
  code: 12100,
  message: `Document parse failure: ${why}`,
})

/** Characters that XML 1.0 has no place for, as themselves or by reference. */
const forbidden = /[^\P{Cc}\t\n\r\u007F-\u009F]|[\uFFFE\uFFFF]|[\uD800-\uDFFF]/u
const references = /&#(?:(\d{1,8})|x([\da-fA-F]{1,6}));/g
const referred = (_all: string, decimal?: string, hexadecimal?: string): string => {
  const code = decimal === undefined ? Number(`0x${hexadecimal}`) : Number(decimal)
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\0'
}

/** Reads a document; one that is not well-formed is 12100, one with another root 12102. */
export const parseTwiml = (text: string): Twiml => {
  if (/^[\s\uFEFF]/.test(text)) return parseFailure('something stands before the document')
  if (looseAmpersand.test(text.replace(unparsed, ''))) return parseFailure('an unescaped &')
  if (forbidden.test(text.replace(references, referred))) {
    return parseFailure('a character that XML does not allow')
  }
  let complaint: string | undefined
  try {
    const parser = new DOMParser({
      onError: (_level, message) => {
        complaint ??= message
        throw new Error(message)
      },
    })
    const root = parser.parseFromString(text, 'text/xml').documentElement
    if (!root) return parseFailure('no root')
    if (root.nodeName !== 'Response') {
      return { kind: 'fault', code: 12102, message: `The root is <${root.nodeName}>` }
    }
    return { kind: 'document', root: treeOf(root) }
  } catch (error) {
    return parseFailure(complaint ?? String(error))
  }
}

/**
 * Reads an answer by its content type: XML is run, sound is played, plain text is read aloud.
 * Source: twilio.com/docs/voice/twiml, "Twilio's TwiML interpreter"; errors 12300 and 11770.
 *
 * @param url where the answer came from
 */
export const readAnswer = (answer: {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}): Twiml => {
  const type = (answer.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  const text = answer.body.toString('utf8')
  if (/^audio\//.test(type)) {
    return {
      kind: 'document',
      root: element('Response', {}, element('Play', {}, answer.url)),
    }
  }
  if (answer.body.length === 0 && answer.headers['transfer-encoding'] === 'chunked') {
    return { kind: 'fault', code: 11770, message: 'Chunked answer with an empty body' }
  }
  if (type === 'text/plain') {
    const read = parseTwiml(text)
    if (read.kind === 'document') return read
    return { kind: 'document', root: element('Response', {}, element('Say', {}, text)) }
  }
  if (type === 'text/xml' || type === 'application/xml' || type === 'text/html') {
    return parseTwiml(text)
  }
  return { kind: 'fault', code: 12300, message: `Invalid Content-Type: ${type || 'none'}` }
}

/** The text inside an element and all it contains. */
export const textOf = (node: TwimlElement | string): string =>
  typeof node === 'string' ? node : node.children.map(textOf).join('')
