/** Sound as one row of samples, −1 … 1. */
export type Sound = { readonly rate: number; readonly samples: Float32Array }

export const telephoneRate = 8000

/** Reads 16-bit PCM with one channel; throws on anything else. */
export const readPcm = (wav: Uint8Array): Sound => {
  const view = new DataView(wav.buffer, wav.byteOffset, wav.byteLength)
  const name = (at: number) => String.fromCharCode(...wav.subarray(at, at + 4))
  let rate = 0
  for (let at = 12; at + 8 <= wav.length; ) {
    const length = Math.min(view.getUint32(at + 4, true), wav.length - at - 8)
    if (name(at) === 'fmt ') {
      const [tag, channels, bits] = [8, 10, 22].map((offset) => view.getUint16(at + offset, true))
      if (tag !== 1 || channels !== 1 || bits !== 16) throw new Error('not 16-bit PCM, one channel')
      rate = view.getUint32(at + 12, true)
    }
    if (name(at) === 'data' && rate > 0) {
      const samples = new Float32Array(length >> 1)
      for (let i = 0; i < samples.length; i++)
        samples[i] = view.getInt16(at + 8 + 2 * i, true) / 32_768
      return { rate, samples }
    }
    at += 8 + length + (length % 2)
  }
  throw new Error('no samples')
}

/** Zero crossings of the filter on each side; enough to keep what folds back 50 dB down. */
const reach = 16

/** The sound at 8,000 samples a second; what a telephone cannot carry (above 3.6 kHz) is filtered out. */
export const forTelephone = ({ rate, samples }: Sound): Float32Array => {
  const cutoff = Math.min(1, (2 * 3600) / rate)
  const width = reach / cutoff
  const out = new Float32Array(Math.floor((samples.length * telephoneRate) / rate))
  for (let index = 0; index < out.length; index++) {
    const centre = (index * rate) / telephoneRate
    const first = Math.max(0, Math.ceil(centre - width))
    const last = Math.min(samples.length - 1, Math.floor(centre + width))
    let sum = 0
    for (let at = first; at <= last; at++) {
      const x = (at - centre) * cutoff
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
      const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / reach)
      sum += (samples[at] ?? 0) * sinc * window * cutoff
    }
    out[index] = sum
  }
  return out
}

const frame = telephoneRate / 100

const loudnessOf = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / (samples.length || 1))

const frames = (samples: Float32Array): readonly number[] =>
  Array.from({ length: Math.ceil(samples.length / frame) }, (_, index) =>
    loudnessOf(samples.subarray(index * frame, (index + 1) * frame)),
  )

/** Of the loudest hundredth of a second; quieter is silence. */
const silence = 0.02

/**
 * Without the silence at both ends but for a margin.
 *
 * @param marginMs kept before and after, milliseconds
 */
export const trimmed = (
  samples: Float32Array,
  marginMs: { readonly before: number; readonly after: number },
): Float32Array => {
  const loud = frames(samples)
  const threshold = silence * loud.reduce((most, each) => Math.max(most, each), 0)
  const first = loud.findIndex((each) => each > threshold)
  if (first < 0) return new Float32Array(0)
  const last = loud.findLastIndex((each) => each > threshold) + 1
  const before = (marginMs.before * telephoneRate) / 1000
  const after = (marginMs.after * telephoneRate) / 1000
  return samples.slice(
    Math.max(0, first * frame - before),
    Math.min(samples.length, last * frame + after),
  )
}

/** Loudness of what is not silence, −20 dB below the most a line carries, and the highest peak. */
const wantedLoudness = 0.1
const highestPeak = 0.85

/** Every recording as loud as the others, none of them overdriven. */
export const levelled = (samples: Float32Array): Float32Array => {
  const loud = frames(samples)
  const most = loud.reduce((top, each) => Math.max(top, each), 0)
  const spoken = loud.filter((each) => each > most / 10)
  const loudness = Math.sqrt(
    spoken.reduce((sum, each) => sum + each * each, 0) / (spoken.length || 1),
  )
  const peak = samples.reduce((top, sample) => Math.max(top, Math.abs(sample)), 0)
  if (loudness === 0) return samples
  const gain = Math.min(wantedLoudness / loudness, highestPeak / peak)
  return samples.map((sample) => sample * gain)
}

/** A stretch without sound. */
export const silent = (milliseconds: number): Float32Array =>
  new Float32Array((milliseconds * telephoneRate) / 1000)
