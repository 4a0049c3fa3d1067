import type { Clock } from './clock.ts'
import type { Conference, ConferenceNews, Participant } from './conference.ts'
import { rfc2822 } from './inbound.ts'
import type { Parameters } from './signature.ts'

/** Sends one callback of a conference. */
export type PostNews = (
  conference: Conference,
  news: ConferenceNews,
  parameters: Parameters,
) => void

/** The word that a document uses for an event. */
const wordOf = (event: string): string =>
  event
    .replace(/^(conference|participant)-/, '')
    .replace(/^un/, '')
    .replace(/^speech-.*/, 'speaker')
    .replace(/^announcement-.*/, 'announcement')

/** What a callback says of the participant it is about. */
export const aboutParticipant = (participant: Participant): Parameters => [
  ['CallSid', participant.callSid],
  ['Muted', String(participant.muted)],
  ['Hold', String(participant.hold)],
  ['Coaching', String(participant.coaching)],
  ['EndConferenceOnExit', String(participant.endsOnExit)],
  ['StartConferenceOnEnter', String(participant.startsOnEnter)],
  ...(participant.label === null ? [] : ([['ParticipantLabel', participant.label]] as const)),
  ...(participant.callSidToCoach === null
    ? []
    : ([['CallSidToCoach', participant.callSidToCoach]] as const)),
]

/** Tells whoever asked for it what happens in a conference, numbered from 1. */
export const createConferenceNews =
  (clock: Clock, post: PostNews) =>
  (conference: Conference, event: string, more: Parameters = []): void => {
    conference.updatedAt = clock.now()
    const { news } = conference
    if (!news?.events.has(wordOf(event))) return
    conference.sequence += 1
    post(conference, news, [
      ['ConferenceSid', conference.sid],
      ['FriendlyName', conference.name],
      ['SequenceNumber', String(conference.sequence)],
      ['Timestamp', rfc2822(clock.now())],
      ['StatusCallbackEvent', event],
      ...more,
    ])
  }
