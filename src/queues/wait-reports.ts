import type { PlaceResult, PlaceState, WaitingMode } from './place.ts'

/** All that is known of a call's wait for a person, from the place it took on. */
export type WaitReport = {
  /** The place the caller has now: another than at first once an operator has handed the call on. */
  readonly placeId: string
  readonly queue: string
  readonly mode: WaitingMode
  readonly state: PlaceState
  readonly result: PlaceResult | null
  /** Out of the line with this result, though the place is kept; null = in line. */
  readonly leftAs: PlaceResult | null
  readonly since: Temporal.Instant
  /** When waiting was over, by talk or otherwise; null = it is not. */
  readonly waitedUntil: Temporal.Instant | null
  /** The operator in the call log; null = none. */
  readonly noted: string | null
  /** Operators who were rung, in order; `outcome` null = it rings, or they talk. */
  readonly rings: readonly {
    readonly login: string
    readonly at: Temporal.Instant
    readonly outcome: string | null
  }[]
  readonly talks: readonly {
    readonly login: string
    readonly from: Temporal.Instant
    readonly until: Temporal.Instant | null
  }[]
}

export type WaitReports = {
  /** Null: no such place. */
  of(callSid: string, placeId: string): Promise<WaitReport | null>
  /** Writes into the call log who talks with the caller. */
  noteOperator(callSid: string, login: string): Promise<void>
}
