import type { Participant } from './participant.ts'

/** Somebody who is signed in, as one who may take part in channels. */
export type ChannelSession = {
  readonly sessionId: string
  readonly participant: Participant
  /** The one channel that a link is for; null = whichever there is a right to. */
  readonly channelId: string | null
}

/** Who asks; each kind of participant signs in in its own way. */
export type ChannelSessions = {
  /** By the cookies of a request; null = not signed in. */
  find(cookies: string | undefined): Promise<ChannelSession | null>
  /** Those of the given that still are; being asked for keeps a session from running out idle. */
  alive(sessionIds: readonly string[]): Promise<ReadonlySet<string>>
}
