import { createHash } from 'node:crypto'

/** Names a content: SHA-256 in lower-case hexadecimal; a text counts as its UTF-8 bytes. */
export const contentHash = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

/**
 * The text of a file, a byte order mark kept: the hash of the text is then that of its bytes.
 * Throws a `TypeError` when it is not UTF-8.
 */
export const decodeText = (bytes: Uint8Array): string =>
  new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
