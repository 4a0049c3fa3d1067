/** Samples a second, as on a telephone line. */
const rate = 8000

/** Chords in Hz, four seconds each; their notes come one after another and fade. */
const chords: readonly (readonly number[])[] = [
  [261.63, 329.63, 392, 493.88],
  [220, 261.63, 329.63, 392],
  [174.61, 261.63, 329.63, 440],
  [196, 246.94, 293.66, 392],
]
const chordSeconds = 4
const noteSeconds = 0.5
const fadeSeconds = 1.1

/** The order in which the notes of a chord are played, up and down. */
const order = [0, 1, 2, 3, 2, 1, 2, 3]

/**
 * Sixteen seconds of soft tones to wait by, free of anybody's rights: WAV, 8 kHz, mono, 16 bit. What fades
 * at the end sounds on at the beginning, so that it can be repeated without a seam.
 */
export const holdMusic = (): Uint8Array => {
  const samples = new Float64Array(chords.length * chordSeconds * rate)
  chords.forEach((chord, at) => {
    order.forEach((note, step) => {
      play(samples, chord[note] ?? 0, at * chordSeconds + step * noteSeconds, 0.16)
    })
    play(samples, (chord[0] ?? 0) / 2, at * chordSeconds, 0.2)
  })
  return wav(samples)
}

const play = (samples: Float64Array, hertz: number, from: number, volume: number): void => {
  const start = Math.round(from * rate)
  const length = Math.round(fadeSeconds * 3 * rate)
  for (let at = 0; at < length; at++) {
    const seconds = at / rate
    const attack = Math.min(1, seconds / 0.02)
    const fade = attack * Math.exp(-seconds / fadeSeconds)
    const angle = 2 * Math.PI * hertz * seconds
    const index = (start + at) % samples.length
    samples[index] =
      (samples[index] ?? 0) + volume * fade * (Math.sin(angle) + 0.2 * Math.sin(2 * angle))
  }
}

const headerBytes = 44

const wav = (samples: Float64Array): Uint8Array => {
  const bytes = new Uint8Array(headerBytes + samples.length * 2)
  const view = new DataView(bytes.buffer)
  const text = (offset: number, name: string) => {
    for (let at = 0; at < name.length; at++) view.setUint8(offset + at, name.charCodeAt(at))
  }
  text(0, 'RIFF')
  view.setUint32(4, bytes.length - 8, true)
  text(8, 'WAVE')
  text(12, 'fmt ')
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, samples.length * 2, true)
  samples.forEach((sample, at) => {
    const loud = Math.max(-1, Math.min(1, sample))
    view.setInt16(headerBytes + at * 2, Math.round(loud * 32_767), true)
  })
  return bytes
}
