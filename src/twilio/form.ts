/** A carrier's form post: values by name in the order sent; a name may come more than once. */
export type Form = { readonly fields: ReadonlyMap<string, readonly string[]> }

/**
 * Reads `application/x-www-form-urlencoded` as `URLSearchParams` does, for half of what that takes: most
 * of a webhook's names and values stand for themselves. Anything is a form, so nothing is refused here.
 */
export const parseForm = (body: string): Form => {
  const fields = new Map<string, string[]>()
  for (const pair of body.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decoded(pair.slice(equals + 1))
    const values = fields.get(name)
    if (values) values.push(value)
    else fields.set(name, [value])
  }
  return { fields }
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
export const fieldOf = (form: Form, name: string): string =>
  (form.fields.get(name)?.[0] ?? '').slice(0, maxLength).replace(notStorable, '')

/** `CA` and 32 hexadecimal digits; null when the field holds anything else. */
export const callSidOf = (form: Form): string | null => {
  const sid = fieldOf(form, 'CallSid')
  return /^CA[0-9a-f]{32}$/i.test(sid) ? sid : null
}

/** The keys pressed, as sent; '' for none. Whether they mean anything is for the flow's grammars to say. */
export const digitsOf = (form: Form): string => fieldOf(form, 'Digits')
