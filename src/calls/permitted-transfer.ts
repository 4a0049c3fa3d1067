import { type Dialable, dialable } from '../numbers/dialable.ts'
import type { TransferWait } from '../voicexml/turn.ts'

export type PermittedTransfer =
  /** The number is E.164 now. */
  | { readonly kind: 'permitted'; readonly wait: TransferWait }
  | { readonly kind: 'refused'; readonly event: string; readonly message: string }

/**
 * Whether a flow may have a caller connected: the numbers are those that may be called back, and, where the
 * document names the number itself, foreign and toll-free ones in international form. A SIP user that
 * is written as a telephone number is held to the same list, since a gateway would dial it; names and extensions
 * are free.
 *
 * @param own the numbers of this system
 */
export const permittedTransfer = (
  wait: TransferWait,
  own: ReadonlySet<string>,
): PermittedTransfer => {
  const { destination } = wait
  if (destination.kind === 'sip') {
    const looksLikeNumber = /^\+?[\d.()-]{7,}$/.test(decoded(destination.user))
    if (!looksLikeNumber) return { kind: 'permitted', wait }
    const judged = dialable(decoded(destination.user), own)
    return judged.kind === 'dialable' ? { kind: 'permitted', wait } : refused(judged)
  }
  const judged = dialable(destination.number, own)
  if (wait.isWritten && !own.has(destination.number) && isForWriters(judged, destination.number)) {
    return { kind: 'permitted', wait }
  }
  return judged.kind === 'dialable'
    ? {
        kind: 'permitted',
        wait: { ...wait, destination: { ...destination, number: judged.number } },
      }
    : refused(judged)
}

/** What nobody on the telephone may have called, but whoever writes a flow may. */
const isForWriters = (judged: Dialable, number: string): boolean =>
  judged.kind === 'refused' &&
  (judged.reason === 'foreign' || judged.reason === 'toll-free') &&
  number.startsWith('+')

const decoded = (user: string): string => {
  try {
    return decodeURIComponent(user)
  } catch {
    return user
  }
}

/** What cannot be a number is a bad destination; what is one and not on the list may not be called. */
const refused = ({ reason }: Extract<Dialable, { kind: 'refused' }>): PermittedTransfer => ({
  kind: 'refused',
  event:
    reason === 'unreadable' || reason === 'unassigned'
      ? 'error.connection.baddestination'
      : 'error.connection.noauthorization',
  message: `the hotline does not call this number: ${reason}`,
})
