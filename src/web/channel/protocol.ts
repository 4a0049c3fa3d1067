import type { Happening as Happened, Location, Marks } from '../../channel/event.ts'
import type { Rights } from '../../channel/rights.ts'
import type { IsoTime } from '../http/iso-time.ts'

/*
 * A channel's WebSocket: `/caller/channel/socket` for callers and trusted persons, `/operator/channel/socket`
 * for operators; cookie session, Origin checked. The client says hello and which channel it means; the server
 * answers with the channel as it stands, then with events numbered without gaps from PostgreSQL. Who comes
 * back names the last number it has and gets what it missed, or `resync` and the channel anew.
 *
 * The server closes with 4401 (signed out: sign in again), 4403 (no such channel for this participant, or no
 * longer: coming back is of no use; `rights` without `read` and `location` went before), 1008 (not of the
 * protocol, or far too much of it), 1009 (a message over 16 KiB), 1011 (a fault: come back later) and 1012 (the
 * server restarts: come back).
 */

export type { Rights }

export type Author = {
  readonly kind: 'caller' | 'operator' | 'trusted'
  /**
   * Login of an operator, told to operators alone; identifier of a trusted person; absent for the caller.
   */
  readonly id?: string
  /** Empty where it is not known, or not to be told: the caller's, to an operator, without that consent. */
  readonly name: string
}

export type Happening =
  | Happened<Author>
  | { readonly type: 'location'; readonly location: LocationView | null }
  /** Something this participant has no right to see: its number alone. */
  | { readonly type: 'hidden' }

export type ChannelEvent = Happening & { readonly sequence: number; readonly at: IsoTime }

export type LocationView = Location & { readonly at: IsoTime }

/** A channel as it stands; the history is in the events. */
export type ChannelView = {
  readonly id: string
  readonly line: string
  readonly startedAt: IsoTime
  readonly endedAt: IsoTime | null
  readonly isChatOpen: boolean
  readonly operator: Author | null
  /** Null where the participant has no right to it. */
  readonly caller: { readonly phone: string; readonly name: string | null } | null
  readonly location: LocationView | null
}

/** Who has the channel open in a page now. */
export type Online = readonly Author[]

export type ServerMessage =
  /** There is no such channel yet: the call's stream has not begun. The channel follows when it has. */
  | { readonly type: 'waiting' }
  | {
      readonly type: 'channel'
      readonly channel: ChannelView
      /** Number of the last event; those from the beginning, or after what the client had, follow. */
      readonly sequence: number
      readonly rights: Rights
      readonly online: Online
      readonly me: Author
    }
  | { readonly type: 'events'; readonly events: readonly ChannelEvent[] }
  | { readonly type: 'rights'; readonly rights: Rights }
  | { readonly type: 'online'; readonly online: Online }
  /**
   * What the client has is too old (more than 500 events), is none of ours, or is no longer what it may see:
   * forget it, `channel` and all events follow. Comes at any time.
   */
  | { readonly type: 'resync' }
  /** After commit; also for what was there already, with the number it has. */
  | { readonly type: 'done'; readonly id: string; readonly sequence: number | null }
  | { readonly type: 'refused'; readonly id: string; readonly code: RefusalCode }
  /** How loud both sides are, for the operator of the call: 0 (silence) to 1; seconds nobody has spoken. */
  | {
      readonly type: 'levels'
      readonly caller: number
      readonly operator: number
      readonly silentSeconds: number
    }

export type RefusalCode =
  | 'chat-closed'
  | 'call-over'
  | 'not-allowed'
  | 'too-fast'
  | 'invalid'
  | 'unavailable'

/**
 * `id` is the client's own (UUID): the same again has one effect, and the content that came first stands. An
 * answer of `unavailable` or `too-fast`, or none, says nothing of whether it was written: say the same again.
 * At most 20 a second, 60 at once.
 */
export type ClientMessage =
  | {
      readonly type: 'hello'
      /** By channel, or by the call of an operator whose channel may not be there yet. */
      readonly of: { readonly channel: string } | { readonly call: string }
      /** Number of the last event the client has; null = nothing. */
      readonly after: number | null
    }
  /** 1–4,000 characters. */
  | { readonly type: 'message'; readonly id: string; readonly text: string }
  | { readonly type: 'chat'; readonly id: string; readonly isOpen: boolean }
  | { readonly type: 'ask-photo'; readonly id: string }
  | ({ readonly type: 'mark' } & Marks)
  | {
      readonly type: 'location'
      readonly id: string
      /** Null = stop sharing. */
      readonly location: Location | null
    }
