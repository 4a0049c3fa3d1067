import type { Gap } from './sound.ts'

/** One stretch of the sound of a call: what one stream brought. */
export type RecordedStream = {
  readonly ordinal: number
  /** When its sound begins; null: it never came. */
  readonly startedAt: Temporal.Instant | null
  readonly state: 'asked' | 'open' | 'ended' | 'lost' | 'failed'
  /** Why it ended or failed; null while it goes on. */
  readonly reason: string | null
  /** SHA-256 of its file; stays when the file is deleted. */
  readonly hash: string | null
  readonly bytes: number | null
  readonly milliseconds: number | null
  readonly frames: number | null
  readonly lost: number | null
  readonly repeated: number | null
  readonly gaps: readonly Gap[]
}

/** The sound of one call, with all that is known of how it came about. */
export type Recording = {
  readonly id: string
  readonly callSid: string
  readonly line: string | null
  readonly startedAt: Temporal.Instant
  /** Null while the call goes on. */
  readonly endedAt: Temporal.Instant | null
  /** May be deleted from then on. */
  readonly keepUntil: Temporal.Instant | null
  readonly hold: {
    readonly reason: string
    readonly by: string
    readonly at: Temporal.Instant
  } | null
  readonly deletion: {
    readonly at: Temporal.Instant
    readonly by: string
    readonly reason: string
  } | null
  /** Nobody hears it any more: it is being deleted, or has been. */
  readonly isGone: boolean
  /** In order. */
  readonly streams: readonly RecordedStream[]
}
