import type { Conference, ConferenceNews, LeaveReason, Participant } from '../conference.ts'
import { methodOf, next, numberOf, resolveUrl, type Stage, type Step } from '../stage.ts'
import { type TwimlElement, textOf } from '../twiml.ts'
import { afterwards } from './after-dial.ts'

/** Source: error 13238 of Twilio's dictionary. */
const waitVerbs = ['Play', 'Say', 'Pause', 'Redirect']

const newsOf = (noun: TwimlElement, stage: Stage): ConferenceNews | null => {
  const text = noun.attributes['statusCallback'] ?? ''
  const url = text === '' ? null : resolveUrl(text, stage)
  const events = (noun.attributes['statusCallbackEvent'] ?? '').split(/\s+/).filter(Boolean)
  if (url === null) return null
  return { url, method: methodOf(noun, 'statusCallbackMethod'), events: new Set(events) }
}

/**
 * Joins the leg to a conference until it leaves or the conference ends.
 * Source: twilio.com/docs/voice/twiml/conference.
 */
export const dialConference = async (
  verb: TwimlElement,
  noun: TwimlElement,
  stage: Stage,
): Promise<Step> => {
  const { leg, conferences, callSid } = stage
  leg.answer()
  const name = textOf(noun).trim()
  const has = (attribute: string, absent: string): boolean =>
    (noun.attributes[attribute] ?? absent) === 'true'
  const label = noun.attributes['participantLabel'] ?? null
  const there = conferences.find(name)
  if (label !== null && conferences.labelTaken(there, label, callSid)) {
    leg.note(16025, `The participant label ${label} is in use`)
    return next
  }
  const coached = noun.attributes['coach'] ?? null
  if (coached !== null && !there?.participants.has(coached)) {
    leg.note(13240, `There is no participant ${coached} to coach`)
    return afterwards(verb, stage, [['DialCallStatus', 'failed']])
  }
  if (there && there.participants.size >= numberOf(noun, 'maxParticipants', 250)) {
    leg.note(16020, `The conference ${name} is full`)
    return afterwards(verb, stage, [['DialCallStatus', 'failed']])
  }
  const conference = conferences.open(name, newsOf(noun, stage))
  const participant = conferences.join(conference, {
    callSid,
    label,
    muted: has('muted', 'false'),
    startsOnEnter: has('startConferenceOnEnter', 'true'),
    endsOnExit: has('endConferenceOnExit', 'false'),
    callSidToCoach: coached,
    nudge: stage.nudge,
  })
  leg.report({ type: 'conference', state: 'joined', name })
  const wait = noun.attributes['waitUrl'] ?? ''
  await stay(
    conference,
    participant,
    wait === '' ? null : resolveUrl(wait, stage),
    noun,
    verb,
    stage,
  )
  leg.calm()
  const interruption = leg.interruption()
  const kind = interruption?.kind
  const reason: LeaveReason =
    kind === 'redirected' || kind === 'replaced' || kind === 'completed'
      ? 'participant_updated_via_api'
      : 'participant_hung_up'
  const gone = kind === 'hung-up' || kind === 'completed' || kind === 'time-limit'
  conferences.leave(conference, participant, reason, gone ? 'completed' : 'in-progress')
  leg.calm()
  leg.report({ type: 'conference', state: 'left', name, reason: participant.removed ?? reason })
  return afterwards(verb, stage, [['DialCallStatus', 'answered']])
}

/** What is heard in the conference, until the participant is out of it. */
const stay = async (
  conference: Conference,
  participant: Participant,
  waitUrl: string | null,
  noun: TwimlElement,
  verb: TwimlElement,
  stage: Stage,
): Promise<void> => {
  const { leg } = stage
  const until = leg.clock.now() + numberOf(verb, 'timeLimit', 14_400) * 1000
  const endsOnStar = verb.attributes['hangupOnStar'] === 'true'
  if (endsOnStar) leg.listen()
  let waited = false
  let talks = false
  let isHeld = false
  for (;;) {
    leg.calm()
    const left = until - leg.clock.now()
    if (leg.interruption() || participant.removed !== null || left <= 0) break
    if (!talks && conference.status === 'in-progress') {
      talks = true
      leg.report({ type: 'conference', state: 'talking', name: conference.name })
    }
    if (talks && participant.hold !== isHeld) {
      isHeld = participant.hold
      const state = isHeld ? 'held' : 'talking'
      leg.report({ type: 'conference', state, name: conference.name })
    }
    const { announcement, holdMusic } = participant
    if (announcement) {
      participant.announcement = null
      const end = await stage.aside({ request: announcement, verbs: waitVerbs, code: 13238 })
      const failed = end === 'failed' ? 'announcement-url-failed' : null
      stage.conferences.announced(conference, participant, failed)
    } else if (participant.hold && holdMusic) {
      const startedAt = leg.clock.now()
      const end = await stage.aside({ request: holdMusic, verbs: waitVerbs, code: 13238 })
      if (end === 'failed' || leg.clock.now() === startedAt) participant.holdMusic = null
    } else if (conference.status === 'init' && waitUrl !== null && !waited) {
      waited = true
      const request = { url: waitUrl, method: methodOf(noun, 'waitMethod'), parameters: [] }
      await stage.aside({ request, verbs: waitVerbs, code: 13238 })
    } else {
      await leg.wait(left, { keys: endsOnStar })
      if (leg.takeKey() === '*') break
    }
  }
  leg.deafen()
}
