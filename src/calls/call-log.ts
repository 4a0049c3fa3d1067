import type { CallEvent, NewCall, Outcome } from './call.ts'

/** What a caller said of the talk; `score` 1 to 5, null = asked, and no answer. */
export type Survey = {
  readonly askedAt: Temporal.Instant
  readonly score: number | null
  /** Whom they had talked to. */
  readonly login: string | null
}

/** One row of the call log. */
export type LoggedCall = NewCall & {
  readonly answeredAt: Temporal.Instant | null
  readonly endedAt: Temporal.Instant | null
  readonly outcome: Outcome
  readonly topic: string | null
  readonly queue: string | null
  readonly operator: string | null
  readonly caseNumber: string | null
  readonly callbackTicket: string | null
}

export type CallFilter = {
  /** Started at or after. */
  readonly from?: Temporal.Instant
  /** Started before. */
  readonly to?: Temporal.Instant
  readonly line?: string
  /** Caller's number exactly as logged. */
  readonly caller?: string
  readonly outcome?: Outcome
}

/** Where a page of the log ended: the next one begins below this call. */
export type CallPosition = { readonly startedAt: Temporal.Instant; readonly callSid: string }

/** What else there is of a call. Here it is named; what is in it is asked for apart, and stands in the journal. */
export type CallTraces = {
  readonly recording: {
    readonly id: string
    readonly startedAt: Temporal.Instant
    /** Null while it grows. */
    readonly endedAt: Temporal.Instant | null
    /** Its sound is deleted, or is about to be. */
    readonly isGone: boolean
  } | null
  /** Why there is no recording; null: there is one, or it is not known yet. */
  readonly absence: string | null
  readonly channel: {
    readonly id: string
    readonly openedAt: Temporal.Instant
    /** Null while the call goes on. */
    readonly closedAt: Temporal.Instant | null
  } | null
}

/** Reads of the call log, newest first. */
export type CallLog = {
  list(
    filter: CallFilter,
    page: { readonly limit: number; readonly after?: CallPosition },
  ): Promise<readonly LoggedCall[]>
  find(callSid: string): Promise<{
    readonly call: LoggedCall
    readonly events: readonly CallEvent[]
    readonly survey: Survey | null
    readonly traces: CallTraces
  } | null>
  /** Every call of the filter, row by row, however many there are. */
  stream(filter: CallFilter): AsyncIterable<LoggedCall>
}
