/** An address in a document: a file of the flow folder, a web server's, another scheme, or nothing at all. */
export type Address =
  | { readonly kind: 'file'; readonly path: string; readonly fragment: string | null }
  /** Only `#name`: the document itself, which is not loaded again. */
  | { readonly kind: 'here'; readonly fragment: string }
  /** `http` or `https`: absolute, normalised, without its fragment. */
  | { readonly kind: 'web'; readonly url: string; readonly fragment: string | null }
  | { readonly kind: 'outside'; readonly url: string }

/**
 * Resolves an address against the document it stands in (RFC 3986). In a file the flow folder is the root
 * of all files; what climbs out of it is outside. A query is dropped: files take no parameters. In a
 * document of a web server relative addresses stay on that server; `flow:/PATH` leads from anywhere to a
 * file of the flow folder.
 */
export const resolveAddress = (address: string, from: string): Address => {
  const text = address.trim()
  if (text.startsWith('#')) return { kind: 'here', fragment: decode(text.slice(1)) }
  if (/^flow:\//i.test(text)) return fileAt(text.slice('flow:'.length), '', text)
  if (/^https?:/i.test(text) || isWeb(from)) {
    return /^(https?:|(?![a-z][a-z0-9+.-]*:))/i.test(text)
      ? webAt(text, isWeb(from) ? from : undefined)
      : { kind: 'outside', url: text }
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) || text.startsWith('//')) {
    return { kind: 'outside', url: text }
  }
  return fileAt(text, from, text)
}

/** Whether a path of a document is an address of a web server. */
export const isWeb = (path: string): boolean => /^https?:/i.test(path)

const webAt = (text: string, from: string | undefined): Address => {
  const url = URL.parse(text, from)
  if (url === null || !isWeb(url.href)) return { kind: 'outside', url: text }
  const fragment = url.hash === '' ? null : decode(url.hash.slice(1))
  url.hash = ''
  return { kind: 'web', url: url.href, fragment }
}

const fileAt = (text: string, from: string, written: string): Address => {
  const [file = '', fragment] = text.split('#', 2)
  const [name = ''] = file.split('?', 1)
  const folder = name.startsWith('/') ? [] : from.split('/').slice(0, -1)
  const path: string[] = name === '' ? from.split('/') : folder
  for (const step of name === '' ? [] : name.split('/').map(decode)) {
    if (step === '..') {
      if (path.pop() === undefined) return { kind: 'outside', url: written }
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
