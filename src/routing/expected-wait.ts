/** What the wait of somebody in a queue is reckoned from. */
export type QueueLoad = {
  /** People to be served before, 0 = next. */
  readonly ahead: number
  /** Operators signed in for the queue, busy ones too. */
  readonly operators: number
  /** Operators who are free at this moment; default none. */
  readonly free?: number
  /** Mean of talk and wrap-up, in seconds; greater than 0. */
  readonly handleSeconds: number
  /** Mean time after which somebody who waits gives up, in seconds; greater than 0. */
  readonly patienceSeconds: number
}

/** Four of five are served within what they are told. */
export const toldQuantile = 0.8

/**
 * Seconds within which somebody is served with the probability `quantile`; 0 when more operators are free
 * than people ahead, null when no operator is signed in. The wait is a pure-death chain: with i people before, somebody is served or gives up at
 * the rate n/handle + i/patience (model QL-A). Its distribution is taken for a gamma distribution of
 * the same mean and variance, which is exact for one person ahead of nobody.
 *
 * @param quantile above 0 and below 1
 * @see Ibrahim and Whitt, "Real-time delay estimation in overloaded multiserver queues with
 * abandonments", Management Science 2009
 */
export const expectedWait = (load: QueueLoad, quantile = toldQuantile): number | null => {
  if (load.operators <= 0) return null
  if (load.ahead < (load.free ?? 0)) return 0
  const { mean, variance } = waitOf(load)
  return gammaQuantile(mean, variance, quantile)
}

/** Mean and variance of the wait, in seconds and their square. */
export const waitOf = ({ ahead, operators, handleSeconds, patienceSeconds }: QueueLoad) => {
  let mean = 0
  let variance = 0
  for (let before = 0; before <= ahead; before++) {
    const rate = operators / handleSeconds + before / patienceSeconds
    mean += 1 / rate
    variance += 1 / rate ** 2
  }
  return { mean, variance }
}

/** By the Wilson–Hilferty approximation; below shape 1 by the exponential distribution. */
const gammaQuantile = (mean: number, variance: number, quantile: number): number => {
  const shape = mean ** 2 / variance
  if (shape <= 1.000_001) return -mean * Math.log(1 - quantile)
  const spread = 1 / (9 * shape)
  return mean * Math.max(0, 1 - spread + normalQuantile(quantile) * Math.sqrt(spread)) ** 3
}

/** Quantile of the standard normal distribution, to 4.5e-4 (Abramowitz and Stegun 26.2.23). */
const normalQuantile = (quantile: number): number => {
  const tail = Math.min(quantile, 1 - quantile)
  const t = Math.sqrt(-2 * Math.log(tail))
  const value =
    t -
    (2.515_517 + 0.802_853 * t + 0.010_328 * t ** 2) /
      (1 + 1.432_788 * t + 0.189_269 * t ** 2 + 0.001_308 * t ** 3)
  return quantile < 0.5 ? -value : value
}

/** What somebody is told of the wait, and whether it has to be said that it got longer. */
export type ToldWait = {
  readonly minutes: number
  readonly hasGrown: boolean
  /** The promise that now stands, in seconds from now; null = the one made before still does. */
  readonly promise: number | null
}

/** An estimate that exceeds the promise by no more than this is no reason to take it back. */
const toleranceSeconds = 30

/**
 * The wait in whole minutes, rounded up, at least one. What was told before stands as long as it holds:
 * nobody hears of a later moment than the one they were told, unless it is said to them that it changed.
 *
 * @param told the promise that stands, in seconds, and how long ago it was made; null the first time
 */
export const toldWait = (
  expectedSeconds: number,
  told: { readonly seconds: number; readonly agoSeconds: number } | null,
): ToldWait => {
  const minutes = inMinutes(expectedSeconds)
  if (told === null) return { minutes, hasGrown: false, promise: minutes * 60 }
  const left = told.seconds - told.agoSeconds
  if (expectedSeconds > left + toleranceSeconds && minutes > inMinutes(left)) {
    return { minutes, hasGrown: true, promise: minutes * 60 }
  }
  if (minutes * 60 < left) return { minutes, hasGrown: false, promise: minutes * 60 }
  return { minutes: inMinutes(left), hasGrown: false, promise: null }
}

const inMinutes = (seconds: number): number => Math.max(1, Math.ceil(seconds / 60))
