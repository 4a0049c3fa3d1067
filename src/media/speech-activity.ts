import { rate } from './mu-law.ts'

/** Samples that one look at the loudness takes in: a quarter of a second. */
const windowSamples = rate / 4

/** Quieter than this (−50 dB below the loudest) is never speech. */
const leastPower = 1e-5

/** Speech stands out of the noise of its line by so much: 8 dB in power. */
const overNoise = 6.3

/** How fast the idea of the noise follows a line that gets louder, a window. */
const rise = 1.06

/** Loudness of one side over the last quarter of a second, and whether that was speech. */
export type Activity = {
  /** Adds what was decoded: so many samples, and the sum of their powers. */
  readonly add: (samples: number, power: number) => void
  /** 0 (silence) to 1 (as loud as a line carries), in even steps of decibels from −60. */
  readonly level: () => number
  readonly isSpeech: () => boolean
}

/**
 * Tells speech from the noise of a line, which it learns: the quietest of late is the noise, and what is
 * clearly louder is speech. A line that hums all the time is silent.
 *
 * @param onSpeech told at each window with speech in it
 */
export const speechActivity = (onSpeech: () => void): Activity => {
  let samples = 0
  let power = 0
  let noise = leastPower
  let heard = 0
  let isSpeech = false
  return {
    add: (count, sum) => {
      samples += count
      power += sum
      if (samples < windowSamples) return
      heard = power / samples
      noise = Math.max(leastPower, Math.min(heard, noise * rise))
      isSpeech = heard > noise * overNoise
      samples = 0
      power = 0
      if (isSpeech) onSpeech()
    },
    level: () => (heard <= 1e-6 ? 0 : Math.min(1, Math.max(0, 1 + Math.log10(heard) / 6))),
    isSpeech: () => isSpeech,
  }
}
