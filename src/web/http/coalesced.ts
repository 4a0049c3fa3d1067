/**
 * One run at a time; whoever asks meanwhile shares the next, which begins after the rest. So the answer
 * always stems from a run that began after the question.
 */
export const coalesced = (
  run: () => Promise<void>,
  restMs: number,
  isClosed: () => boolean,
): (() => Promise<void>) => {
  let rested: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null
  return () => {
    next ??= rested.then(() => {
      next = null
      const work = isClosed() ? Promise.resolve() : run()
      rested = work.catch(() => {}).then(() => rest(restMs))
      return work
    })
    return next
  }
}

const rest = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
