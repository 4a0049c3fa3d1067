const bias = 0x84
const clip = 32_635

/** One sample as G.711 µ-law. @param sample −32,768 … 32,767 */
const muLaw = (sample: number): number => {
  const sign = sample < 0 ? 0x80 : 0
  const magnitude = Math.min(Math.abs(sample), clip) + bias
  const exponent = 31 - Math.clz32(magnitude) - 7
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f
  return ~(sign | (exponent << 4) | mantissa) & 0xff
}

const headerBytes = 58

/**
 * A WAV file in G.711 µ-law, one channel, 8,000 samples a second: what a telephone line carries, at one byte
 * a sample.
 *
 * @param samples −1 … 1; what is beyond is cut off
 */
export const muLawWav = (samples: Float32Array): Uint8Array => {
  const padded = samples.length + (samples.length % 2)
  const file = new Uint8Array(headerBytes + padded).fill(0xff)
  const view = new DataView(file.buffer)
  const text = (at: number, ascii: string) => file.set(new TextEncoder().encode(ascii), at)
  text(0, 'RIFF')
  view.setUint32(4, headerBytes - 8 + padded, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 18, true)
  view.setUint16(20, 7, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, 8000, true)
  view.setUint32(28, 8000, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  // Encodings other than PCM carry an extension of the format, here empty, and a count of samples.
  view.setUint16(36, 0, true)
  text(38, 'fact')
  view.setUint32(42, 4, true)
  view.setUint32(46, samples.length, true)
  text(50, 'data')
  view.setUint32(54, samples.length, true)
  samples.forEach((sample, index) => {
    file[headerBytes + index] = muLaw(Math.round(Math.max(-1, Math.min(1, sample)) * 32_767))
  })
  return file
}
