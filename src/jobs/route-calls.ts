import type { Timer } from './job.ts'

/** Hints may get lost, and leases end without one: so often the queues are looked at anyway. */
const everyMs = 1_000

/** `sweeps`: a second is over. The answer tells whether there may be more to do at once. */
export type Tick = (options: { readonly sweeps: boolean }) => Promise<{ readonly isFull: boolean }>

/**
 * Brings those who wait and those who are free together, on every node: after each hint, and once a
 * second. One tick at a time; hints that come meanwhile make one more. The answer stops it and waits for
 * the tick under way.
 *
 * @param rest what is waited for between two ticks, so that a storm of hints costs no more; default nothing
 */
export const routeCalls = (
  tick: Tick,
  onHint: (listener: () => void) => () => void,
  timer: Timer,
  onFault: (cause: unknown) => void,
  rest?: () => Promise<void>,
): (() => Promise<void>) => {
  let wanted: { readonly sweeps: boolean } | null = null
  let working: Promise<void> | null = null
  let isStopped = false

  const work = async () => {
    while (wanted !== null && !isStopped) {
      const options = wanted
      wanted = null
      try {
        if ((await tick(options)).isFull) want(false)
      } catch (cause) {
        onFault(cause)
      }
      await rest?.()
    }
    working = null
  }
  const want = (sweeps: boolean) => {
    wanted = { sweeps: sweeps || (wanted?.sweeps ?? false) }
    working ??= work()
  }
  const stopHints = onHint(() => want(false))
  const stopTimer = timer(everyMs, () => want(true))
  return async () => {
    isStopped = true
    stopHints()
    stopTimer()
    await working
  }
}
