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

/** How far one side has come. */
type Side = {
  /** Samples up to which something is due or there. */
  reached: number
  /** Whether something was lost since it was last heard. */
  isTorn: boolean
}

/**
 * Sequence numbers and times of one stream, which say where in the recording each frame belongs. A plain record,
 * with functions that all streams share: a frame of another stream finds little of its own in the processor's
 * caches, and each thing more to look at is a wait.
 */
export type Timeline = {
  last: number
  lost: number
  repeats: number
  readonly inbound: Side
  readonly outbound: Side
  /** Numbers that were passed over, of the last thousand, and may still come. Mostly there are none. */
  missing: number[]
  readonly gaps: Gap[]
}

export const timeline = (): Timeline => ({
  last: 0,
  lost: 0,
  repeats: 0,
  inbound: { reached: 0, isTorn: false },
  outbound: { reached: 0, isTorn: false },
  missing: [],
  gaps: [],
})

/** Samples up to which any side has come. */
export const lengthOf = ({ inbound, outbound }: Timeline): number =>
  Math.max(inbound.reached, outbound.reached)

/** A gap that was none after all, or is shorter by what came late. */
const heal = ({ gaps }: Timeline, track: Track, from: number, ms: number): void => {
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

const passOver = (line: Timeline, sequence: number): void => {
  const first = Math.max(line.last + 1, sequence - remembered + 1)
  line.lost += sequence - line.last - 1
  line.inbound.isTorn = line.outbound.isTorn = true
  const missing = line.missing.filter((each) => sequence - each < remembered)
  for (let each = first; each < sequence; each++) missing.push(each)
  line.missing = missing
}

const isLateOne = (line: Timeline, sequence: number): boolean => {
  const index = line.last - sequence < remembered ? line.missing.indexOf(sequence) : -1
  if (index < 0) {
    line.repeats += 1
    return false
  }
  line.missing.splice(index, 1)
  line.lost -= 1
  return true
}

/** A message that is no media: its number alone. False when it came before. */
export const hear = (line: Timeline, sequence: number): boolean => {
  if (sequence <= line.last) return isLateOne(line, sequence)
  if (sequence > line.last + 1) passOver(line, sequence)
  line.last = sequence
  return true
}

/**
 * Orders by `sequenceNumber` and aligns by `timestamp`: what was lost leaves silence, not a shift, so both
 * sides stay together to 20 ms.
 *
 * @param timestamp milliseconds since the stream began, by the carrier's word
 */
export const place = (
  line: Timeline,
  track: Track,
  sequence: number,
  timestamp: number,
  samples: number,
): Placing => {
  const isLate = sequence < line.last
  if (!hear(line, sequence)) return repeated
  const side = track === 'inbound' ? line.inbound : line.outbound
  const due = side.reached
  const claimed = timestamp * (rate / 1000)
  if (claimed - due > longestLeap || claimed > longestStream) return impossible
  const drift = claimed - due
  if (isLate) {
    heal(line, track, timestamp, samples / (rate / 1000))
    side.reached = Math.max(due, claimed + samples)
    return claimed
  }
  const wasTorn = side.isTorn
  side.isTorn = false
  // After a loss even a short one shows: half a frame is more than clocks tremble.
  const near = wasTorn ? samples / 2 - 1 : tolerance
  if (Math.abs(drift) <= near) {
    side.reached = due + samples
    return due
  }
  if (drift > 0 && wasTorn && line.gaps.length < gapsNoted)
    line.gaps.push({ track, atMs: due / (rate / 1000), ms: drift / (rate / 1000) })
  side.reached = Math.max(due, claimed + samples)
  return claimed
}

/** A message that was placed could not be taken: as if it had not come. */
export const miss = (line: Timeline, sequence: number): void => {
  line.missing.push(sequence)
  line.lost += 1
}
