const ascii = (bytes: Uint8Array, offset: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(offset, offset + length))

/** Format tags of the sample encodings that a telephone line carries without loss: PCM, A-law, µ-law. */
const encodings = new Map([
  [1, [8, 16]],
  [6, [8]],
  [7, [8]],
])

/**
 * What keeps a recorded prompt from being played as it is: null for RIFF/WAVE, mono, 8,000 samples a
 * second, in PCM (8 or 16 bit), A-law or µ-law; otherwise a clause for the finding.
 */
export const wavFault = (bytes: Uint8Array): string | null => {
  if (bytes.length < 12 || ascii(bytes, 0, 4) !== 'RIFF' || ascii(bytes, 8, 4) !== 'WAVE')
    return 'is not a WAV file'
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let format: { tag: number; channels: number; rate: number; bits: number } | null = null
  for (let offset = 12; offset + 8 <= bytes.length; ) {
    const name = ascii(bytes, offset, 4)
    const length = view.getUint32(offset + 4, true)
    const body = offset + 8
    if (name === 'fmt ' && length >= 16 && body + 16 <= bytes.length)
      format = {
        tag: view.getUint16(body, true),
        channels: view.getUint16(body + 2, true),
        rate: view.getUint32(body + 4, true),
        bits: view.getUint16(body + 14, true),
      }
    if (name === 'data') {
      if (format === null) return 'has its samples before their format'
      if (length === 0) return 'has no samples'
      if (body + length > bytes.length) return 'is cut off'
      return formatFault(format)
    }
    offset = body + length + (length % 2)
  }
  return 'has no samples'
}

const formatFault = (format: {
  tag: number
  channels: number
  rate: number
  bits: number
}): string | null => {
  if (format.channels !== 1) return `has ${format.channels} channels, not one`
  if (format.rate !== 8000) return `has ${format.rate} samples a second, not 8000`
  const bits = encodings.get(format.tag)
  if (bits === undefined) return `has encoding ${format.tag}, not PCM, A-law or µ-law`
  return bits.includes(format.bits) ? null : `has ${format.bits} bits a sample`
}
