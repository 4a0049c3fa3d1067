/** A stream, as far as a plan of faults may look at it. */
export type StreamSketch = {
  readonly callSid: string
  readonly name: string
  /** The how-manieth stream of its call, from 0. */
  readonly stream: number
}

/** One way in which a stream may go wrong; frames are counted from 0 and are of 20 ms. */
export type StreamFault =
  /** The connection breaks, without a word. */
  | { readonly kind: 'drop'; readonly frame: number }
  /** Every so many messages one comes twice. */
  | { readonly kind: 'duplicate'; readonly every: number }
  /** Every so many messages one never comes. */
  | { readonly kind: 'lose'; readonly every: number }
  /** Every so many messages one changes places with the next. */
  | { readonly kind: 'swap'; readonly every: number }
  /** Nothing for so long, then all of it at once. */
  | { readonly kind: 'stall'; readonly frame: number; readonly milliseconds: number }
  | { readonly kind: 'wrong-signature' }

/** Says for each stream what goes wrong with it. Must depend on its argument alone. */
export type StreamFaults = (stream: StreamSketch) => readonly StreamFault[]

export const noStreamFaults: StreamFaults = () => []
