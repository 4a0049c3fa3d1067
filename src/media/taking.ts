import type { OpenedStream, StreamId } from '../recordings/ports.ts'
import { silence } from './mu-law.ts'
import {
  finishRecord,
  type Levels,
  levelsOf,
  type Page,
  recorder,
  type Sink,
  stripBytes,
  stripsOfPage,
  type Taken,
  type Takings,
  takeFrame,
  takingsOf,
} from './recorder.ts'
import { hear, type Track } from './timeline.ts'
import { headerBytes, wavHeader } from './wav.ts'

/** A file that grows by pages; see `blobs/growing-file.ts`. */
export type SoundFile = {
  readonly path: string
  readonly write: (pieces: readonly Uint8Array[], position: number, done: () => void) => void
  readonly fault: () => Error | null
  readonly sync: () => void
  readonly settle: () => Promise<void>
}

/** What the streams of a node share. */
export type Strips = {
  /** A strip of silence; mostly one that was in use before. */
  readonly take: () => Uint8Array
  readonly back: (strip: Uint8Array) => void
  /** Strips of the first page of one stream more: as many streams begin with so many as with any other number. */
  readonly nextFirstPage: () => number
}

/** One strip is kept for so many in use: enough when streams take turns, and a rush is not remembered. */
const inUseASpare = 4

export const strips = (): Strips => {
  const spare: Uint8Array[] = []
  let inUse = 0
  let begun = 0
  return {
    take: () => {
      inUse += 1
      return (spare.pop() ?? new Uint8Array(stripBytes)).fill(silence)
    },
    back: (strip) => {
      inUse -= 1
      spare.push(strip)
      spare.length = Math.min(spare.length, Math.ceil(inUse / inUseASpare))
    },
    nextFirstPage: () => {
      begun += 1
      return 1 + (begun % stripsOfPage)
    },
  }
}

const silentStrip = new Uint8Array(stripBytes).fill(silence)

/** The bytes of a page, up to where it is filled. */
const piecesOf = (page: Page, bytes: number): readonly Uint8Array[] => {
  const whole = Math.floor(bytes / stripBytes)
  const pieces = page.slice(0, whole).map((strip) => strip ?? silentStrip)
  const rest = bytes - whole * stripBytes
  if (rest > 0) pieces.push((page[whole] ?? silentStrip).subarray(0, rest))
  return pieces
}

/** One stream on its way into its file. */
export type Taking = {
  readonly id: StreamId
  readonly streamSid: string
  /** A message that is no media: its number alone. False when it came before. */
  readonly hear: (sequence: number) => boolean
  readonly take: (
    track: Track,
    sequence: number,
    timestamp: number,
    text: Uint8Array,
    from: number,
    to: number,
  ) => Taken
  readonly levels: () => Levels
  /** Milliseconds of the process since something was heard, by those who ask now and then. */
  readonly quietMs: () => number
  readonly takings: () => Takings
  /** The database knows of it from now on; `repliedAt` and `askedAt` are of the process's clock. */
  readonly opened: (
    stream: Extract<OpenedStream, { kind: 'opened' }>,
    askedAt: number,
    repliedAt: number,
  ) => void
  /** When its time 0 was, by the clock of the database; null before it knows. */
  readonly startedAt: () => Temporal.Instant | null
  readonly file: () => SoundFile | null
  /** The first thing that kept sound from being written; null = nothing. */
  readonly fault: () => Error | null
  /** Writes what is left and the header, and closes; null where there is no file. Rejects with a fault of the disk. */
  readonly finish: () => Promise<Finished | null>
}

export type Finished = Takings & { readonly path: string; readonly bytes: number }

/** Frames by which the moment of time 0 is told: the one that was least held up on its way tells it best. */
const framesOfStart = 100

/**
 * Takes a stream into a file that opens meanwhile.
 *
 * @param elapsed milliseconds of the process's clock
 */
export const taking = (
  id: StreamId,
  streamSid: string,
  opening: Promise<SoundFile>,
  { take, back, nextFirstPage }: Strips,
  elapsed: () => number,
): Taking => {
  let file: SoundFile | null = null
  let fault: Error | null = null
  let waiting: { readonly page: Page; readonly bytes: number }[] = []
  let position = headerBytes
  let heardAt = elapsed()
  /** Since it was last asked: the clock is dearer than a frame. */
  let isHeard = false
  let zero = heardAt
  let framesSeen = 0
  let known: { readonly at: Temporal.Instant; readonly local: number } | null = null

  const putBack = (page: Page): void => {
    for (const strip of page) if (strip !== null) back(strip)
  }
  const write = (page: Page, bytes: number): void => {
    if (file === null || bytes === 0) putBack(page)
    else file.write(piecesOf(page, bytes), position, () => putBack(page))
    position += bytes
  }
  const sink: Sink = {
    take,
    give: (page, bytes) => {
      if (file === null && fault === null) waiting.push({ page, bytes })
      else write(page, bytes)
    },
  }
  const sound = recorder(sink, nextFirstPage())
  const opened = opening.then(
    (found) => {
      file = found
      // A file that is found after a crash says by itself what it is.
      const header = wavHeader(maxDataBytes)
      file.write([header], 0, () => {})
      for (const { page, bytes } of waiting) write(page, bytes)
      waiting = []
    },
    (cause: Error) => {
      fault = cause
      for (const { page } of waiting) putBack(page)
      waiting = []
    },
  )

  return {
    id,
    streamSid,
    hear: (sequence) => {
      isHeard = true
      return hear(sound.line, sequence)
    },
    take: (track, sequence, timestamp, text, from, to) => {
      isHeard = true
      if (framesSeen < framesOfStart) {
        framesSeen += 1
        zero = Math.min(zero, elapsed() - timestamp)
      }
      return takeFrame(sound, track, sequence, timestamp, text, from, to)
    },
    levels: () => levelsOf(sound),
    quietMs: () => {
      if (isHeard) heardAt = elapsed()
      isHeard = false
      return elapsed() - heardAt
    },
    takings: () => takingsOf(sound),
    opened: ({ at }, askedAt, repliedAt) => {
      known = { at, local: (askedAt + repliedAt) / 2 }
    },
    startedAt: () =>
      known === null
        ? null
        : known.at.add({ microseconds: Math.round((zero - known.local) * 1000) }),
    file: () => file,
    fault: () => fault ?? file?.fault() ?? null,
    finish: async () => {
      finishRecord(sound)
      await opened
      if (file === null) return null
      const header = wavHeader(position - headerBytes)
      file.write([header], 0, () => {})
      await file.settle()
      return { path: file.path, bytes: position, ...takingsOf(sound) }
    },
  }
}

/** Stands in the header as long as nobody knows better: as much as the format can say. */
const maxDataBytes = 0xffff_ff00
