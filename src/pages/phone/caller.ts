/** Who the telephone says is calling: its own number, none, or one of the person's choice. */
export type Caller =
  | { readonly kind: 'own' | 'anonymous' }
  | { readonly kind: 'abroad'; readonly number: string }
  | { readonly kind: 'other'; readonly number: string }

export const ownMobile: Caller = { kind: 'own' }

/** Numbers abroad to call from; each country keeps numbers like these free for fiction and tests. */
export const abroad = [
  { country: 'KZ', number: '+77010000001' },
  { country: 'DE', number: '+493023125000' },
  { country: 'GB', number: '+447700900123' },
  { country: 'US', number: '+12125550123' },
] as const

/** The caller's number as the carrier takes it; undefined leaves it to the telephone. */
export function calledFrom(caller: Caller): string | undefined {
  switch (caller.kind) {
    case 'own':
      return undefined
    case 'anonymous':
      return 'anonymous'
    default:
      return caller.number.trim() || undefined
  }
}

/** The number that this telephone rings by; empty for its own. Whoever hides a number is called at it all the same. */
export function calledBackAt(caller: Caller): string {
  return caller.kind === 'abroad' || caller.kind === 'other' ? caller.number.trim() : ''
}
