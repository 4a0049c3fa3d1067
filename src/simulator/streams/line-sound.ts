/** Sound as a telephone line carries it: G.711 µ-law, 8,000 samples a second. */
export type LineSound = Uint8Array

export const lineRate = 8000

/** One sample as µ-law. @param sample −1 … 1. Source: ITU-T G.711. */
export const muLaw = (sample: number): number => {
  const linear = Math.max(-32_635, Math.min(32_635, Math.round(sample * 32_767)))
  const sign = linear < 0 ? 0x80 : 0
  const biased = Math.abs(linear) + 0x84
  const exponent = Math.max(0, 24 - Math.clz32(biased))
  return ~(sign | (exponent << 4) | ((biased >> (exponent + 3)) & 0x0f)) & 0xff
}

type Format = { readonly tag: number; readonly rate: number; readonly bits: number }

/** Makes line sound of a WAV file with one channel: 16-bit PCM of any rate, or µ-law as it is; null for others. */
export const lineSoundOf = (wav: Uint8Array): LineSound | null => {
  const file = Buffer.from(wav.buffer, wav.byteOffset, wav.byteLength)
  if (file.toString('latin1', 0, 4) !== 'RIFF') return null
  let format: Format | null = null
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4)
    const length = Math.min(file.readUInt32LE(at + 4), file.length - at - 8)
    if (name === 'fmt ' && length >= 16 && file.readUInt16LE(at + 10) === 1) {
      format = {
        tag: file.readUInt16LE(at + 8),
        rate: file.readUInt32LE(at + 12),
        bits: file.readUInt16LE(at + 22),
      }
    }
    if (name === 'data' && format !== null) {
      const data = file.subarray(at + 8, at + 8 + length)
      if (format.tag === 7 && format.rate === lineRate) return Uint8Array.from(data)
      return format.tag === 1 && format.bits === 16 ? fromPcm(data, format.rate) : null
    }
    at += 8 + length + (length % 2)
  }
  return null
}

/** Every sample of the line is the mean of those that fall into its time: enough for speech. */
const fromPcm = (data: Buffer, rate: number): LineSound => {
  const samples = data.length >> 1
  const step = rate / lineRate
  const sound = new Uint8Array(Math.floor(samples / step))
  for (let index = 0; index < sound.length; index += 1) {
    const from = Math.floor(index * step)
    const to = Math.max(from + 1, Math.min(samples, Math.ceil((index + 1) * step)))
    let sum = 0
    for (let at = from; at < to; at += 1) sum += data.readInt16LE(2 * at)
    sound[index] = muLaw(sum / (to - from) / 32_768)
  }
  return sound
}

/**
 * Something that sounds like somebody saying so much, where there is no voice: a hum that comes and goes like
 * syllables.
 */
export const murmur = (milliseconds: number, pitch: number): LineSound =>
  Uint8Array.from({ length: Math.round((milliseconds * lineRate) / 1000) }, (_, index) => {
    const time = index / lineRate
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 2.2 * time))
    const tone = Math.sin(2 * Math.PI * pitch * time) + 0.5 * Math.sin(4 * Math.PI * pitch * time)
    return muLaw(0.2 * syllable * tone)
  })

/** A second of the faint noise of a line, the same each time. */
export const lineNoise: LineSound = (() => {
  let state = 1
  return Uint8Array.from({ length: lineRate }, () => {
    state = (state * 48_271) % 2_147_483_647
    return muLaw((state / 2_147_483_647 - 0.5) * 0.004)
  })
})()
