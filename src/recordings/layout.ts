import type { RecordedStream } from './recording.ts'

/** Bytes of sound in a millisecond: µ-law, both sides, 8,000 samples a second. */
const bytesPerMs = 16

/** A stretch of the sound of a whole call. */
export type Part =
  | { readonly kind: 'silence'; readonly bytes: number }
  /** Bytes of a kept file, from `from` on. */
  | { readonly kind: 'sound'; readonly hash: string; readonly from: number; readonly bytes: number }

/** Where nothing was recorded, because one stream had broken off and the next was not there yet. */
export type Break = { readonly atMs: number; readonly ms: number }

export type Layout = {
  readonly parts: readonly Part[]
  readonly bytes: number
  readonly breaks: readonly Break[]
}

/**
 * The sound of a call as one: its streams one after another, each at its time, with silence between them. A stream
 * that seems to begin before the one before it ended, by clocks of two nodes, loses that much of its beginning.
 *
 * @param headerBytes before the sound in each file
 */
export const layoutOf = (
  streams: readonly Pick<RecordedStream, 'startedAt' | 'hash' | 'bytes'>[],
  headerBytes: number,
): Layout => {
  const kept = streams
    .flatMap(({ startedAt, hash, bytes }) =>
      startedAt === null || hash === null || bytes === null || bytes <= headerBytes
        ? []
        : [{ startedAt, hash, bytes: bytes - headerBytes }],
    )
    .toSorted((one, other) => Temporal.Instant.compare(one.startedAt, other.startedAt))
  const parts: Part[] = []
  const breaks: Break[] = []
  let reached = 0
  for (const { startedAt, hash, bytes } of kept) {
    const at = bytesBetween(kept[0]?.startedAt ?? startedAt, startedAt)
    const early = Math.max(0, reached - at)
    if (early >= bytes) continue
    if (at > reached) {
      parts.push({ kind: 'silence', bytes: at - reached })
      breaks.push({
        atMs: Math.round(reached / bytesPerMs),
        ms: Math.round((at - reached) / bytesPerMs),
      })
    }
    parts.push({ kind: 'sound', hash, from: headerBytes + early, bytes: bytes - early })
    reached = Math.max(at, reached) + bytes - early
  }
  return { parts, bytes: reached, breaks }
}

/** Whole samples of both sides. */
const bytesBetween = (from: Temporal.Instant, to: Temporal.Instant): number =>
  2 * Math.round(from.until(to).total('milliseconds') * (bytesPerMs / 2))

/** What of the parts lies between two places, both within, counted from 0. */
export const cut = (parts: readonly Part[], start: number, end: number): readonly Part[] => {
  const wanted: Part[] = []
  let at = 0
  for (const part of parts) {
    const from = Math.max(start, at)
    const to = Math.min(end + 1, at + part.bytes)
    if (from < to) {
      const bytes = to - from
      wanted.push(
        part.kind === 'silence'
          ? { kind: 'silence', bytes }
          : { ...part, from: part.from + from - at, bytes },
      )
    }
    at += part.bytes
  }
  return wanted
}
