import type { Carrier } from './carrier.ts'
import type { Change, Conference, ConferenceNews, Participant } from './conference.ts'
import type { DocumentRequest } from './document-request.ts'
import { conferenceJson, invitedJson, page, participantJson } from './rest-answers.ts'
import { orderIn } from './rest-order.ts'
import {
  type AddRoute,
  type Ask,
  fault,
  fieldOf,
  flagOf,
  found,
  isHttp,
  made,
  methodIn,
  notFound,
  type Outcome,
} from './rest-outcome.ts'
import { element } from './twiml.ts'
import { dialConference } from './verbs/dial-conference.ts'

const documentIn = (
  form: URLSearchParams,
  name: string,
  method: string,
): DocumentRequest | null => {
  const url = fieldOf(form, name)
  return url === null ? null : { url, method: methodIn(form, method, 'GET'), parameters: [] }
}

const conferenceNews = (form: URLSearchParams): ConferenceNews | null => {
  const url = fieldOf(form, 'ConferenceStatusCallback')
  if (url === null) return null
  const given = form.getAll('ConferenceStatusCallbackEvent').flatMap((text) => text.split(/\s+/))
  const events = new Set(given.length === 0 ? ['start', 'end'] : given)
  return { url, method: methodIn(form, 'ConferenceStatusCallbackMethod'), events }
}

/** Calls somebody into a conference, which begins with that if need be. */
const invite = (carrier: Carrier, key: string, ask: Ask): Outcome => {
  const { conferences } = carrier
  const ordered = orderIn(carrier, ask)
  if (ordered.kind !== 'order') return ordered
  const { form } = ask
  const label = fieldOf(form, 'Label')
  const there = conferences.find(key)
  if (/^CF[0-9a-f]{32}$/.test(key) && (!there || there.status === 'completed')) {
    return fault(404, 20404, `The conference ${key} was not found`)
  }
  if (label !== null && conferences.labelTaken(there, label)) {
    return fault(400, 16025, `Participant label ${label} is already in use`)
  }
  const coached = fieldOf(form, 'CallSidToCoach')
  if (coached !== null && !there?.participants.has(coached)) {
    return fault(400, 13240, `There is no participant ${coached} to coach`)
  }
  const conference = there ?? conferences.open(key, conferenceNews(form))
  const attributes: Record<string, string> = {
    muted: form.get('Muted') ?? 'false',
    startConferenceOnEnter: form.get('StartConferenceOnEnter') ?? 'true',
    endConferenceOnExit: form.get('EndConferenceOnExit') ?? 'false',
    waitUrl: form.get('WaitUrl') ?? '',
    waitMethod: methodIn(form, 'WaitMethod'),
    ...(label !== null && { participantLabel: label }),
    ...(coached !== null && { coach: coached }),
  }
  const call = carrier.originate({
    ...ordered.order,
    first: {
      kind: 'act',
      act: (stage) => {
        const noun = element('Conference', attributes, conference.name)
        return dialConference(element('Dial', {}, noun), noun, stage)
      },
    },
    fallback: null,
  })
  conference.invited.set(call.callSid, { label, at: carrier.clock.now() })
  void call.ended.then(({ status }) => conferences.missed(conference, call.callSid, status))
  return made(invitedJson(carrier, conference, call))
}

const changeIn = (form: URLSearchParams): Change | Outcome => {
  for (const name of ['AnnounceUrl', 'HoldUrl']) {
    const url = fieldOf(form, name)
    if (url !== null && !isHttp(url)) return fault(400, 21205, `${name} is not valid: ${url}`)
  }
  const [muted, hold] = [flagOf(form, 'Muted'), flagOf(form, 'Hold')]
  const [endsOnExit, coaching] = [flagOf(form, 'EndConferenceOnExit'), flagOf(form, 'Coaching')]
  const coached = fieldOf(form, 'CallSidToCoach')
  const announcement = documentIn(form, 'AnnounceUrl', 'AnnounceMethod')
  return {
    ...(muted !== undefined && { muted }),
    ...(hold !== undefined && { hold, holdMusic: documentIn(form, 'HoldUrl', 'HoldMethod') }),
    ...(endsOnExit !== undefined && { endsOnExit }),
    ...(coaching !== undefined && { coaching }),
    ...(coaching === false && { callSidToCoach: null }),
    ...(coached !== null && { callSidToCoach: coached, coaching: coaching ?? true }),
    ...(announcement && { announcement }),
  }
}

const participantOf = (conference: Conference, key: string): Participant | undefined =>
  conference.participants.get(key) ??
  [...conference.participants.values()].find(({ label }) => label === key)

