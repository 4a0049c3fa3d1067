/** An address in a document: a file of the flow folder, something outside, or nothing at all. */
export type Address =
  | { readonly kind: 'file'; readonly path: string; readonly fragment: string | null }
  /** Only `#name`: the document itself, which is not loaded again. */
  | { readonly kind: 'here'; readonly fragment: string }
  | { readonly kind: 'outside'; readonly url: string }

/**
 * Resolves an address against the document it stands in (RFC 3986), the flow folder being the root of
 * all files; what climbs out of it is outside. A query is dropped: files take no parameters.
 */
export const resolveAddress = (address: string, from: string): Address => {
  const text = address.trim()
  if (text.startsWith('#')) return { kind: 'here', fragment: decode(text.slice(1)) }
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) || text.startsWith('//')) {
    return { kind: 'outside', url: text }
  }
  const [file = '', fragment] = text.split('#', 2)
  const [name = ''] = file.split('?', 1)
  const folder = name.startsWith('/') ? [] : from.split('/').slice(0, -1)
  const path: string[] = name === '' ? from.split('/') : folder
  for (const step of name === '' ? [] : name.split('/').map(decode)) {
    if (step === '..') {
      if (path.pop() === undefined) return { kind: 'outside', url: text }
    } else if (step !== '.' && step !== '') path.push(step)
  }
  return { kind: 'file', path: path.join('/'), fragment: fragment ? decode(fragment) : null }
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
