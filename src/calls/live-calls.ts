import type { LiveCall } from './live-call.ts'

/** The last known state of live calls, so that a turn need not read before it writes. */
export type LiveCalls = {
  get(callSid: string): LiveCall | undefined
  put(call: LiveCall): void
  forget(callSid: string): void
}

/**
 * A bounded memory of live calls; the longest unused one goes first. It may be behind (another node
 * took a turn): the commit's version check tells, and the call is read again.
 */
export const liveCalls = (capacity: number): LiveCalls => {
  const calls = new Map<string, LiveCall>()
  return {
    get(callSid) {
      const call = calls.get(callSid)
      if (call) {
        calls.delete(callSid)
        calls.set(callSid, call)
      }
      return call
    },
    put(call) {
      calls.delete(call.callSid)
      calls.set(call.callSid, call)
      if (calls.size > capacity) {
        const [oldest] = calls.keys()
        if (oldest !== undefined) calls.delete(oldest)
      }
    },
    forget(callSid) {
      calls.delete(callSid)
    },
  }
}
