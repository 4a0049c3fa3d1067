import type { Clock } from './clock.ts'

/** Lets callers through at a rate, first come first served. */
export type RateGate = {
  /** Calls `open` when the turn has come; the answer gives the turn up. */
  readonly wait: (open: () => void) => () => void
}

/**
 * The calls per second that the API may start; the rest wait in a row.
 * Source: Twilio's support article on calls per second.
 *
 * @param perSecond infinity lets all through at once
 */
export const createRateGate = (clock: Clock, perSecond: number): RateGate => {
  const interval = 1000 / perSecond
  const waiting: (() => void)[] = []
  let nextAt = 0
  let cancelTimer: (() => void) | null = null

  const pass = (): void => {
    cancelTimer = null
    while (waiting.length > 0 && clock.now() >= nextAt) {
      nextAt = clock.now() + interval
      waiting.shift()?.()
    }
    if (waiting.length > 0) cancelTimer = clock.after(nextAt - clock.now(), pass)
  }

  return {
    wait: (open) => {
      waiting.push(open)
      if (cancelTimer === null) pass()
      return () => {
        const place = waiting.indexOf(open)
        if (place >= 0) waiting.splice(place, 1)
        if (waiting.length === 0) {
          cancelTimer?.()
          cancelTimer = null
        }
      }
    },
  }
}
