import type { DialPorts } from '../callbacks/dial.ts'
import { hearLeg } from '../callbacks/hear-leg.ts'
import { hangUpCall, recordStatus } from '../calls/close.ts'
import type { CallPorts } from '../calls/commit-turn.ts'
import type { OpenLegs } from '../db/open-legs.ts'
import type { Claims } from '../queues/ports.ts'

export type RestartPorts = {
  readonly calls: CallPorts
  readonly dial: DialPorts
  readonly claims: Pick<Claims, 'release'>
  readonly openLegs: () => Promise<OpenLegs>
}

/**
 * The simulated carrier lives in the server and goes down with it. At the next start it tells of the calls it
 * carried then what a carrier tells of those it has lost: they failed. Talks that broke off so are taken up
 * again, operators are free. Answers how many legs there were.
 */
export const tellOfLostLegs = async ({
  calls,
  dial,
  claims,
  openLegs,
}: RestartPorts): Promise<number> => {
  const lost = await openLegs()
  for (const callSid of lost.calls) {
    const isAwaited = await recordStatus(calls, {
      callSid,
      status: 'failed',
      sequence: null,
      happenedAt: null,
      receivedAt: calls.clock.now(),
      durationSeconds: null,
    })
    if (isAwaited) await hangUpCall(calls, callSid)
  }
  for (const leg of lost.attempts) await hearLeg(dial, { ...leg, status: 'canceled' })
  for (const reservation of lost.reservations) await claims.release(reservation, 'caller-left')
  return lost.calls.length + lost.attempts.length + lost.reservations.length
}
