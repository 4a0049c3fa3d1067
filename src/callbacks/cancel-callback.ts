import type { CarrierPort } from '../queues/carrier.ts'
import { isMovable } from './callback.ts'
import type { CallbackRequests, StoppedCallback } from './ports.ts'

export type CancelledCallback =
  | { readonly status: 'cancelled'; readonly ticket: string }
  /** It is being dialled this very moment. */
  | { readonly status: 'too-late'; readonly ticket: string }
  | { readonly status: 'none' }

/** The person gives up the open request of a number, while nobody has begun to dial. */
export const cancelCallback = async (
  requests: CallbackRequests,
  phone: string,
): Promise<CancelledCallback> => {
  const open = await requests.findOpen(phone)
  if (open === null) return { status: 'none' }
  const { ticket } = open
  const isCancelled = isMovable(open.state) && (await requests.cancel(open, 'by-citizen'))
  return { status: isCancelled ? 'cancelled' : 'too-late', ticket }
}

/**
 * Ends a request by order of the staff, in whatever state: a leg that rings already is hung up, one that
 * nobody knows of yet is cut when it tells of itself.
 */
export const stopCallback = async (
  stop: (id: string) => Promise<StoppedCallback>,
  carrier: Pick<CarrierPort, 'hangUp'>,
  id: string,
): Promise<'cancelled' | 'ended' | 'unknown'> => {
  const stopped = await stop(id)
  if (stopped.kind !== 'cancelled') return stopped.kind
  if (stopped.legSid !== null) await carrier.hangUp(stopped.legSid)
  return 'cancelled'
}
