import type { Session } from '../voicexml/session.ts'
import type { Outcome } from './call.ts'
import type { CallStore, StoredCall } from './ports.ts'

/** What the flow has said of its own call so far; it goes into the call log when the call ends. */
export type CallMarks = { readonly outcome: Outcome | null; readonly topic: string | null }

export const noMarks: CallMarks = Object.freeze({ outcome: null, topic: null })

/** What is stored as the session of a call: the engine's, and the marks. */
export type CallSession = { readonly flow: Session; readonly marks: CallMarks }

/** A call as stored, its session read: turns never change it, so it can be resumed from again. */
export type LiveCall = Omit<StoredCall, 'session'> & { readonly session: CallSession | null }

/** Reads a call back; null when there is none. */
export const findCall = async (
  calls: Pick<CallStore, 'find'>,
  callSid: string,
): Promise<LiveCall | null> => {
  const stored = await calls.find(callSid)
  if (stored === null) return null
  const session = stored.session === null ? null : (JSON.parse(stored.session) as CallSession)
  return { ...stored, session }
}
