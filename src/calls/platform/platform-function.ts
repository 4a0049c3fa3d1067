import type { NewPlace } from '../../queues/ports.ts'
import type { Json } from '../../voicexml/turn.ts'
import type { CallChanges } from '../call.ts'
import type { FlowSet, Line } from '../flow-set.ts'
import type { Notice } from '../notice.ts'
import type { Effects, ObjectAnswer, QueueWait } from '../ports.ts'

export type Params = { readonly [name: string]: Json }

/** What a platform function knows of the call that asks. */
export type PlatformContext = {
  readonly callSid: string
  readonly from: string
  readonly language: string
  readonly line: Line | null
  readonly flowSet: FlowSet
  /** Those that have not ended, of all lines. */
  readonly notices: readonly Notice[]
  readonly now: Temporal.Instant
}

/** An answer for the flow, with what it means for the call log. */
export type PlatformAnswer = { readonly answer: ObjectAnswer; readonly changes?: CallChanges }

/** The answer is to come: the caller waits for it, in a place that may have to be made with the turn. */
export type PlatformWait = {
  readonly waits: QueueWait
  readonly changes?: CallChanges
  readonly place?: NewPlace
}

/** Reads only: the same question may be asked again. */
export type Reading = {
  readonly writes: false
  answer(params: Params, context: PlatformContext): PlatformAnswer
}

/** Writes, and so runs inside the transaction of its turn. */
export type Writing = {
  readonly writes: true
  /**
   * The answer as it nearly always is, without a transaction; what it expects is written with the turn or
   * the turn is refused. Absent: it cannot be told.
   */
  expect?(
    params: Params,
    context: PlatformContext,
    newPlaceId: () => string,
  ): PlatformAnswer | PlatformWait
  answer(
    params: Params,
    context: PlatformContext,
    effects: Effects,
  ): Promise<PlatformAnswer | PlatformWait>
}

export type PlatformFunction = Reading | Writing

export const result = (value: Json, changes: CallChanges = {}): PlatformAnswer => ({
  answer: { kind: 'object-result', result: value },
  changes,
})

/** The queue a function was asked for, else that of the line; `general` for one that is not there. */
export const queueParam = (params: Params, { line, flowSet }: PlatformContext): string => {
  const queue = textParam(params, 'queue') || line?.queue || 'general'
  return flowSet.queues.has(queue) ? queue : 'general'
}

/** A parameter as trimmed text; '' when it is missing. */
export const textParam = (params: Params, name: string): string => {
  const value = params[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
}
