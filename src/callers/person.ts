/** Somebody whom a caller trusts. */
export type TrustedPerson = PersonSettings & {
  readonly id: string
  readonly phone: string
  readonly name: string
  readonly state: 'invited' | 'confirmed'
}

/** What a caller lets a trusted person know and do. */
export type PersonSettings = {
  /** A message with a link when an integrated call begins. */
  readonly isToldOfCalls: boolean
  /** Where the caller is, while the caller shares it. */
  readonly isToldPlace: boolean
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

/** A caller trusts so many at most. */
export const maxPersons = 10
