/** Who takes part in a channel. */
export type Participant =
  /** The person whose call it is, known by the number that is signed in. */
  | { readonly kind: 'caller'; readonly phone: string }
  | { readonly kind: 'operator'; readonly login: string }
  /** Somebody the caller trusts; `id` is of the row in `trusted_persons`. */
  | { readonly kind: 'trusted'; readonly id: string }

/** One word for a participant, unique among them: the author of what a client sends twice. */
export const keyOf = (participant: Participant): string => {
  if (participant.kind === 'caller') return 'caller'
  return participant.kind === 'operator'
    ? `operator:${participant.login}`
    : `trusted:${participant.id}`
}
