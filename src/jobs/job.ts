/** Work that is due again and again. Running it once more, or on two nodes at once, does no harm. */
export type Job = {
  /** Names it in the log. */
  readonly name: string
  readonly everyMs: number
  readonly run: () => Promise<void>
}

/** Does work every so many milliseconds; the answer calls it off. */
export type Timer = (everyMs: number, work: () => void) => () => void

/**
 * Starts jobs, each for the first time after one interval, and never a second time while it is still
 * at work. The answer stops them and waits for those at work.
 */
export const startJobs = (
  jobs: readonly Job[],
  timer: Timer,
  onFault: (name: string, cause: unknown) => void,
): (() => Promise<void>) => {
  const working = new Map<string, Promise<void>>()
  const stops = jobs.map(({ name, everyMs, run }) =>
    timer(everyMs, () => {
      if (working.has(name)) return
      const work = run()
        .catch((cause) => onFault(name, cause))
        .finally(() => working.delete(name))
      working.set(name, work)
    }),
  )
  return async () => {
    for (const stop of stops) stop()
    await Promise.all(working.values())
  }
}

/** By the clock of the process, which it does not keep alive. */
export const processTimer: Timer = (everyMs, work) => {
  const timer = setInterval(work, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
