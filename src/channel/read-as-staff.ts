import type { ChannelReading } from './ports.ts'

export type StaffRequest = {
  readonly callSid: string
  /** As the journal names them. */
  readonly reader: string
  /** Why, in the reader's words. */
  readonly reason: string
  /** Events after this number. */
  readonly after: number
}

export type StaffReads = {
  /**
   * A part of what was said beside a call, at any time: only with an entry in the journal, written by the
   * same transaction. Null = the call has no channel.
   */
  read(request: StaffRequest): Promise<ChannelReading | null>
}