const invitedOf = (conference: Conference, key: string): string | undefined =>
  conference.invited.has(key)
    ? key
    : [...conference.invited].find(([, { label }]) => label === key)?.[0]

/** Source: Twilio's OpenAPI description, conferences and their participants. */
export const conferenceRoutes = (carrier: Carrier, route: AddRoute): void => {
  const { conferences } = carrier
  const conferenceOf = ({ parts }: Ask): Conference | undefined =>
    conferences.find(parts['conference'] ?? parts['sid'] ?? '')

  route('GET', '/Conferences', ({ query, url }) => {
    const fits = (name: string, value: string): boolean =>
      !query.has(name) || query.get(name) === value
    const items = conferences
      .list()
      .toReversed()
      .filter(({ name, status }) => fits('FriendlyName', name) && fits('Status', status))
      .map((conference) => conferenceJson(carrier, conference))
    return found(page('conferences', items, url))
  })
  route('GET', '/Conferences/:sid', (ask) => {
    const conference = conferenceOf(ask)
    return conference ? found(conferenceJson(carrier, conference)) : notFound(ask.path)
  })
  route('POST', '/Conferences/:sid', (ask) => {
    const conference = conferenceOf(ask)
    if (!conference) return notFound(ask.path)
    const announcement = documentIn(ask.form, 'AnnounceUrl', 'AnnounceMethod')
    if (announcement && conference.status === 'completed') {
      return fault(404, 16022, `The conference ${conference.sid} is over`)
    }
    if (ask.form.get('Status') === 'completed') conferences.end(conference)
    else if (announcement) {
      for (const participant of conference.participants.values()) {
        conferences.change(conference, participant, { announcement })
      }
    }
    return found(conferenceJson(carrier, conference))
  })
  route('GET', '/Conferences/:conference/Participants', (ask) => {
    const conference = conferenceOf(ask)
    if (!conference) return notFound(ask.path)
    const flag = (name: string, value: boolean): boolean =>
      !ask.query.has(name) || ask.query.get(name) === String(value)
    const there = [...conference.participants.values()]
      .filter(
        ({ muted, hold, coaching }) =>
          flag('Muted', muted) && flag('Hold', hold) && flag('Coaching', coaching),
      )
      .map((participant) => participantJson(carrier, conference, participant))
    const coming = [...conference.invited.keys()].flatMap((callSid) => {
      const call = carrier.call(callSid)
      return call && flag('Hold', false) && flag('Coaching', false)
        ? [invitedJson(carrier, conference, call)]
        : []
    })
    return found(page('participants', [...there, ...coming], ask.url))
  })
  route('POST', '/Conferences/:conference/Participants', (ask) =>
    invite(carrier, ask.parts['conference'] ?? '', ask),
  )
  route('GET', '/Conferences/:conference/Participants/:sid', (ask) => {
    const conference = conferenceOf(ask)
    const key = ask.parts['sid'] ?? ''
    const participant = conference && participantOf(conference, key)
    if (conference && participant) return found(participantJson(carrier, conference, participant))
    const coming = conference && carrier.call(invitedOf(conference, key) ?? '')
    return conference && coming
      ? found(invitedJson(carrier, conference, coming))
      : notFound(ask.path)
  })
  route('POST', '/Conferences/:conference/Participants/:sid', (ask) => {
    const conference = conferenceOf(ask)
    const participant = conference && participantOf(conference, ask.parts['sid'] ?? '')
    if (!conference || !participant) return notFound(ask.path)
    const change = changeIn(ask.form)
    if ('kind' in change) return change
    const { callSidToCoach = null } = change
    if (callSidToCoach !== null && !conference.participants.has(callSidToCoach)) {
      return fault(400, 13240, `There is no participant ${callSidToCoach} to coach`)
    }
    conferences.change(conference, participant, change)
    return found(participantJson(carrier, conference, participant))
  })
  route('DELETE', '/Conferences/:conference/Participants/:sid', (ask) => {
    const conference = conferenceOf(ask)
    const key = ask.parts['sid'] ?? ''
    const participant = conference && participantOf(conference, key)
    const coming = conference && carrier.call(invitedOf(conference, key) ?? '')
    if (conference && participant) {
      conferences.leave(conference, participant, 'participant_updated_via_api', 'in-progress')
      participant.nudge()
    } else if (coming) {
      coming.refuse('canceled')
      coming.interrupt({ kind: 'completed' })
    } else return notFound(ask.path)
    return { kind: 'deleted' }
  })
}
