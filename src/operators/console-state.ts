import type { Outage } from '../queues/carrier-rest.ts'
import type { DayCurve } from '../queues/day-curve.ts'
import type { Estimate } from '../queues/estimates.ts'
import type { Transfer } from '../queues/talks.ts'
import type { ServiceCounts } from '../routing/service-level.ts'
import type { Operator, Presence } from './operator.ts'

/*
 * What consoles show, as one node has read it; no personal data. Everything of a card is read apart, for
 * the operator whose call it is.
 */

export type OperatorState = Operator &
  Omit<Presence, 'login'> & {
    /** Place that is rung or talked to. */
    readonly placeId: string | null
  }

export type OpenPlace = {
  readonly id: string
  readonly queue: string
  readonly topic: string | null
  readonly language: string
  readonly tier: 1 | 2 | 3 | null
  readonly since: Temporal.Instant
  readonly mode: 'hold' | 'callback'
  readonly state: 'waiting' | 'reserved' | 'talking'
  readonly window: { readonly from: Temporal.Instant; readonly to: Temporal.Instant } | null
  /** The operator who is rung or talks. */
  readonly login: string | null
}

/** The call of one operator: ringing, talked to, or to be written up. */
export type CallState = {
  readonly login: string
  readonly reservationId: string
  readonly placeId: string
  readonly state: 'ringing' | 'connecting' | 'talking' | 'held' | 'wrap-up'
  readonly since: Temporal.Instant
  readonly isMuted: boolean
  readonly transfer: Transfer | null
  readonly ringUntil: Temporal.Instant | null
}

export type DayState = {
  readonly answered: number
  readonly missed: number
  readonly talkSeconds: number
  readonly calls: readonly {
    readonly callSid: string
    readonly startedAt: Temporal.Instant
    readonly topic: string | null
    readonly result: string | null
  }[]
}

export type ConsoleState = {
  readonly at: Temporal.Instant
  /** All who are not disabled, in no order. */
  readonly operators: readonly OperatorState[]
  /** In no order; that of identifiers is the order in which they came. */
  readonly places: readonly OpenPlace[]
  readonly calls: ReadonlyMap<string, CallState>
  readonly days: ReadonlyMap<string, DayState>
  /** Of today, by queue. */
  readonly counts: ReadonlyMap<string, ServiceCounts>
  /** What expected waits are reckoned from, by queue. */
  readonly estimates: ReadonlyMap<string, Estimate>
  /** The day in half hours, by queue; of the board. */
  readonly curves: ReadonlyMap<string, DayCurve>
  /** Of the node's connection to the carrier; null = orders are taken. */
  readonly outage: Outage | null
}

/** Places and operators that may have changed, each with whom or what it is or was held for. */
export type ChangedRows = {
  readonly places: ReadonlySet<string>
  readonly logins: ReadonlySet<string>
}

export type ConsoleStateStore = {
  /**
   * One reading at a time: what has not changed is as the reading before found it.
   *
   * @param midnight when today began at the lines
   * @param thresholdSeconds of the service level
   * @param changed all that may be different since the reading before; null = anything
   */
  read(
    midnight: Temporal.Instant,
    thresholdSeconds: number,
    changed: ChangedRows | null,
  ): Promise<Omit<ConsoleState, 'estimates' | 'curves' | 'outage'>>
  /** The reservation that rings an operator; null = none does. */
  ringing(login: string): Promise<string | null>
}
