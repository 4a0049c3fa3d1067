import { decodedLength, decodeInto } from './base64.ts'
import { rate, silence } from './mu-law.ts'
import { type Activity, speechActivity } from './speech-activity.ts'
import { type Gap, impossible, repeated, type Timeline, type Track, timeline } from './timeline.ts'

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

/** Puts the frames of one stream where they belong in its recording. */
export type Recorder = {
  readonly timeline: Pick<Timeline, 'hear'>
  readonly take: (
    track: Track,
    sequence: number,
    timestamp: number,
    text: Uint8Array,
    from: number,
    to: number,
  ) => Taken
  readonly levels: () => Levels
  /** Gives what is left to the sink. */
  readonly finish: () => void
  readonly takings: () => Takings
}

/**
 * Two pages are open at a time, so that neither side waits for the other; a page goes to the sink once both
 * are past it, or one of them is a page further. What comes still later has missed its recording. Pages are made
 * of strips, taken when something comes for them: on the average a stream holds little more than half a page.
 *
 * @param firstPage strips of the first page: streams that begin together do not give their pages together
 */
export const recorder = (sink: Sink, firstPage: number): Recorder => {
  const line = timeline()
  let base = 0
  let inPage = firstPage
  let strips: (Uint8Array | null)[] = Array(firstPage + stripsOfPage).fill(null)
  let frames = 0
  let lateFrames = 0
  let spokenAt = 0
  const onSpeech = () => {
    spokenAt = line.length()
  }
  const activities: Readonly<Record<Track, Activity>> = {
    inbound: speechActivity(onSpeech),
    outbound: speechActivity(onSpeech),
  }

  const turnPage = (): void => {
    sink.give(strips.slice(0, inPage), 2 * inPage * stripSamples)
    base += inPage * stripSamples
    strips = [...strips.slice(inPage), ...noStrips]
    inPage = stripsOfPage
  }
  const stripOf = (index: number): Uint8Array => {
    const there = strips[index] ?? sink.take()
    strips[index] = there
    return there
  }
  /** Puts what was decoded beside the strips into them. */
  const spread = (from: number, channel: number, samples: number): void => {
    for (let i = 0; i < samples; i++) {
      const strip = stripOf(Math.trunc((from + i) / stripSamples))
      strip[2 * ((from + i) % stripSamples) + channel] = spare[2 * i + channel] as number
    }
  }

  return {
    timeline: line,
    take: (track, sequence, timestamp, text, start, to) => {
      const samples = decodedLength(text, start, to)
      if (samples < 0 || samples > pageSamples) return 'garbage'
      const at = line.place(track, sequence, timestamp, samples)
      if (at === repeated) return 'repeated'
      if (at === impossible) return 'impossible'
      const channel = track === 'inbound' ? 0 : 1
      while (at + samples > base + inPage * stripSamples + pageSamples) turnPage()
      // Nearly always the frame has its place in one strip; else it is put together beside them.
      const from = at - base
      const strip = Math.trunc(from / stripSamples)
      const fromInStrip = from - strip * stripSamples
      const isInside = from >= 0 && fromInStrip + samples <= stripSamples
      const target = isInside ? stripOf(strip) : spare
      const place = isInside ? 2 * fromInStrip + channel : channel
      const power = decodeInto(text, start, to, target, place)
      if (power < 0) {
        for (let i = 0; i < 2 * samples; i += 2) target[place + i] = silence
        line.miss(sequence)
        return 'garbage'
      }
      frames += 1
      activities[track].add(samples, power)
      if (at < base) {
        lateFrames += 1
        return 'late'
      }
      if (!isInside) spread(from, channel, samples)
      const past = base + inPage * stripSamples + graceSamples
      if (line.reached('inbound') >= past && line.reached('outbound') >= past) turnPage()
      return 'taken'
    },
    levels: () => ({
      inbound: activities.inbound.level(),
      outbound: activities.outbound.level(),
      silentSeconds: (line.length() - spokenAt) / rate,
    }),
    finish: () => {
      sink.give(strips, 2 * (line.length() - base))
      strips = []
    },
    takings: () => ({
      milliseconds: Math.round(line.length() / (rate / 1000)),
      frames,
      lost: line.lost() + lateFrames,
      repeated: line.repeats(),
      gaps: line.gaps(),
    }),
  }
}

const noStrips: Page = Array(stripsOfPage).fill(null)

/** Frames are decoded one at a time: one place for it does for all streams. */
const spare = new Uint8Array(2 * pageSamples).fill(silence)
