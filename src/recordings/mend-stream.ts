import type { StreamToStart } from '../calls/ports.ts'
import type { StreamCarrier } from './carrier.ts'
import type { StreamStore } from './ports.ts'

export type MendPorts = {
  readonly streams: Pick<StreamStore, 'orderNext' | 'drop'>
  readonly carrier: StreamCarrier
  readonly token: (callSid: string, ordinal: number) => string
  readonly node: string
}

/** How a stream of a call is named towards the carrier. */
export const streamToStart = (
  callSid: string,
  ordinal: number,
  tokenOf: (callSid: string, ordinal: number) => string,
): StreamToStart => ({ name: `hotline-${ordinal}`, token: tokenOf(callSid, ordinal) })

/**
 * Gives a call that goes on the stream it lacks. The carrier never takes a broken stream up again by itself; it
 * is asked for another one, whoever notices first, once.
 */
export const mendStream = async (
  { streams, carrier, token, node }: MendPorts,
  callSid: string,
): Promise<'ordered' | 'not-needed' | 'call-over'> => {
  const next = await streams.orderNext(callSid)
  if (next === null) return 'not-needed'
  const { ordinal } = next
  try {
    if (await carrier.startStream(callSid, streamToStart(callSid, ordinal, token))) return 'ordered'
    await streams.drop(next, node, 'failed', 'call-over')
    return 'call-over'
  } catch (cause) {
    // It may have been carried out all the same: the row waits, and is past its time when nothing comes.
    throw new Error('The carrier did not start a stream', { cause })
  }
}
