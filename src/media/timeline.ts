import { rate } from './mu-law.ts'

/** A stretch without sound because messages were lost on the way. */
export type Gap = {
  readonly track: Track
  /** From the beginning of the stream, milliseconds. */
  readonly atMs: number
  readonly ms: number
}

export type Track = 'inbound' | 'outbound'

/** Where a frame goes, in samples from the beginning of the stream; or why it goes nowhere. */
export type Placing = number

/** The frame was there before. */
export const repeated: Placing = -1
/** The time it claims cannot be. */
export const impossible: Placing = -2

/** Numbers of messages that are remembered, to know those that come again or late. */
const remembered = 1024

/** Sound that claims to be nearer than this to where it is due goes there: clocks tremble. 20 ms. */
const tolerance = rate / 50

/** One frame cannot be later than the one before it by more: ten minutes. */
const longestLeap = 600 * rate

/** No call is longer: a day. */
const longestStream = 86_400 * rate

const gapsNoted = 500

/** The numbers of late, a bit each. */
type Seen = Uint32Array

const wordOf = (sequence: number): number => (sequence % remembered) >> 5
const bitOf = (sequence: number): number => 1 << (sequence % 32)

const isSeen = (seen: Seen, sequence: number): boolean =>
  ((seen[wordOf(sequence)] as number) & bitOf(sequence)) !== 0
const see = (seen: Seen, sequence: number): void => {
  seen[wordOf(sequence)] = (seen[wordOf(sequence)] as number) | bitOf(sequence)
}
const forget = (seen: Seen, sequence: number): void => {
  seen[wordOf(sequence)] = (seen[wordOf(sequence)] as number) & ~bitOf(sequence)
}

/** Sequence numbers and times of one stream, which say where in the recording each frame belongs. */
export type Timeline = {
  /** A message that is no media: its number alone. False when it came before. */
  readonly hear: (sequence: number) => boolean
  /** @param timestamp milliseconds since the stream began, by the carrier's word */
  readonly place: (track: Track, sequence: number, timestamp: number, samples: number) => Placing
  /** A message that was placed could not be taken: as if it had not come. */
  readonly miss: (sequence: number) => void
  /** Samples up to which a track has come. */
  readonly reached: (track: Track) => number
  /** Samples up to which any of them has. */
  readonly length: () => number
  readonly lost: () => number
  readonly repeats: () => number
  readonly gaps: () => readonly Gap[]
}

/**
 * Orders by `sequenceNumber` and aligns by `timestamp`: what was lost leaves silence, not a shift, so both
 * sides stay together to 20 ms.
 */
export const timeline = (): Timeline => {
  const seen: Seen = new Uint32Array(remembered / 32)
  const next = { inbound: 0, outbound: 0 }
  const gaps: Gap[] = []
  let last = 0
  let lost = 0
  let repeats = 0
  /** Whether something was lost since a track was last heard. */
  const isTorn = { inbound: false, outbound: false }

  /** A gap that was none after all, or is shorter by what came late. */
  const heal = (track: Track, from: number, ms: number): void => {
    const index = gaps.findLastIndex(
      (gap) => gap.track === track && from < gap.atMs + gap.ms && from + ms > gap.atMs,
    )
    const gap = gaps[index]
    if (gap === undefined) return
    const rest = [
      { track, atMs: gap.atMs, ms: from - gap.atMs },
      { track, atMs: from + ms, ms: gap.atMs + gap.ms - from - ms },
    ]
    gaps.splice(index, 1, ...rest.filter((each) => each.ms > 0))
  }

  const isNew = (sequence: number): boolean => {
    if (sequence > last) {
      const missing = sequence - last - 1
      lost += missing
      if (missing > 0) isTorn.inbound = isTorn.outbound = true
      if (missing >= remembered) seen.fill(0)
      else for (let each = last + 1; each < sequence; each++) forget(seen, each)
      last = sequence
      see(seen, sequence)
      return true
    }
    if (last - sequence >= remembered || isSeen(seen, sequence)) {
      repeats++
      return false
    }
    see(seen, sequence)
    lost--
    return true
  }

  return {
    hear: isNew,
    place: (track, sequence, timestamp, samples) => {
      const isLate = sequence < last
      if (!isNew(sequence)) return repeated
      const due = next[track]
      const claimed = timestamp * (rate / 1000)
      if (claimed - due > longestLeap || claimed > longestStream) return impossible
      const drift = claimed - due
      if (isLate) {
        heal(track, timestamp, samples / (rate / 1000))
        next[track] = Math.max(due, claimed + samples)
        return claimed
      }
      const wasTorn = isTorn[track]
      isTorn[track] = false
      // After a loss even a short one shows: half a frame is more than clocks tremble.
      const near = wasTorn ? samples / 2 - 1 : tolerance
      if (Math.abs(drift) <= near) {
        next[track] = due + samples
        return due
      }
      if (drift > 0 && wasTorn && gaps.length < gapsNoted)
        gaps.push({ track, atMs: due / (rate / 1000), ms: drift / (rate / 1000) })
      next[track] = Math.max(due, claimed + samples)
      return claimed
    },
    miss: (sequence) => {
      forget(seen, sequence)
      lost++
    },
    reached: (track) => next[track],
    length: () => Math.max(next.inbound, next.outbound),
    lost: () => lost,
    repeats: () => repeats,
    gaps: () => gaps,
  }
}
