import { decodedLength, decodeInto } from './base64.ts'
import { rate, silence } from './mu-law.ts'
import { type Activity, hearSound, levelOf, speechActivity } from './speech-activity.ts'
import {
  type Gap,
  impossible,
  lengthOf,
  miss,
  place,
  repeated,
  type Timeline,
  type Track,
  timeline,
} from './timeline.ts'

/** Bytes of a strip: a tenth of a second of both sides, so that whole frames of the carrier fill it. */
export const stripBytes = rate / 5

const stripSamples = stripBytes / 2

/** Strips of a page, which is what is written at once: a second. */
export const stripsOfPage = 10

const pageSamples = stripsOfPage * stripSamples

/** A page is kept for so long after its end, so that frames which change places at it find theirs: two of 20 ms. */
const graceSamples = rate / 25

/** Sound in a row; null is a strip that nothing came for: silence. */
export type Page = readonly (Uint8Array | null)[]

/** Where finished stretches of sound go, in order, each exactly once. */
export type Sink = {
  /** A strip of silence to write into. */
  readonly take: () => Uint8Array
  /** Gives a page away, filled up to `bytes`; its strips are the sink's from now on. */
  readonly give: (page: Page, bytes: number) => void
}

/** What became of a frame. */
export type Taken = 'taken' | 'repeated' | 'late' | 'garbage' | 'impossible'

/** How it sounds now. */
export type Levels = {
  /** 0 (silence) to 1. */
  readonly inbound: number
  readonly outbound: number
  /** For so long neither side has spoken. */
  readonly silentSeconds: number
}

/** What came of a stream so far. */
export type Takings = {
  readonly milliseconds: number
  readonly frames: number
  /** Messages that never came, or too late. */
  readonly lost: number
  readonly repeated: number
  readonly gaps: readonly Gap[]
}

/**
 * What puts the frames of one stream where they belong in its recording. Two pages are open at a time, so that
 * neither side waits for the other; a page goes to the sink once both are past it, or one of them is a page
 * further. What comes still later has missed its recording. Pages are made of strips, taken when something comes
 * for them: on the average a stream holds little more than half a page.
 */
export type Recorder = {
  readonly sink: Sink
  readonly line: Timeline
  readonly inbound: Activity
  readonly outbound: Activity
  /** Samples before the first of the open pages, which has so many strips. */
  base: number
  inPage: number
  strips: (Uint8Array | null)[]
  frames: number
  lateFrames: number
  /** Where on the line somebody spoke last. */
  spokenAt: number
}

/**
 * @param firstPage strips of the first page: streams that begin together do not give their pages together
 */
export const recorder = (sink: Sink, firstPage: number): Recorder => ({
  sink,
  line: timeline(),
  inbound: speechActivity(),
  outbound: speechActivity(),
  base: 0,
  inPage: firstPage,
  strips: Array(firstPage + stripsOfPage).fill(null),
  frames: 0,
  lateFrames: 0,
  spokenAt: 0,
})

const turnPage = (record: Recorder): void => {
  const { strips, inPage } = record
  record.sink.give(strips.slice(0, inPage), 2 * inPage * stripSamples)
  record.base += inPage * stripSamples
  record.strips = [...strips.slice(inPage), ...noStrips]
  record.inPage = stripsOfPage
}

const stripOf = ({ strips, sink }: Recorder, index: number): Uint8Array => {
  const there = strips[index]
  if (there !== undefined && there !== null) return there
  const taken = sink.take()
  strips[index] = taken
  return taken
}

/** Puts what was decoded beside the strips into them. */
const spread = (record: Recorder, from: number, channel: number, samples: number): void => {
  for (let i = 0; i < samples; i++) {
    const strip = stripOf(record, Math.trunc((from + i) / stripSamples))
    strip[2 * ((from + i) % stripSamples) + channel] = spare[2 * i + channel] as number
  }
}

/** Takes a frame, whose payload stands in `text` from `start` to `end`. */
export const takeFrame = (
  record: Recorder,
  track: Track,
  sequence: number,
  timestamp: number,
  text: Uint8Array,
  start: number,
  end: number,
): Taken => {
  const samples = decodedLength(text, start, end)
  if (samples < 0 || samples > pageSamples) return 'garbage'
  const { line } = record
  const isInbound = track === 'inbound'
  const channel = isInbound ? 0 : 1
  const side = isInbound ? line.inbound : line.outbound
  const reached = side.reached
  const at = place(line, track, sequence, timestamp, samples)
  if (at === repeated) return 'repeated'
  if (at === impossible) return 'impossible'
  while (at + samples > record.base + record.inPage * stripSamples + pageSamples) turnPage(record)
  // Nearly always the frame has its place in one strip; else it is put together beside them.
  const from = at - record.base
  const strip = Math.trunc(from / stripSamples)
  const fromInStrip = from - strip * stripSamples
  const isInside = from >= 0 && fromInStrip + samples <= stripSamples
  const target = isInside ? stripOf(record, strip) : spare
  const offset = isInside ? 2 * fromInStrip + channel : channel
  const power = decodeInto(text, start, end, target, offset)
  if (power < 0) {
    for (let i = 0; i < 2 * samples; i += 2) target[offset + i] = silence
    side.reached = reached
    miss(line, sequence)
    return 'garbage'
  }
  record.frames += 1
  if (hearSound(isInbound ? record.inbound : record.outbound, samples, power))
    record.spokenAt = lengthOf(line)
  if (at < record.base) {
    record.lateFrames += 1
    return 'late'
  }
  if (!isInside) spread(record, from, channel, samples)
  const past = record.base + record.inPage * stripSamples + graceSamples
  if (line.inbound.reached >= past && line.outbound.reached >= past) turnPage(record)
  return 'taken'
}

export const levelsOf = ({ line, inbound, outbound, spokenAt }: Recorder): Levels => ({
  inbound: levelOf(inbound),
  outbound: levelOf(outbound),
  silentSeconds: (lengthOf(line) - spokenAt) / rate,
})

/** Gives what is left to the sink. */
export const finishRecord = (record: Recorder): void => {
  record.sink.give(record.strips, 2 * (lengthOf(record.line) - record.base))
  record.strips = []
}

export const takingsOf = ({ line, frames, lateFrames }: Recorder): Takings => ({
  milliseconds: Math.round(lengthOf(line) / (rate / 1000)),
  frames,
  lost: line.lost + lateFrames,
  repeated: line.repeats,
  gaps: line.gaps,
})

const noStrips: Page = Array(stripsOfPage).fill(null)

/** Frames are decoded one at a time: one place for it does for all streams. */
const spare = new Uint8Array(2 * pageSamples).fill(silence)
