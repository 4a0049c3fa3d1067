import type { Card } from '../../operators/card.ts'
import type { CallState, DayState, OpenPlace } from '../../operators/console-state.ts'
import type { PresenceState, Role } from '../../operators/operator.ts'
import type { Outage } from '../../queues/carrier-rest.ts'
import type { ServiceCounts } from '../../routing/service-level.ts'
import type { IsoTime, Told } from '../http/iso-time.ts'

/*
 * The console's WebSocket (`/operator/socket`, cookie session, Origin checked): the server sends one
 * snapshot, then events numbered without gaps; `apply(snapshot, events)` is the next snapshot. A client
 * that comes back names the last number it has and gets what it missed, or a new snapshot.
 */

export type OperatorView = {
  readonly login: string
  readonly name: string
  readonly role: Role
  readonly skills: readonly string[]
  readonly languages: readonly string[]
  readonly presence: PresenceState
  readonly since: IsoTime
  readonly reason: string | null
  readonly wrapUpUntil: IsoTime | null
  /** Place that is rung or talked to; null when free. */
  readonly placeId: string | null
}

export type PlaceView = Told<OpenPlace>

export type QueueView = {
  readonly name: string
  readonly waiting: number
  readonly longestSince: IsoTime | null
  /** Seconds a caller who comes now is told; null when nobody is signed in. */
  readonly expectedWait: number | null
  readonly callbacksDue: number
  /** Today, and the threshold that "in time" means. */
  readonly today: ServiceCounts & { readonly thresholdSeconds: number }
}

/** The day of a queue in half hours by the clock of the lines; `at` is the beginning of each. */
export type CurveView = {
  /** Of the queue. */
  readonly name: string
  /** From midnight to now: the last one goes on still. */
  readonly steps: readonly {
    readonly at: IsoTime
    readonly offered: number
    readonly answered: number
    readonly abandoned: number
  }[]
  /** Of the whole day, by the same weekday of up to four weeks before; null = there is none yet. */
  readonly forecast: readonly { readonly at: IsoTime; readonly offered: number }[] | null
}

/** Personal data: sent only to the operator whose call it is, and noted in the journal. */
export type CallCard = Told<Card>

/** The operator's own call. */
export type OwnCall = { readonly card: CallCard } & Told<
  Omit<CallState, 'login' | 'reservationId' | 'placeId'>
>

export type OwnDay = Told<DayState>

/** Since when and why the carrier takes no orders of ours. */
export type OutageView = Told<Outage>

export type Snapshot = {
  readonly me: OperatorView
  readonly call: OwnCall | null
  readonly day: OwnDay
  readonly queues: readonly QueueView[]
  /** All operators for a supervisor; for an operator those that a call can be handed to. */
  readonly operators: readonly OperatorView[]
  /** For a supervisor only; else empty. */
  readonly places: readonly PlaceView[]
  /** For a supervisor only; else empty. A queue to whom nobody has come has none. */
  readonly curves: readonly CurveView[]
  /** Null: calls go through. */
  readonly outage: OutageView | null
  readonly topics: readonly string[]
  /** What topics are called in the flows; not every one has a name. */
  readonly topicNames?: { readonly [topic: string]: string }
  readonly serverTime: IsoTime
}

export type ConsoleEvent =
  | { readonly type: 'me'; readonly me: OperatorView }
  | { readonly type: 'call'; readonly call: OwnCall | null }
  | { readonly type: 'day'; readonly day: OwnDay }
  | { readonly type: 'queue'; readonly queue: QueueView }
  | { readonly type: 'queue-gone'; readonly name: string }
  | { readonly type: 'operator'; readonly operator: OperatorView }
  | { readonly type: 'operator-gone'; readonly login: string }
  | { readonly type: 'place'; readonly place: PlaceView }
  | { readonly type: 'place-gone'; readonly id: string }
  | { readonly type: 'curve'; readonly curve: CurveView }
  | { readonly type: 'curve-gone'; readonly name: string }
  | { readonly type: 'outage'; readonly outage: OutageView | null }

export type ServerMessage =
  | { readonly type: 'snapshot'; readonly sequence: number; readonly snapshot: Snapshot }
  | { readonly type: 'events'; readonly sequence: number; readonly events: readonly ConsoleEvent[] }
  /** What the client knows is too old: a snapshot follows. */
  | { readonly type: 'resync' }
  | {
      readonly type: 'answer'
      readonly id: string
      readonly outcome: 'done' | 'refused'
      readonly code?: string
      readonly message?: string
    }

export type Command =
  | { readonly type: 'presence'; readonly state: 'available' | 'break' | 'offline' }
  | { readonly type: 'accept'; readonly reservationId: string }
  | { readonly type: 'decline'; readonly reservationId: string }
  | { readonly type: 'hold'; readonly isHeld: boolean }
  | { readonly type: 'mute'; readonly isMuted: boolean }
  | { readonly type: 'hang-up' }
  | {
      readonly type: 'transfer'
      readonly kind: 'warm' | 'blind'
      readonly to: { readonly operator: string } | { readonly queue: string }
    }
  | { readonly type: 'transfer-complete' }
  | { readonly type: 'transfer-cancel' }
  | {
      readonly type: 'wrap-up'
      readonly topic: string
      readonly result: string
      readonly note: string
    }
  /** Supervisor only. */
  | {
      readonly type: 'set-presence'
      readonly login: string
      readonly state: 'available' | 'break' | 'offline'
    }
  | {
      readonly type: 'supervise'
      readonly placeId: string
      readonly how: 'listen' | 'whisper' | 'barge' | 'stop'
    }

/** `id` is the client's own; the same id again has one effect. */
export type ClientMessage =
  | { readonly type: 'hello'; readonly after: number | null }
  /** Whether this page wants to see those whom a call can be handed to; at first it does not. */
  | { readonly type: 'look'; readonly isLooking: boolean }
  | { readonly type: 'command'; readonly id: string; readonly command: Command }
