import type { Clock } from './clock.ts'
import type {
  Change,
  Conference,
  ConferenceNews,
  LeaveReason,
  Participant,
  ParticipantWish,
} from './conference.ts'
import { aboutParticipant, createConferenceNews, type PostNews } from './conference-news.ts'
import type { Sids } from './identifiers.ts'

export type Conferences = {
  readonly list: () => readonly Conference[]
  /** By SID, or by name while it is not over. */
  readonly find: (key: string) => Conference | undefined
  readonly open: (name: string, news: ConferenceNews | null) => Conference
  /** `callSid` may take up the label that it was invited with. */
  readonly labelTaken: (
    conference: Conference | undefined,
    label: string,
    callSid?: string,
  ) => boolean
  readonly join: (conference: Conference, wish: ParticipantWish) => Participant
  readonly leave: (
    conference: Conference,
    participant: Participant,
    reason: LeaveReason,
    callStatus: string,
  ) => void
  /** A participant whom the API called will not come. */
  readonly missed: (conference: Conference, callSid: string, callStatus: string) => void
  readonly end: (conference: Conference) => void
  readonly change: (conference: Conference, participant: Participant, change: Change) => void
  readonly announced: (
    conference: Conference,
    participant: Participant,
    failed: string | null,
  ) => void
}

const endedKept = 1000

/** @param post sends one callback; conferences are told one thing after another */
export const createConferences = (clock: Clock, newSid: Sids, post: PostNews): Conferences => {
  const conferences = new Map<string, Conference>()

  const tell = createConferenceNews(clock, post)
  const over = (conference: Conference, reason: string, by: Participant | null): void => {
    conference.status = 'completed'
    conference.reasonEnded = reason
    conference.callSidEnding = by?.callSid ?? null
    const rest = [...conference.participants.values()]
    conference.participants.clear()
    conference.invited.clear()
    for (const participant of rest) {
      participant.removed = by === null ? 'conference_ended_via_api' : 'moderator_ended_conference'
      tell(conference, 'participant-leave', [
        ...aboutParticipant(participant),
        ['ParticipantCallStatus', 'in-progress'],
        ['ReasonParticipantLeft', participant.removed],
      ])
    }
    tell(conference, 'conference-end', [
      ...(by === null ? [] : ([['CallSidEndingConference', by.callSid]] as const)),
      ...(by?.label == null ? [] : ([['ParticipantLabelEndingConference', by.label]] as const)),
      ['ReasonConferenceEnded', reason],
      ['Reason', reason],
    ])
    for (const participant of rest) participant.nudge()
    const ended = [...conferences.values()].filter(({ status }) => status === 'completed')
    if (ended.length > endedKept && ended[0]) conferences.delete(ended[0].sid)
  }
  const start = (conference: Conference): void => {
    const there = [...conference.participants.values()]
    if (conference.status !== 'init' || there.length < 2) return
    if (!there.some(({ startsOnEnter }) => startsOnEnter)) return
    conference.status = 'in-progress'
    tell(conference, 'conference-start')
    for (const participant of there) participant.nudge()
  }

  return {
    list: () => [...conferences.values()],
    find: (key) =>
      conferences.get(key) ??
      [...conferences.values()].find(({ name, status }) => name === key && status !== 'completed'),
    open: (name, news) => {
      const known = [...conferences.values()].find(
        (conference) => conference.name === name && conference.status !== 'completed',
      )
      if (known) return known
      const conference: Conference = {
        sid: newSid('CF'),
        name,
        createdAt: clock.now(),
        updatedAt: clock.now(),
        status: 'init',
        participants: new Map(),
        invited: new Map(),
        news,
        reasonEnded: null,
        callSidEnding: null,
        sequence: 0,
      }
      conferences.set(conference.sid, conference)
      return conference
    },
    labelTaken: (conference, label, callSid) =>
      conference !== undefined &&
      [...conference.participants, ...conference.invited].some(
        ([sid, one]) => one.label === label && sid !== callSid,
      ),
    join: (conference, wish) => {
      const participant: Participant = {
        ...wish,
        hold: false,
        holdMusic: null,
        coaching: wish.callSidToCoach !== null,
        joinedAt: clock.now(),
        updatedAt: clock.now(),
        announcement: null,
        removed: null,
      }
      conference.invited.delete(wish.callSid)
      conference.participants.set(wish.callSid, participant)
      tell(conference, 'participant-join', aboutParticipant(participant))
      start(conference)
      return participant
    },
    leave: (conference, participant, reason, callStatus) => {
      if (participant.removed !== null) return
      participant.removed = reason
      conference.participants.delete(participant.callSid)
      tell(conference, 'participant-leave', [
        ...aboutParticipant(participant),
        ['ParticipantCallStatus', callStatus],
        ['ReasonParticipantLeft', reason],
      ])
      const how = reason === 'participant_updated_via_api' ? 'kicked' : 'left'
      if (participant.endsOnExit) {
        over(conference, `participant-with-end-conference-on-exit-${how}`, participant)
      } else if (conference.participants.size === 0 && conference.invited.size === 0) {
        over(conference, `last-participant-${how}`, participant)
      }
    },
    missed: (conference, callSid, callStatus) => {
      const invited = conference.invited.get(callSid)
      if (!invited) return
      conference.invited.delete(callSid)
      tell(conference, 'participant-leave', [
        ['CallSid', callSid],
        ...(invited.label === null ? [] : ([['ParticipantLabel', invited.label]] as const)),
        ['ParticipantCallStatus', callStatus],
        ['ReasonParticipantLeft', 'participant_add_failed'],
      ])
      if (conference.participants.size === 0 && conference.invited.size === 0) {
        over(conference, 'last-participant-left', null)
      }
    },
    end: (conference) => {
      if (conference.status !== 'completed') over(conference, 'conference-ended-via-api', null)
    },
    change: (conference, participant, change) => {
      const before = { ...participant }
      const { announcement, ...rest } = change
      Object.assign(participant, rest, { updatedAt: clock.now() })
      if (participant.muted !== before.muted) {
        const event = participant.muted ? 'participant-mute' : 'participant-unmute'
        tell(conference, event, aboutParticipant(participant))
      }
      if (participant.hold !== before.hold) {
        const event = participant.hold ? 'participant-hold' : 'participant-unhold'
        tell(conference, event, aboutParticipant(participant))
        participant.nudge()
      }
      if (
        participant.coaching !== before.coaching ||
        participant.callSidToCoach !== before.callSidToCoach ||
        participant.endsOnExit !== before.endsOnExit
      ) {
        tell(conference, 'participant-modify', aboutParticipant(participant))
      }
      if (announcement) {
        participant.announcement = announcement
        participant.nudge()
      }
    },
    announced: (conference, participant, failed) => {
      tell(conference, failed === null ? 'announcement-end' : 'announcement-fail', [
        ...aboutParticipant(participant),
        ...(failed === null ? [] : ([['ReasonAnnouncementFailed', failed]] as const)),
      ])
    },
  }
}
