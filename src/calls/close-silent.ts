import { isOutcome, type Outcome } from './call.ts'
import { hangUpCall } from './close.ts'
import { type CallPorts, closing } from './commit-turn.ts'
import type { CallSession } from './live-call.ts'

/** A call that should be closed by now and is not. */
export type SilentCall = {
  readonly callSid: string
  readonly startedAt: Temporal.Instant
  /** When its last turn was committed. */
  readonly lastTurnAt: Temporal.Instant
}

export type SilentCalls = {
  /**
   * Calls, oldest first, that began between `since` and `before` and never ended, or that ended
   * before `endedBefore` and have no outcome yet.
   */
  list(bounds: SilenceBounds, limit: number): Promise<readonly SilentCall[]>
  /**
   * Ends the log row: the end and the outcome that are missing, never one that is there. `closingOf`
   * sees the stored session, which is taken away.
   */
  close(
    call: SilentCall,
    closingOf: (session: string | null) => { readonly outcome: Outcome; readonly topic?: string },
  ): Promise<void>
}

export type SilenceBounds = {
  readonly since: Temporal.Instant
  readonly before: Temporal.Instant
  readonly endedBefore: Temporal.Instant
}

/** The carrier ends a call after four hours; its last word may be an hour late. */
export const longestCallHours = 5

/** A call that ended and was not wound up within this was left by a process that died. */
const windUpMinutes = 10

/** Calls older than this are no longer looked for. */
const lookBackHours = 7 * 24

const batch = 100

/** When a call counts as silent. */
export const silenceBounds = (now: Temporal.Instant): SilenceBounds => ({
  since: now.subtract({ hours: lookBackHours }),
  before: now.subtract({ hours: longestCallHours }),
  endedBefore: now.subtract({ minutes: windUpMinutes }),
})

/** What a silent call came to: what its flow had marked, else it was left in the menu. */
export const closingOfSilence = (
  session: string | null,
): { readonly outcome: Outcome; readonly topic?: string } => {
  const stored = session === null ? null : (JSON.parse(session) as Partial<CallSession>)
  const { outcome = null, topic = null } = stored?.marks ?? {}
  return closing('hangup', {
    outcome: outcome !== null && isOutcome(outcome) ? outcome : null,
    topic,
  })
}

/**
 * Closes calls whose end was never reported, by our own clock: the flow handles the hang-up, and the
 * row ends with the last turn, the last that is known of the caller. Answers how many were closed.
 */
export const closeSilentCalls = async (
  ports: CallPorts,
  silent: SilentCalls,
  onFault: (callSid: string, cause: unknown) => void,
): Promise<number> => {
  let closed = 0
  for (;;) {
    const calls = await silent.list(silenceBounds(ports.clock.now()), batch)
    const before = closed
    for (const call of calls) {
      try {
        // A flow that can no longer be run must not keep its call open for ever.
        await hangUpCall(ports, call.callSid).catch((cause) => onFault(call.callSid, cause))
        await silent.close(call, closingOfSilence)
        closed += 1
      } catch (cause) {
        onFault(call.callSid, cause)
      }
    }
    if (calls.length < batch || closed === before) return closed
  }
}
