/**
 * Who may read XML data, as its `<?access-control?>` instructions say (W3C Note of 13 June 2005, named by
 * VoiceXML 2.1 section 5.1); null: it has none, and whoever may fetch it may read it.
 */
export type DataAccess = {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
} | null

/** Reads the instructions before the root element; one that is malformed lets nobody in. */
export const accessOf = (instructions: readonly string[]): DataAccess => {
  if (instructions.length === 0) return null
  const allow: string[] = []
  const deny: string[] = []
  for (const instruction of instructions) {
    for (const [, name, double, single] of instruction.matchAll(
      /\b(allow|deny)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
    )) {
      const hosts = (double ?? single ?? '').split(/[\s,]+/).filter((host) => host !== '')
      ;(name === 'allow' ? allow : deny).push(...hosts)
    }
  }
  return { allow, deny }
}

/**
 * Whether a document of a host may read the data. Of the patterns that take the host the longest decides, and
 * of equals the one that denies; none takes it: it may not.
 *
 * @param host of the document that asks; empty: a file of the flow folder, which only `*` takes
 */
export const mayRead = (access: DataAccess, host: string): boolean => {
  if (access === null) return true
  const longest = (patterns: readonly string[]): number =>
    Math.max(-1, ...patterns.filter((each) => takes(each, host)).map(({ length }) => length))
  return longest(access.allow) > longest(access.deny)
}

const takes = (pattern: string, host: string): boolean => {
  const wanted = pattern.toLowerCase().replace(/^https?:\/\//, '')
  if (wanted === '*') return true
  return wanted.startsWith('*.') ? host.endsWith(wanted.slice(1)) : host === wanted
}
