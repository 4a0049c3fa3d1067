/** Where a finding or a node stands in its source text; both count from 1. */
export type Place = { readonly line: number; readonly column: number }

/**
 * One XML element of a flow document or a grammar, as read: frozen, without comments and processing
 * instructions, names without prefixes, CDATA as text.
 */
export type XmlElement = {
  readonly kind: 'element'
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly attributePlaces: Readonly<Record<string, Place>>
  readonly children: readonly XmlNode[]
  /** The elements among the children, where they have been sorted out already. */
  readonly elements?: readonly XmlElement[]
  readonly place: Place
}

export type XmlText = { readonly kind: 'text'; readonly text: string; readonly place: Place }

export type XmlNode = XmlElement | XmlText

/** One thing wrong (or doubtful) in a flow folder. `code` is documented in `docs/findings.md`. */
export type Finding = {
  readonly file: string
  readonly place: Place
  readonly severity: 'error' | 'warning'
  readonly code: string
  readonly message: string
}
