import { walkCall } from './caller.ts'
import { openConnection } from './connection.ts'

export type LoadResult = {
  readonly turnsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly turns: number
  readonly failed: number
}

/** So many calls at once, each webhook sent as soon as the one before it is answered. */
export const closedLoop = (port: number, calls: number, seconds: number): Promise<LoadResult> =>
  run(port, calls, seconds, async () => performance.now())

/**
 * Webhooks at a fixed rate whatever the answers take; the time of each counts from when it was due,
 * so that a slow server cannot hide behind a waiting generator.
 */
export const openLoop = (
  port: number,
  calls: number,
  seconds: number,
  turnsPerSecond: number,
): Promise<LoadResult> => {
  const gap = 1000 / turnsPerSecond
  let due = performance.now()
  return run(port, calls, seconds, async () => {
    due += gap
    const mine = due
    const early = mine - performance.now()
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early))
    return mine
  })
}

const run = async (
  port: number,
  calls: number,
  seconds: number,
  next: () => Promise<number>,
): Promise<LoadResult> => {
  const times: number[] = []
  let failed = 0
  const observe = (startedAt: number, ok: boolean) => {
    times.push(performance.now() - startedAt)
    if (!ok) failed++
  }
  const connections = await Promise.all(Array.from({ length: calls }, () => openConnection(port)))
  const begin = performance.now()
  const end = begin + seconds * 1000
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() < end) await walkCall(connection, { observe, next })
      connection.close()
    }),
  )
  const elapsed = (performance.now() - begin) / 1000
  times.sort((a, b) => a - b)
  const quantile = (q: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0
  return {
    turnsPerSecond: times.length / elapsed,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
    turns: times.length,
    failed,
  }
}
