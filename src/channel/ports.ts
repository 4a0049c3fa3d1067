import type { OtherFacts } from './decide.ts'
import type { ChannelEvent, Content, Location, Marks } from './event.ts'
import type { Facts } from './facts.ts'
import type { Participant } from './participant.ts'
import type { Trust } from './rights.ts'

export type Entry = {
  readonly channelId: string
  readonly author: Participant
  /** The client's own identifier: the same again has no second effect. */
  readonly clientId: string
  readonly content: Content
}

export type Written =
  | { readonly kind: 'written'; readonly sequence: number }
  /** There is one of the same identifier already, and it stands. */
  | { readonly kind: 'again'; readonly sequence: number; readonly facts: Facts }
  /** There is no such channel. */
  | { readonly kind: 'unknown' }
  | OtherFacts

export type Marked =
  | { readonly kind: 'marked'; readonly sequence: number | null }
  | { readonly kind: 'unknown' }
  | OtherFacts

/** Writes to channels. Each holds only if the facts are still those given; null only asks for them. */
export type ChannelWrites = {
  write(entry: Entry, facts: Facts | null): Promise<Written>
  /** What a participant has, and has seen, up to these numbers. Marks never go back. */
  mark(channelId: string, by: Participant, marks: Marks, facts: Facts | null): Promise<Marked>
}

export type NewChannel = {
  readonly callSid: string
  /** The caller, E.164. */
  readonly phone: string
  /** Number of the line, E.164. */
  readonly line: string
}

export type Opened =
  | { readonly kind: 'opened'; readonly channelId: string }
  /** It was opened before: by an earlier stream of the call, or the same message again. */
  | { readonly kind: 'known'; readonly channelId: string; readonly isOpen: boolean }
  /** The call has ended. */
  | { readonly kind: 'over' }

export type ChannelLife = {
  /** One channel a call; what is to be told to others is written by the same transaction. */
  open(channel: NewChannel): Promise<Opened>
  /** The channel that was closed; null = the call has none open. */
  close(callSid: string): Promise<string | null>
  /** Closes channels of calls that have ended though nobody said so. Those it closed. */
  closeEnded(): Promise<readonly string[]>
  /** Notes who talks now and who is trusted no longer, wherever that has changed. Those in which it has. */
  catchUp(): Promise<readonly string[]>
  /** How many there are of calls under way. */
  countOpen(): Promise<number>
  /** By their calls; calls without one are left out. */
  ofCalls(callSids: readonly string[]): Promise<ReadonlyMap<string, string>>
  /** A trusted person has come; false when that is known, or the call is over. */
  join(channelId: string, person: Participant): Promise<boolean>
}

export type TrustedPerson = Trust & { readonly id: string; readonly name: string }

/** A channel as it stands, with all that decides who may see what of it. */
export type ChannelState = {
  readonly id: string
  readonly callSid: string
  readonly line: string
  readonly phone: string
  readonly openedAt: Temporal.Instant
  readonly closedAt: Temporal.Instant | null
  readonly isChatOpen: boolean
  readonly operator: string | null
  readonly lastSequence: number
  readonly location: (Location & { readonly at: Temporal.Instant }) | null
  /** Event that told the location. */
  readonly locationSequence: number | null
  /** Name the caller goes by, and whether operators may see it; null = never signed in. */
  readonly caller: { readonly name: string | null; readonly isProfileShown: boolean } | null
  /** Those trusted now. */
  readonly trusted: readonly TrustedPerson[]
  /** By `keyOf`: who has the channel open now, on whatever node. */
  readonly online: readonly string[]
  /** Names by `keyOf`, of everybody who ever took part except the caller. */
  readonly names: ReadonlyMap<string, string>
  /** Equal for equal states. */
  readonly fingerprint: string
}

/** A part of the events and the channel as it stood after it: who may see them now is in the state. */
export type ChannelReading = {
  readonly state: ChannelState
  /** In order, from the number after the one given, without gaps; not always all. */
  readonly events: readonly ChannelEvent[]
}

export type ChannelReads = {
  /** What decides what somebody may do; null = there is no such channel. */
  facts(channelId: string, participant: Participant): Promise<Facts | null>
  /** Unknown channels are left out. */
  read(
    wants: readonly { readonly channelId: string; readonly after: number }[],
  ): Promise<ReadonlyMap<string, ChannelReading>>
}

/** What of a channel is told to an operator. */
export type Disclosed = 'profile' | 'messages' | 'location'

export type ChannelDisclosures = {
  /** Notes in the journal, once, that an operator is shown these of a channel; before they are told. */
  note(channelId: string, login: string, what: readonly Disclosed[]): Promise<void>
}

/** Who has channels open in a page, where all nodes see it. */
export type ChannelWatchers = {
  /** All of this node: those not named are gone. Leases that nobody renews run out. */
  keep(watchers: readonly { readonly channelId: string; readonly person: string }[]): Promise<void>
  add(channelId: string, person: string): Promise<void>
  remove(channelId: string, person: string): Promise<void>
}
