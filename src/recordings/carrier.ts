import type { StreamToStart } from '../calls/ports.ts'

/** The carrier, as far as streams of calls go. */
export type StreamCarrier = {
  /** Has a call in progress streamed to us once more; false when it is over. */
  startStream(callSid: string, stream: StreamToStart): Promise<boolean>
}
