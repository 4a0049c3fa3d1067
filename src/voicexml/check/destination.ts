import { resolveAddress } from '../addresses.ts'
import type { XmlElement } from '../element.ts'

/** Where an address of a document leads, as the checks see it. */
export type Destination =
  /** `document` is a path in the flow folder; `dialog` null = the first. */
  | { readonly kind: 'inside'; readonly document: string; readonly dialog: string | null }
  /** Another server, or a scheme of the platform such as `builtin:` and `prompt:`. */
  | { readonly kind: 'elsewhere' }
  /** More `..` than there are folders. */
  | { readonly kind: 'outside' }

/** A document, and the base of its addresses: the document itself, or what its `xml:base` names. */
export type Standpoint = { readonly path: string; readonly base: string }

export const destinationOf = (written: string, { path, base }: Standpoint): Destination => {
  const address = resolveAddress(written, base)
  switch (address.kind) {
    case 'here':
      return { kind: 'inside', document: path, dialog: address.fragment || null }
    case 'file':
      return { kind: 'inside', document: address.path, dialog: address.fragment }
    case 'web':
      return { kind: 'elsewhere' }
    case 'outside':
      return { kind: /^([a-z][a-z\d+.-]*:|\/\/)/i.test(address.url) ? 'elsewhere' : 'outside' }
  }
}

/** The base within an element, which may set one of its own. */
export const baseIn = ({ attributes }: XmlElement, base: string): string => {
  const written = attributes['xml:base']
  const address = written === undefined ? null : resolveAddress(written, base)
  if (address?.kind === 'web') return address.url
  if (address?.kind !== 'file') return base
  return written?.endsWith('/') ? `${address.path}/` : address.path
}
