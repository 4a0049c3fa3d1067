import { randomBytes } from 'node:crypto'
import type { ReadRecording } from '../calls/outside.ts'
import type { FormBody, FormEntry } from '../voicexml/fetch-request.ts'

export type EncodedBody = { readonly type: string; readonly bytes: Buffer }

/** A form as the bytes of a request; null: a recording in it is not to be had. */
export const encodeBody = async (
  { enctype, entries }: FormBody,
  readRecording: ReadRecording,
  signal: AbortSignal,
): Promise<EncodedBody | null> => {
  if (enctype === 'application/x-www-form-urlencoded') {
    const values = entries.flatMap((entry) => ('value' in entry ? [[entry.name, entry.value]] : []))
    const text = new URLSearchParams(values as [string, string][]).toString()
    return { type: enctype, bytes: Buffer.from(text) }
  }
  const boundary = `form-${randomBytes(18).toString('base64url')}`
  const parts: Uint8Array[] = []
  for (const entry of entries) {
    const part = await encodePart(entry, readRecording, signal)
    if (part === null) return null
    parts.push(
      Buffer.from(`--${boundary}\r\n${part.head}\r\n\r\n`),
      part.bytes,
      Buffer.from('\r\n'),
    )
  }
  parts.push(Buffer.from(`--${boundary}--\r\n`))
  return { type: `multipart/form-data; boundary=${boundary}`, bytes: Buffer.concat(parts) }
}

const encodePart = async (
  entry: FormEntry,
  readRecording: ReadRecording,
  signal: AbortSignal,
): Promise<{ readonly head: string; readonly bytes: Uint8Array } | null> => {
  const named = `content-disposition: form-data; name="${quoted(entry.name)}"`
  if ('value' in entry) {
    return {
      head: `${named}\r\ncontent-type: text/plain; charset=utf-8`,
      bytes: Buffer.from(entry.value),
    }
  }
  const audio = await readRecording(entry.recording, signal)
  if (audio === null) return null
  const file = `${quoted(entry.name)}.${audio.type.includes('mpeg') ? 'mp3' : 'wav'}`
  return { head: `${named}; filename="${file}"\r\ncontent-type: ${audio.type}`, bytes: audio.bytes }
}

/** As HTML's form submission writes names. */
const quoted = (name: string): string =>
  name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
