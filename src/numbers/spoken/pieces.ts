/**
 * What a text is put together from where no voice reads it out: words and groups of words that are
 * recorded, and the two pauses `,` and `.`.
 */
export type Pieces = ReadonlySet<string>

/** Sounds of silence: after a group, after a sentence. */
export const pauses = [',', '.'] as const

const tokens = /[,;:—–]|[.!?…]|[^\s,;:—–.!?…]+/gu

const pauseOf = (token: string): string | null =>
  /[,;:—–]/u.test(token) ? ',' : /[.!?…]/u.test(token) ? '.' : null

/** Words that a group of the inventory may have at most. */
const longestGroup = 4

/**
 * The pieces of a text in their order, the longest that fit; empty for a text of nothing but blanks. Null
 * when a part of it is no piece: then the text as a whole cannot be played.
 */
export const inPieces = (text: string, pieces: Pieces): readonly string[] | null => {
  const words = (text.match(tokens) ?? []).map((token) => pauseOf(token) ?? token)
  const found: string[] = []
  for (let index = 0; index < words.length; ) {
    const length = fitting(words, index, pieces)
    if (length === 0) return null
    found.push(words.slice(index, index + length).join(' '))
    index += length
  }
  return found
}

const fitting = (words: readonly string[], from: number, pieces: Pieces): number => {
  for (let length = Math.min(longestGroup, words.length - from); length > 0; length--)
    if (pieces.has(words.slice(from, from + length).join(' '))) return length
  return 0
}
