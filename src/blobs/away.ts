/**
 * Marks a fault of a blob store that is reached over the network; the same may succeed later. `no-answer`: it
 * could not be reached or was not able. `refused`: it answered, and somebody must mend rights, names or settings.
 */
export type Away = 'no-answer' | 'refused'

export const awayFault = (away: Away, message: string, cause?: unknown): Error =>
  Object.assign(new Error(message, { cause }), { away })

/** Null: the fault is of something else. */
export const awayOf = (cause: unknown): Away | null =>
  cause instanceof Error && 'away' in cause ? (cause.away as Away) : null
