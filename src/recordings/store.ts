import type { Recording } from './recording.ts'

/** Who asks for recordings. */
export type Listener = {
  readonly login: string
  /** May hear every recording; else only those of talks of their own. */
  readonly mayHearAll: boolean
}

/** A recording that somebody is about to hear; it stands in the journal already. */
export type HeardRecording = {
  readonly recording: Recording
  /** Recordings of different calls that the same person has heard within the hour, with this one. */
  readonly heardLately: number
}

/** A recording that is past its time: its files may be removed. */
export type ExpiredRecording = {
  readonly id: string
  readonly callSid: string
  /** Names of its files that no other recording needs. */
  readonly hashes: readonly string[]
}

/** Recordings in the database. */
export type RecordingStore = {
  /** Of a call, as far as the listener may know of it; null: no recording that they may know of. */
  ofCall(callSid: string, listener: Listener): Promise<Recording | null>
  /** Why an answered call has no recording; null: no reason has been noted. */
  absenceOf(callSid: string): Promise<string | null>
  /**
   * Notes in the journal who hears it and why, in the transaction that reads it. Null: there is none, it has been
   * deleted, or it is none of theirs.
   */
  hear(id: string, listener: Listener, reason: string): Promise<HeardRecording | null>
  /** Holds a recording or, with null, no longer; noted in the journal. */
  hold(
    id: string,
    by: string,
    reason: string | null,
  ): Promise<
    | { readonly kind: 'set'; readonly recording: Recording }
    | { readonly kind: 'unknown' }
    | { readonly kind: 'gone' }
  >
  /** Recordings whose call is over and that still go on by their row. */
  ending(): Promise<readonly { readonly id: string; readonly endedAt: Temporal.Instant }[]>
  end(id: string, endedAt: Temporal.Instant, keepUntil: Temporal.Instant): Promise<void>
  /** Takes recordings past their time and not held for deletion: from now on nobody hears them. */
  takeExpired(limit: number): Promise<readonly ExpiredRecording[]>
  /** The files are removed: who, when and what stays, in the row and in the journal. */
  noteDeletion(expired: ExpiredRecording, by: string, reason: string): Promise<void>
  /** Notes a reason for every answered call that is over and has no recording. By reason, how many. */
  explainAbsences(): Promise<ReadonlyMap<string, number>>
  /** Those of the given files that a recording which is not deleted needs. */
  needed(hashes: readonly string[]): Promise<ReadonlySet<string>>
}
