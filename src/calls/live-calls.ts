import type { LiveCall } from './live-call.ts'

/** The last known state of live calls, so that a turn need not read before it writes. */
export type LiveCalls = {
  get(callSid: string): LiveCall | undefined
  put(call: LiveCall): void
  forget(callSid: string): void
}

/**
 * A bounded memory of live calls; the one that was put in first goes first. It may be behind (another node
 * took a turn): the commit's version check tells, and the call is read again.
 */
export const liveCalls = (capacity: number): LiveCalls => {
  const kept = new Map<string, { call: LiveCall | undefined }>()
  const forget = (callSid: string) => {
    const entry = kept.get(callSid)
    if (entry === undefined) return
    // The former tables of a map outlive every quick collection: they hold no session.
    entry.call = undefined
    kept.delete(callSid)
  }
  return {
    get: (callSid) => kept.get(callSid)?.call,
    put(call) {
      const entry = kept.get(call.callSid)
      if (entry === undefined) kept.set(call.callSid, { call })
      else entry.call = call
      const [oldest] = kept.size > capacity ? kept.keys() : []
      if (oldest !== undefined) forget(oldest)
    },
    forget,
  }
}
