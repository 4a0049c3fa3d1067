import type { Session } from '../voicexml/session.ts'
import type { Input } from '../voicexml/turn.ts'
import type { Outcome } from './call.ts'
import type { CallStore, StoredCall } from './ports.ts'

/** What the flow has said of its own call so far; it goes into the call log when the call ends. */
export type CallMarks = { readonly outcome: Outcome | null; readonly topic: string | null }

export const noMarks: CallMarks = Object.freeze({ outcome: null, topic: null })

/** What a call is resumed from: the engine's session, the marks, and what it waits for. */
export type CallSession = {
  readonly flow: Session
  readonly marks: CallMarks
  /** What the call waits for; absent: keys. */
  readonly waits?: 'record' | 'transfer' | 'queue'
  /** The place that a caller in a queue has taken. */
  readonly place?: string
  /** What the flow goes on with, whatever comes in: the call waits for nothing. */
  readonly pending?: { readonly input: Input; readonly rounds: number }
}

/** JSON of what the turns of a call change in its session: written at every one. */
export const changingText = ({ flow, marks, waits, place, pending }: CallSession): string => {
  const { language, pinned, contexts, scopes } = flow
  const changing: Written<Omit<Session, keyof Constants>> = { language, pinned, contexts, scopes }
  const written: Written<CallSession> = { flow: changing, marks, waits, place, pending }
  return JSON.stringify(written)
}

type Constants = Pick<Session, 'format' | 'flow' | 'variables'>

/** Every key of it, so that none is forgotten; what is undefined is left out of JSON. */
type Written<T> = { readonly [key in keyof Required<T>]: unknown }

/** JSON of what stays the same through the call: written once, when it opens. */
export const constantText = ({ flow: { format, flow, variables } }: CallSession): string =>
  JSON.stringify({ format, flow, variables })

const readSession = (session: string, constants: string | null): CallSession => {
  const stored = JSON.parse(session) as CallSession
  return constants === null
    ? stored
    : { ...stored, flow: { ...JSON.parse(constants), ...stored.flow } }
}

/** A call as stored, its session read: turns never change it, so it can be resumed from again. */
export type LiveCall = Omit<StoredCall, 'session' | 'constants'> & {
  readonly session: CallSession | null
}

/** Reads a call back; null when there is none. */
export const findCall = async (
  calls: Pick<CallStore, 'find'>,
  callSid: string,
): Promise<LiveCall | null> => {
  const stored = await calls.find(callSid)
  if (stored === null) return null
  const { session, constants, ...call } = stored
  return { ...call, session: session === null ? null : readSession(session, constants) }
}
