export type Role = 'operator' | 'supervisor' | 'administrator'

/** Busy states (`reserved talking wrap-up`) are set by the system alone. */
export type PresenceState = 'offline' | 'available' | 'break' | 'reserved' | 'talking' | 'wrap-up'

export type Operator = {
  /** Lower-case letters, digits, `.`, `_`, `-`; 2 to 40. */
  readonly login: string
  readonly name: string
  readonly role: Role
  readonly skills: readonly string[]
  /** BCP 47. */
  readonly languages: readonly string[]
  /** `client:LOGIN` (browser softphone), `+E164` or `sip:…`. */
  readonly contact: string
  readonly isDisabled: boolean
}

export type Presence = {
  readonly login: string
  readonly state: PresenceState
  readonly since: Temporal.Instant
  /** Why, where the system decided: `missed`, `signed-out`, `supervisor`; null when the operator did. */
  readonly reason: string | null
  /** Calls in a row that rang in vain. */
  readonly missed: number
  readonly wrapUpUntil: Temporal.Instant | null
}

/** Who acts: an operator's session, or the administrator's token. */
export type Actor =
  | {
      readonly kind: 'operator'
      readonly login: string
      readonly role: Role
      readonly sessionId: string
    }
  | { readonly kind: 'token' }
