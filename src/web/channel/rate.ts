/** Messages a second, and how many may come at once. */
const usual = { perSecond: 20, burst: 60 }

/** Of those beyond, so many are still answered before it is a flood. */
const excess = { perSecond: 20, burst: 120 }

/**
 * What becomes of one more message now: it is taken, refused as too fast, or the client does not heed that.
 *
 * @param elapsed milliseconds of a clock that never goes back
 */
export const createRate = (elapsed: () => number): (() => 'go' | 'too-fast' | 'flood') => {
  const mayGo = bucket(usual, elapsed)
  const mayBeAnswered = bucket(excess, elapsed)
  return () => {
    if (mayGo()) return 'go'
    return mayBeAnswered() ? 'too-fast' : 'flood'
  }
}

const bucket = (
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
  elapsed: () => number,
): (() => boolean) => {
  let left = burst
  let last = elapsed()
  return () => {
    const now = elapsed()
    left = Math.min(burst, left + ((now - last) / 1000) * perSecond)
    last = now
    if (left < 1) return false
    left -= 1
    return true
  }
}
