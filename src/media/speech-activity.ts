import { rate } from './mu-law.ts'

/** Samples that one look at the loudness takes in: a quarter of a second. */
const windowSamples = rate / 4

/** Quieter than this (−50 dB below the loudest) is never speech. */
const leastPower = 1e-5

/** Speech stands out of the noise of its line by so much: 8 dB in power. */
const overNoise = 6.3

/** How fast the idea of the noise follows a line that gets louder, a window. */
const rise = 1.06

/**
 * Powers are added up as whole numbers of this part of the loudest, which are kept without a box of their own
 * on the heap; a window with the longest frame at its end still is one.
 */
const unit = 5e-6

/** Loudness of one side over the last quarter of a second, and whether that was speech. */
export type Activity = {
  samples: number
  /** Of these samples, in units. */
  power: number
  noise: number
  /** Power of the last whole window. */
  heard: number
}

export const speechActivity = (): Activity => ({
  samples: 0,
  power: 0,
  noise: leastPower,
  heard: 0,
})

/**
 * Tells speech from the noise of a line, which it learns: the quietest of late is the noise, and what is
 * clearly louder is speech. A line that hums all the time is silent.
 *
 * @param samples so many were decoded
 * @param power the sum of their powers
 * @returns true at the end of a window with speech in it
 */
export const hearSound = (activity: Activity, samples: number, power: number): boolean => {
  activity.samples += samples
  activity.power += Math.round(power / unit)
  if (activity.samples < windowSamples) return false
  const heard = (activity.power * unit) / activity.samples
  const noise = Math.max(leastPower, Math.min(heard, activity.noise * rise))
  activity.heard = heard
  activity.noise = noise
  activity.samples = 0
  activity.power = 0
  return heard > noise * overNoise
}

/** 0 (silence) to 1 (as loud as a line carries), in even steps of decibels from −60. */
export const levelOf = ({ heard }: Activity): number =>
  heard <= 1e-6 ? 0 : Math.min(1, Math.max(0, 1 + Math.log10(heard) / 6))
