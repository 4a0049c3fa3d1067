import type { CarrierStatus } from './ports.ts'

/** Status callbacks that could not be stored; the carrier has its 204 and will not send them again. */
export type LateStatuses = {
  add(status: CarrierStatus): void
  /** How many wait. */
  readonly size: () => number
  /** Gives up those that still wait; the sweep of silent calls closes theirs. */
  stop(): void
}

export type LateStatusesOptions = {
  readonly store: (status: CarrierStatus) => Promise<void>
  /** Does the work after so many milliseconds; the answer calls it off. */
  readonly later: (milliseconds: number, work: () => void) => () => void
  /** Told of one that did not fit or failed too often. */
  readonly onLost: (status: CarrierStatus) => void
  /** Most that wait at once; the oldest goes first. Default 10,000. */
  readonly capacity?: number
}

/** Waits between tries: 1 s, doubled each time up to a minute. */
const firstWaitMs = 1000
const longestWaitMs = 60_000

/** Tries of one callback, over a day: whatever keeps it from being stored then is no outage. */
const maxTries = 1440

/**
 * Keeps failed status callbacks in memory and tries them again, in the order they came, until each is
 * stored. One that fails does not keep the next from its try: the fault may be its own.
 */
export const lateStatuses = (options: LateStatusesOptions): LateStatuses => {
  const { store, later, onLost, capacity = 10_000 } = options
  let waiting: { readonly status: CarrierStatus; readonly tries: number }[] = []
  let waitMs = firstWaitMs
  let callOff: (() => void) | null = null
  let stopped = false

  const keep = (status: CarrierStatus, tries: number) => {
    if (tries >= maxTries) return onLost(status)
    waiting.push({ status, tries })
    if (waiting.length > capacity) {
      const [oldest] = waiting.splice(0, 1)
      if (oldest !== undefined) onLost(oldest.status)
    }
  }

  const tryAll = async () => {
    const tried = waiting
    waiting = []
    let stored = 0
    for (const { status, tries } of tried) {
      try {
        if (!stopped) await store(status)
        stored += 1
      } catch {
        keep(status, tries + 1)
      }
    }
    waitMs = stored > 0 ? firstWaitMs : Math.min(waitMs * 2, longestWaitMs)
    callOff = null
    schedule()
  }

  const schedule = () => {
    if (stopped || callOff !== null || waiting.length === 0) return
    callOff = later(waitMs, () => void tryAll())
  }

  return {
    add(status) {
      keep(status, 0)
      schedule()
    },
    size: () => waiting.length,
    stop() {
      stopped = true
      callOff?.()
    },
  }
}
