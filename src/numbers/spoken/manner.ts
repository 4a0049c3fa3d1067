export const cases = [
  'nominative',
  'genitive',
  'dative',
  'accusative',
  'instrumental',
  'prepositional',
] as const

/** Grammatical case, in the order in which the tables of forms list it. */
export type Case = (typeof cases)[number]

export type Gender = 'masculine' | 'feminine' | 'neuter'

/** How a value is to be said: what the `format` of `<say-as>` asks for. */
export type Manner = {
  readonly gender: Gender
  /** Null: the case that the kind is mostly said in (dates genitive, all else nominative). */
  readonly case: Case | null
  /** Rounded up and called approximate. */
  readonly about: boolean
  readonly weekday: boolean
  readonly year: boolean
  /** With the preposition that answers "when?". */
  readonly at: boolean
  /** Telephone with country code even where the national form is usual. */
  readonly international: boolean
}

export const plainManner: Manner = Object.freeze({
  gender: 'masculine',
  case: null,
  about: false,
  weekday: false,
  year: false,
  at: false,
  international: false,
})

const words: ReadonlyMap<string, Partial<Manner>> = new Map<string, Partial<Manner>>([
  ...cases.map((name): [string, Partial<Manner>] => [name, { case: name }]),
  ['nom', { case: 'nominative' }],
  ['gen', { case: 'genitive' }],
  ['dat', { case: 'dative' }],
  ['acc', { case: 'accusative' }],
  ['ins', { case: 'instrumental' }],
  ['prep', { case: 'prepositional' }],
  ['masculine', { gender: 'masculine' }],
  ['feminine', { gender: 'feminine' }],
  ['neuter', { gender: 'neuter' }],
  ['m', { gender: 'masculine' }],
  ['f', { gender: 'feminine' }],
  ['n', { gender: 'neuter' }],
  ['about', { about: true }],
  ['weekday', { weekday: true }],
  ['year', { year: true }],
  ['at', { at: true }],
  ['on', { at: true }],
  ['international', { international: true }],
])

/**
 * Reads a `format`: words of any order between spaces. A word that says nothing in a language (a case
 * in English) or that nobody knows changes nothing, so that one document serves every language.
 */
export const parseManner = (format: string): { manner: Manner; unknown: readonly string[] } => {
  const given = format.split(/\s+/).filter((word) => word !== '')
  const manner = Object.assign({}, plainManner, ...given.map((word) => words.get(word) ?? {}))
  return { manner, unknown: given.filter((word) => !words.has(word)) }
}
