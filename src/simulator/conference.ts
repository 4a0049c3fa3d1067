import type { DocumentRequest, Method } from './document-request.ts'

/** Where a conference tells what happens in it; its first participant says so. */
export type ConferenceNews = {
  readonly url: string
  readonly method: Method
  readonly events: ReadonlySet<string>
}

export type LeaveReason =
  | 'conference_ended_via_api'
  | 'moderator_ended_conference'
  | 'participant_updated_via_api'
  | 'participant_hung_up'
  | 'participant_add_failed'

export type ParticipantStatus = 'queued' | 'connecting' | 'ringing' | 'connected' | 'complete'

export type Participant = {
  readonly callSid: string
  readonly label: string | null
  muted: boolean
  hold: boolean
  /** What is heard on hold; null: silence. */
  holdMusic: DocumentRequest | null
  coaching: boolean
  callSidToCoach: string | null
  readonly startsOnEnter: boolean
  endsOnExit: boolean
  readonly joinedAt: number
  updatedAt: number
  /** To be heard by this one alone, next. */
  announcement: DocumentRequest | null
  /** Why it is no longer in; null while it is. */
  removed: LeaveReason | null
  readonly nudge: () => void
}

export type Conference = {
  readonly sid: string
  readonly name: string
  readonly createdAt: number
  updatedAt: number
  status: 'init' | 'in-progress' | 'completed'
  readonly participants: Map<string, Participant>
  /** Called by the API and not there yet: by `CallSid`, with what they are to be. */
  readonly invited: Map<string, { readonly label: string | null; readonly at: number }>
  news: ConferenceNews | null
  reasonEnded: string | null
  callSidEnding: string | null
  sequence: number
}

export type ParticipantWish = Omit<
  Participant,
  'joinedAt' | 'updatedAt' | 'hold' | 'holdMusic' | 'announcement' | 'removed' | 'coaching'
>

/** What the API may change about a participant. */
export type Change = {
  readonly muted?: boolean
  readonly hold?: boolean
  readonly holdMusic?: DocumentRequest | null
  readonly endsOnExit?: boolean
  readonly coaching?: boolean
  readonly callSidToCoach?: string | null
  readonly announcement?: DocumentRequest
}

/** Whether one of a conference hears another. Source: twilio.com/docs/voice/conference, "Coaching". */
export const hears = (
  conference: Conference,
  listener: Participant,
  speaker: Participant,
): boolean =>
  listener !== speaker &&
  conference.status === 'in-progress' &&
  !listener.hold &&
  !speaker.hold &&
  !speaker.muted &&
  (!speaker.coaching || speaker.callSidToCoach === listener.callSid)
