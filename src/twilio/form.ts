/** A carrier's form post as it was sent: to every name its value, and a name may come more than once. */
export type Form = { readonly names: readonly string[]; readonly values: readonly string[] }

/**
 * Reads `application/x-www-form-urlencoded` as `URLSearchParams` does, and quicker: most of a webhook's names and
 * values stand for themselves. Anything is a form, so nothing is refused here.
 */
export const parseForm = (body: string): Form => {
  const names: string[] = []
  const values: string[] = []
  const nextEnd = finder(body, '&')
  const nextEquals = finder(body, '=')
  const nextPercent = finder(body, '%')
  const nextPlus = finder(body, '+')
  for (let start = 0, end = 0; start < body.length; start = end + 1) {
    end = nextEnd(start)
    if (start === end) continue
    const equals = Math.min(nextEquals(start), end)
    const name = body.slice(start, equals)
    const value = body.slice(equals + 1, end)
    const isPlain = nextPercent(start) >= end && nextPlus(start) >= end
    names.push(isPlain ? name : decoded(name))
    values.push(isPlain ? value : decoded(value))
  }
  return { names, values }
}

/**
 * Finds a mark at a place or after it, the end of the text where there is none. Places only go on, so that
 * whatever comes in is gone through once.
 */
const finder = (text: string, mark: string): ((from: number) => number) => {
  let at = -1
  return (from) => {
    if (at >= from) return at
    const found = text.indexOf(mark, from)
    at = found < 0 ? text.length : found
    return at
  }
}

const decoded = (text: string): string => {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    // Escapes that are none, or bytes that are no UTF-8.
    return new URLSearchParams(`=${text}`).get('') ?? ''
  }
}

/** Longest value that goes on into the server; longer ones are cut (keys, names, sids are short). */
const maxLength = 1000

const notStorable = /[\p{Cc}\p{Cs}]/gu

/**
 * First value of a field as text that is safe to store, log and speak: control characters and lone
 * surrogates removed, at most 1,000 characters; '' when the field is missing.
 */
export const fieldOf = ({ names, values }: Form, name: string): string => {
  const value = values[names.indexOf(name)]
  return value === undefined ? '' : value.slice(0, maxLength).replace(notStorable, '')
}

/** Whether a field was sent, be it empty. */
export const hasField = ({ names }: Form, name: string): boolean => names.includes(name)

/** `CA` and 32 hexadecimal digits; null when the field holds anything else. */
export const callSidOf = (form: Form): string | null => {
  const sid = fieldOf(form, 'CallSid')
  return /^CA[0-9a-f]{32}$/i.test(sid) ? sid : null
}

/** The keys pressed, as sent; '' for none. Whether they mean anything is for the flow's grammars to say. */
export const digitsOf = (form: Form): string => fieldOf(form, 'Digits')
