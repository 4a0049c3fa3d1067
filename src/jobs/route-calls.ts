import type { Hints } from '../queues/ports.ts'
import type { Routed } from '../queues/route.ts'
import type { Timer } from './job.ts'

/** Hints may get lost, and leases end without one: so often the queues are looked at anyway. */
const everyMs = 1_000

/** A tick that claimed so many is followed by another at once: there may be more. */
const isFull = ({ claimed }: Routed) => claimed >= 100

/**
 * Brings those who wait and those who are free together, on every node: after each hint, and once a
 * second. One tick at a time; hints that come meanwhile make one more. The answer stops it and waits for
 * the tick under way.
 */
export const routeCalls = (
  tick: (options: { readonly sweeps: boolean }) => Promise<Routed>,
  onHint: Hints['onHint'],
  timer: Timer,
  onFault: (cause: unknown) => void,
): (() => Promise<void>) => {
  let wanted: { readonly sweeps: boolean } | null = null
  let working: Promise<void> | null = null
  let isStopped = false

  const work = async () => {
    while (wanted !== null && !isStopped) {
      const options = wanted
      wanted = null
      try {
        if (isFull(await tick(options))) want(false)
      } catch (cause) {
        onFault(cause)
      }
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
