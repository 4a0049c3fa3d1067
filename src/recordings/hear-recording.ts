import { Readable } from 'node:stream'
import type { SoundBlobs } from './blobs.ts'
import { cut, type Layout, layoutOf, type Part } from './layout.ts'
import type { Listener, RecordingStore } from './store.ts'

export type HearPorts = {
  readonly recordings: Pick<RecordingStore, 'hear'>
  readonly blobs: Pick<SoundBlobs, 'read'>
  /** Header of a file with so many bytes of sound; always of the same length. */
  readonly header: (bytes: number) => Uint8Array
  /** Told when one person hears more than is usual. */
  readonly onMany: (login: string, heard: number) => void
}

/** A recording ready to be heard. */
export type HearableRecording = {
  readonly callSid: string
  /** Length of all of it as one file. */
  readonly bytes: number
  /** From `start` up to and with `end`, counted from 0. */
  readonly read: (start: number, end: number) => Readable
}

/** Recordings of different calls heard in an hour, above which somebody should ask why. */
const usual = 30

/** What in µ-law is silence. */
const silence = 0xff

const silentChunk = Buffer.alloc(64 * 1024, silence)

/**
 * Opens a recording to somebody who says why; that stands in the journal before the first byte is read. Null:
 * there is none that they may hear.
 */
export const hearRecording = async (
  { recordings, blobs, header, onMany }: HearPorts,
  id: string,
  listener: Listener,
  reason: string,
): Promise<HearableRecording | null> => {
  const heard = await recordings.hear(id, listener, reason)
  if (heard === null) return null
  if (heard.heardLately > usual) onMany(listener.login, heard.heardLately)
  const layout: Layout = layoutOf(heard.recording.streams, header(0).length)
  const head = header(layout.bytes)
  return {
    callSid: heard.recording.callSid,
    bytes: head.length + layout.bytes,
    read: (start, end) => Readable.from(chunks(blobs, head, layout.parts, start, end)),
  }
}

async function* chunks(
  blobs: Pick<SoundBlobs, 'read'>,
  head: Uint8Array,
  parts: readonly Part[],
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  if (start < head.length) yield head.subarray(start, Math.min(head.length, end + 1))
  if (end < head.length) return
  for (const part of cut(parts, Math.max(0, start - head.length), end - head.length)) {
    if (part.kind === 'sound') {
      yield* blobs.read(part.hash, { start: part.from, end: part.from + part.bytes - 1 })
      continue
    }
    for (let left = part.bytes; left > 0; left -= silentChunk.length) {
      yield left < silentChunk.length ? silentChunk.subarray(0, left) : silentChunk
    }
  }
}
