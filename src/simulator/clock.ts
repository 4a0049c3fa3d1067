/**
 * Time as the simulated carrier sees it. A call under the real clock lasts as long as a call; under
 * the virtual one it lasts as long as its webhooks, and every pause is skipped.
 */
export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `due` once `milliseconds` have passed on this clock; the answer takes it back. */
  after(milliseconds: number, due: () => void): () => void
  /**
   * Says that something outside the clock is under way (a request on the wire); a virtual clock stands
   * still until the answer is called. Calling it twice does no harm.
   */
  hold(): () => void
}

export const realClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, due) => {
    const timer = setTimeout(due, milliseconds)
    return () => clearTimeout(timer)
  },
  hold: () => () => {},
}

/**
 * A clock that jumps to the next thing due as soon as nobody holds it. Between two jumps it lets every
 * pending promise reaction run, so that a test that answers a report by pressing a key presses in time.
 *
 * @param start milliseconds since the epoch
 */
export const virtualClock = (start: number = Date.UTC(2026, 10, 25, 7)): Clock => {
  let now = start
  let holds = 0
  let ticking = false
  let timers: { readonly at: number; readonly due: () => void }[] = []

  const tick = (): void => {
    if (ticking || holds > 0 || timers.length === 0) return
    ticking = true
    setImmediate(() => {
      ticking = false
      if (holds > 0) return
      const next = timers.reduce<(typeof timers)[number] | undefined>(
        (first, timer) => (first && first.at <= timer.at ? first : timer),
        undefined,
      )
      if (!next) return
      timers = timers.filter((timer) => timer !== next)
      now = Math.max(now, next.at)
      next.due()
      tick()
    })
  }

  return {
    now: () => now,
    after: (milliseconds, due) => {
      const timer = { at: now + Math.max(0, milliseconds), due }
      timers = [...timers, timer]
      tick()
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    hold: () => {
      let held = true
      holds += 1
      return () => {
        if (!held) return
        held = false
        holds -= 1
        tick()
      }
    },
  }
}
