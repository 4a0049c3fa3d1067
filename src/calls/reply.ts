import type { LiveCall } from './live-call.ts'
import type { CallStore } from './ports.ts'

/** What goes back to the carrier. */
export type Reply =
  /** `position` is where in the flow the call waits, `document#dialog/item`; null at its end and on a replay. */
  | { readonly kind: 'twiml'; readonly twiml: string; readonly position: string | null }
  | { readonly kind: 'unknown-call' }
  | { readonly kind: 'over' }

/** The stored answer of a turn, byte for byte. */
export const replay = async (
  calls: Pick<CallStore, 'replay'>,
  call: Pick<LiveCall, 'callSid'>,
  turn: number,
): Promise<Reply> => {
  const twiml = await calls.replay(call.callSid, turn)
  return twiml === null ? { kind: 'over' } : { kind: 'twiml', twiml, position: null }
}
