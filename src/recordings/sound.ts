/** A stretch of silence where something was lost on the way. */
export type Gap = {
  readonly track: 'inbound' | 'outbound'
  /** From the beginning of the stream, milliseconds. */
  readonly atMs: number
  readonly ms: number
}
