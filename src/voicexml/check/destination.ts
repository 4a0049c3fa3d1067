import { resolveAddress } from '../addresses.ts'

/** Where an address of a document leads, as the checks see it. */
export type Destination =
  /** `document` is a path in the flow folder; `dialog` null = the first. */
  | { readonly kind: 'inside'; readonly document: string; readonly dialog: string | null }
  /** Another server, or a scheme of the platform such as `builtin:` and `prompt:`. */
  | { readonly kind: 'elsewhere' }
  /** More `..` than there are folders. */
  | { readonly kind: 'outside' }

export const destinationOf = (written: string, base: string): Destination => {
  const address = resolveAddress(written, base)
  switch (address.kind) {
    case 'here':
      return { kind: 'inside', document: base, dialog: address.fragment || null }
    case 'file':
      return { kind: 'inside', document: address.path, dialog: address.fragment }
    case 'outside':
      return { kind: /^([a-z][a-z\d+.-]*:|\/\/)/i.test(address.url) ? 'elsewhere' : 'outside' }
  }
}
