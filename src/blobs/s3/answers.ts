import type { IncomingMessage } from 'node:http'
import { DOMParser, type Element } from '@xmldom/xmldom'

/** Longest text that is read: a page of a list is a tenth of it. */
const mostBytes = 4 * 1024 * 1024

/**
 * What comes of a body, piece by piece; one that is silent while somebody waits for it is given up. Whoever
 * leaves early ends the connection.
 */
export async function* heard(
  response: IncomingMessage,
  patienceMs: number,
): AsyncGenerator<Buffer, void, void> {
  const pieces = response[Symbol.asyncIterator]()
  try {
    for (;;) {
      const late = setTimeout(() => response.destroy(new Error('No answer in time')), patienceMs)
      const next = await pieces.next().finally(() => clearTimeout(late))
      if (next.done === true) return
      yield next.value as Buffer
    }
  } finally {
    response.destroy()
  }
}

/** A text of moderate length; who gives it drop by drop is not waited for. */
export const readText = async (response: IncomingMessage, patienceMs: number): Promise<string> => {
  const late = setTimeout(() => response.destroy(new Error('No answer in time')), 4 * patienceMs)
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of heard(response, patienceMs)) {
      bytes += piece.length
      if (bytes > mostBytes) throw new Error('The answer is too long')
      pieces.push(piece)
    }
  } finally {
    clearTimeout(late)
  }
  return Buffer.concat(pieces).toString()
}

/** Why a request was refused, in the storage's own words; empty where it said nothing that can be read. */
export const refusalIn = (xml: string): { readonly code: string; readonly message: string } => {
  const root = rootOf(xml)
  return { code: textIn(root, 'Code'), message: textIn(root, 'Message') }
}

/** One page of a list of objects. */
export type Page = {
  readonly objects: readonly { readonly key: string; readonly modified: Temporal.Instant }[]
  /** Asks for the next page; null: this is the last. */
  readonly next: string | null
}

/**
 * @throws when it is no such list: nothing is taken for missing that was only not understood
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export const pageIn = (xml: string): Page => {
  const root = rootOf(xml)
  if (root?.localName !== 'ListBucketResult') throw new Error('The blob store gave no list')
  const next = textIn(root, 'NextContinuationToken')
  return {
    objects: childrenOf(root, 'Contents').map((object) => ({
      key: textIn(object, 'Key'),
      modified: Temporal.Instant.from(textIn(object, 'LastModified')),
    })),
    next: textIn(root, 'IsTruncated') === 'true' && next !== '' ? next : null,
  }
}

const rootOf = (xml: string): Element | null => {
  try {
    return new DOMParser({ onError: () => {} }).parseFromString(xml, 'text/xml').documentElement
  } catch {
    return null
  }
}

const childrenOf = (parent: Element | null, name: string): readonly Element[] =>
  [...(parent?.childNodes ?? [])].filter(
    (node): node is Element => (node as Element).localName === name,
  )

const textIn = (parent: Element | null, name: string): string =>
  childrenOf(parent, name)[0]?.textContent ?? ''
