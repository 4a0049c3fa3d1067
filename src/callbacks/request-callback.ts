import { dialable } from '../numbers/dialable.ts'
import { type CallbackWindow, isMovable } from './callback.ts'
import type { CallbackRequests, CallbackWish } from './ports.ts'

export type RequestedCallback =
  | {
      /** `exists`: there was an open request; `window` is the one that now stands. */
      readonly status: 'accepted' | 'exists'
      readonly ticket: string
      readonly window: CallbackWindow | null
    }
  | { readonly status: 'refused'; readonly reason: 'number-not-allowed' | 'too-many' }

/** Requests that one number may make within 24 hours. */
const maxRequestsADay = 3

/**
 * Asks for a callback. One open request a person: whoever asks again keeps ticket and place, and the
 * newest wish wins as long as nobody has begun to dial. That the window lies within working hours is
 * for whoever offers windows to see to.
 *
 * @param ownNumbers numbers of this system, never to be dialled by itself
 */
export const requestCallback = async (
  requests: CallbackRequests,
  wish: CallbackWish,
  ownNumbers: ReadonlySet<string> = new Set(),
): Promise<RequestedCallback> => {
  const checked = dialable(wish.phone, ownNumbers)
  if (checked.kind === 'refused') return { status: 'refused', reason: 'number-not-allowed' }
  const allowed = { ...wish, phone: checked.number }
  const open = await requests.findOpen(allowed.phone)
  if (open !== null) {
    const { ticket, window } = isMovable(open.state) ? await requests.move(open, allowed) : open
    return { status: 'exists', ticket, window }
  }
  const today = await requests.countSince(allowed.phone, allowed.now.subtract({ hours: 24 }))
  if (today >= maxRequestsADay) return { status: 'refused', reason: 'too-many' }
  const { ticket, window } = await requests.create(allowed)
  return { status: 'accepted', ticket, window }
}
