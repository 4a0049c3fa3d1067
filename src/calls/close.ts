import { endOfWait, meanwhileOf } from './after-wait.ts'
import type { CallPorts } from './commit-turn.ts'
import { type CallSession, findCall } from './live-call.ts'
import type { CarrierStatus } from './ports.ts'
import { resumeCall } from './take-turn.ts'

const terminal = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled'])

export const isTerminal = (status: string): boolean => terminal.has(status)

/**
 * Takes a status callback: stored once, in any order. A terminal one ends the call log row, which
 * nothing reopens, and lets the flow handle the hang-up if it still waited. Delivered again after a
 * crash in between, it finishes what was left.
 *
 * @returns true when the caller was being recorded: what was said is still on its way, and the flow is left
 * to wait for it; `hangUpCall` ends that
 *
 * @see https://www.twilio.com/docs/voice/api/call-resource#statuscallback
 */
export const recordStatus = async (ports: CallPorts, status: CarrierStatus): Promise<boolean> => {
  await ports.calls.recordStatus(status)
  if (!isTerminal(status.status)) return false
  return hangUp(ports, status.callSid, ({ waits }) => waits === 'record')
}

/** Lets the flow of a call handle the hang-up, if it still waits for its caller. */
export const hangUpCall = async (ports: CallPorts, callSid: string): Promise<void> => {
  await hangUp(ports, callSid, () => false)
}

/** @returns true when the session was one to be left alone */
const hangUp = async (
  ports: CallPorts,
  callSid: string,
  leaveAlone: (session: CallSession) => boolean,
): Promise<boolean> => {
  // A turn may be committed by another node between our reading and writing: look again.
  for (let tries = 0; tries < 5; tries++) {
    const call = ports.live.get(callSid) ?? (await findCall(ports.calls, callSid))
    if (call === null || call.session === null) break
    if (leaveAlone(call.session)) return true
    const end = await endOfWait(ports, call, 'hung-up')
    const meanwhile = end?.kind === 'ended' ? meanwhileOf(end) : undefined
    const taken = await resumeCall(ports, call, { kind: 'hangup' }, meanwhile)
    if (taken.kind === 'committed') break
  }
  ports.live.forget(callSid)
  return false
}
