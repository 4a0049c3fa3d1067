import type { Readable } from 'node:stream'

/** What a line of piped input asks the telephone to do. */
export type DialCommand =
  | { readonly kind: 'keys'; readonly keys: string }
  | { readonly kind: 'wait' }
  /** Into a recording; `ending` are the keys that follow, `hang-up`, or nothing. */
  | { readonly kind: 'speak'; readonly seconds: number; readonly ending: string }
  | { readonly kind: 'hang-up' }

/**
 * Reads a line of a dialling script: keys, with or without the word `keys` before them and with blanks
 * among them; `wait`, `silence` or nothing at all; `speak 7 s`, perhaps `then #`; `hang up`. Null: none of
 * these.
 */
export const readDialCommand = (line: string): DialCommand | null => {
  const text = line.trim().toLowerCase()
  if (/^(wait|silence)?$/.test(text)) return { kind: 'wait' }
  if (/^(h|hang[ -]?up)$/.test(text)) return { kind: 'hang-up' }
  const spoken = /^speaks? (\d{1,4})(?: ?s)?(?: then (hang[ -]?up|[0-9*#]+))?$/.exec(text)
  if (spoken !== null) {
    const ending = spoken[2]?.replace(/^hang.?up$/, 'hang-up') ?? ''
    return { kind: 'speak', seconds: Math.max(1, Number(spoken[1])), ending }
  }
  const keys = text.replace(/^keys\s/, '').replace(/\s/g, '')
  return /^[0-9*#]+$/.test(keys) ? { kind: 'keys', keys } : null
}

/** Hands out piped lines one at a time; null at the end. */
export const lineReader = (input: Readable): (() => Promise<string | null>) => {
  const lines = (async function* () {
    let rest = ''
    for await (const chunk of input) {
      const parts = (rest + String(chunk)).split('\n')
      rest = parts.pop() ?? ''
      yield* parts
    }
    if (rest !== '') yield rest
  })()
  return async () => {
    const { value, done } = await lines.next()
    return done ? null : value
  }
}
