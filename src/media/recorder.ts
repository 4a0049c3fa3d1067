import { decodedLength, decodeInto } from './base64.ts'
import { rate, silence } from './mu-law.ts'
import { type Activity, speechActivity } from './speech-activity.ts'
import { type Gap, impossible, repeated, type Timeline, type Track, timeline } from './timeline.ts'

/** Where finished stretches of sound go, in order, each exactly once. */
export type Sink = {
  /** A page of silence to write into. */
  readonly take: () => Uint8Array
  /** Gives a page away, filled up to `bytes`; it is the sink's from now on. */
  readonly give: (page: Uint8Array, bytes: number) => void
}

/** Bytes of a page: a second of both sides. */
export const pageBytes = 16_384

const pageSamples = pageBytes / 2

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
 * are past it, or one of them is a page further. What comes still later has missed its recording.
 */
export const recorder = (sink: Sink): Recorder => {
  const line = timeline()
  let base = 0
  let current = sink.take()
  let following: Uint8Array | null = null
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
    sink.give(current, pageBytes)
    current = following ?? sink.take()
    following = null
    base += pageSamples
  }
  /** Puts what is beside the pages into both of them. */
  const spread = (at: number, channel: number, samples: number): void => {
    for (let i = 0; i < 2 * samples; i += 2) {
      const place = at + i
      if (place < pageBytes) current[place] = spare[channel + i] as number
      else {
        following ??= sink.take()
        following[place - pageBytes] = spare[channel + i] as number
      }
    }
  }

  return {
    timeline: line,
    take: (track, sequence, timestamp, text, from, to) => {
      const samples = decodedLength(text, from, to)
      if (samples < 0 || samples > pageSamples) return 'garbage'
      const at = line.place(track, sequence, timestamp, samples)
      if (at === repeated) return 'repeated'
      if (at === impossible) return 'impossible'
      const channel = track === 'inbound' ? 0 : 1
      while (at + samples > base + 2 * pageSamples) turnPage()
      // Nearly always the frame has its place in the open page; else it is put together beside it.
      const isInside = at >= base && at + samples <= base + pageSamples
      const page = isInside ? current : spare
      const place = isInside ? 2 * (at - base) + channel : channel
      const power = decodeInto(text, from, to, page, place)
      if (power < 0) {
        for (let i = 0; i < 2 * samples; i += 2) page[place + i] = silence
        line.miss(sequence)
        return 'garbage'
      }
      frames += 1
      activities[track].add(samples, power)
      if (at < base) {
        lateFrames += 1
        return 'late'
      }
      if (!isInside) spread(2 * (at - base) + channel, channel, samples)
      if (
        line.reached('inbound') >= base + pageSamples &&
        line.reached('outbound') >= base + pageSamples
      )
        turnPage()
      return 'taken'
    },
    levels: () => ({
      inbound: activities.inbound.level(),
      outbound: activities.outbound.level(),
      silentSeconds: (line.length() - spokenAt) / rate,
    }),
    finish: () => {
      const bytes = 2 * (line.length() - base)
      sink.give(current, Math.min(bytes, pageBytes))
      if (following !== null) sink.give(following, Math.max(0, bytes - pageBytes))
      following = null
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

/** Frames are decoded one at a time: one place for it does for all streams. */
const spare = new Uint8Array(pageBytes).fill(silence)
