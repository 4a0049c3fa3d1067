import type { Clock } from './clock.ts'

/** How long news waits for the news before it to be answered. */
const patience = 50

/**
 * Sends what belongs together one after another: the next leaves when the one before has been answered, or a
 * moment later where that one is held up. So callbacks arrive in order unless a fault is asked for.
 */
export const createOrderly = (
  clock: Clock,
): (<Value>(send: () => Promise<Value>) => Promise<Value>) => {
  let before: Promise<void> = Promise.resolve()
  return async (send) => {
    const turn = Promise.withResolvers<void>()
    const previous = before
    before = turn.promise
    await previous
    const cancel = clock.after(patience, turn.resolve)
    try {
      return await send()
    } finally {
      cancel()
      turn.resolve()
    }
  }
}
