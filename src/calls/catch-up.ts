/**
 * Lets work be asked for at any time and run once at a time. Whoever asks gets the outcome of a run
 * that began after the question: those who ask while one is under way share the next.
 */
export const catchUp = (work: () => Promise<void>): (() => Promise<void>) => {
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const run = (): Promise<void> => {
    running = work().finally(() => {
      running = null
    })
    return running
  }
  return () => {
    if (running === null) return run()
    next ??= running
      .catch(() => {})
      .then(() => {
        next = null
        return run()
      })
    return next
  }
}
