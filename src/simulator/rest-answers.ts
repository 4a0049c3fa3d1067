import type { Call, NumberSettings } from './call.ts'
import type { Carrier } from './carrier.ts'
import type { Conference, Participant } from './conference.ts'
import { sidOf } from './identifiers.ts'
import { rfc2822 } from './inbound.ts'
import { averageWait, type CallQueue, type QueueMember } from './queues.ts'
import type { CarrierRecording } from './recordings.ts'

export type Json = Readonly<Record<string, unknown>>

/** One page of a list, with the addresses of its neighbours. */
export const page = (key: string, items: readonly Json[], path: string): Json => {
  const query = new URL(path, 'http://carrier').searchParams
  const size = Math.min(1000, Math.max(1, Number(query.get('PageSize')) || 50))
  const number = Math.max(0, Math.trunc(Number(query.get('Page'))) || 0)
  const start = number * size
  const shown = items.slice(start, start + size)
  const address = (to: number): string => {
    const url = new URL(path, 'http://carrier')
    url.searchParams.set('PageSize', String(size))
    url.searchParams.set('Page', String(to))
    return url.pathname + url.search
  }
  return {
    [key]: shown,
    page: number,
    page_size: size,
    start,
    end: start + Math.max(0, shown.length - 1),
    uri: address(number),
    first_page_uri: address(0),
    next_page_uri: start + size < items.length ? address(number + 1) : null,
    previous_page_uri: number > 0 ? address(number - 1) : null,
  }
}

/** An `IncomingPhoneNumber`, by Twilio's OpenAPI description. */
export const numberJson = (carrier: Carrier, number: string, settings: NumberSettings): Json => {
  const sid = sidOf('PN', number)
  const account = `/2010-04-01/Accounts/${carrier.accountSid}`
  return {
    sid,
    account_sid: carrier.accountSid,
    api_version: '2010-04-01',
    phone_number: number,
    friendly_name: number,
    capabilities: { voice: true, sms: true, mms: false, fax: false },
    voice_url: settings.voiceUrl,
    voice_method: settings.voiceMethod ?? 'POST',
    voice_fallback_url: settings.voiceFallbackUrl ?? '',
    voice_fallback_method: settings.voiceFallbackMethod ?? 'POST',
    status_callback: settings.statusCallback ?? '',
    status_callback_method: settings.statusCallbackMethod ?? 'POST',
    voice_application_sid: '',
    voice_caller_id_lookup: false,
    voice_receive_mode: 'voice',
    trunk_sid: null,
    sms_application_sid: '',
    sms_url: '',
    sms_method: 'POST',
    sms_fallback_url: '',
    sms_fallback_method: 'POST',
    address_sid: null,
    address_requirements: 'none',
    bundle_sid: null,
    identity_sid: null,
    emergency_address_sid: null,
    emergency_address_status: 'unregistered',
    emergency_status: 'Inactive',
    beta: false,
    origin: 'twilio',
    status: 'in-use',
    type: null,
    date_created: rfc2822(0),
    date_updated: rfc2822(0),
    uri: `${account}/IncomingPhoneNumbers/${sid}.json`,
    subresource_uris: {
      assigned_add_ons: `${account}/IncomingPhoneNumbers/${sid}/AssignedAddOns.json`,
    },
  }
}

/** A `Call`, by Twilio's OpenAPI description. */
export const callJson = (carrier: Carrier, call: Call): Json => {
  const record = call.record()
  const { startedAt, dialledAt, answeredAt, endedAt } = record
  const uri = `/2010-04-01/Accounts/${carrier.accountSid}/Calls/${record.callSid}`
  const seconds = endedAt === null ? null : Math.round((endedAt - (answeredAt ?? endedAt)) / 1000)
  return {
    sid: record.callSid,
    account_sid: carrier.accountSid,
    api_version: '2010-04-01',
    parent_call_sid: record.parentCallSid,
    direction: record.direction,
    from: record.from,
    from_formatted: record.from,
    to: record.to,
    to_formatted: record.to,
    phone_number_sid: sidOf('PN', record.direction === 'inbound' ? record.to : record.from),
    status: record.status,
    start_time: dialledAt === null ? null : rfc2822(answeredAt ?? dialledAt),
    end_time: endedAt === null ? null : rfc2822(endedAt),
    duration: seconds === null ? null : String(seconds),
    date_created: rfc2822(startedAt),
    date_updated: rfc2822(endedAt ?? answeredAt ?? startedAt),
    answered_by: record.answeredBy,
    caller_name: null,
    forwarded_from: null,
    group_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: String((dialledAt ?? carrier.clock.now()) - startedAt),
    trunk_sid: null,
    uri: `${uri}.json`,
    subresource_uris: Object.fromEntries(
      [
        'events',
        'notifications',
        'payments',
        'recordings',
        'siprec',
        'streams',
        'transcriptions',
      ].map((name) => [name, `${uri}/${name[0]?.toUpperCase()}${name.slice(1)}.json`]),
    ),
  }
}

/** A `Recording`, by Twilio's OpenAPI description. */
export const recordingJson = (carrier: Carrier, recording: CarrierRecording): Json => {
  const { recordingSid, callSid, startedAt, seconds } = recording
  const uri = `/2010-04-01/Accounts/${carrier.accountSid}/Recordings/${recordingSid}`
  const made = rfc2822(startedAt)
  return {
    sid: recordingSid,
    account_sid: carrier.accountSid,
    api_version: '2010-04-01',
    call_sid: callSid,
    conference_sid: null,
    channels: 1,
    date_created: made,
    date_updated: made,
    start_time: made,
    duration: String(seconds),
    source: 'RecordVerb',
    status: 'completed',
    error_code: null,
    price: null,
    price_unit: 'USD',
    uri: `${uri}.json`,
  }
}

/** A `Conference`, by Twilio's OpenAPI description. */
export const conferenceJson = (carrier: Carrier, conference: Conference): Json => {
  const uri = `/2010-04-01/Accounts/${carrier.accountSid}/Conferences/${conference.sid}`
  return {
    sid: conference.sid,
    account_sid: carrier.accountSid,
    api_version: '2010-04-01',
    friendly_name: conference.name,
    region: 'us1',
    status: conference.status,
    date_created: rfc2822(conference.createdAt),
    date_updated: rfc2822(conference.updatedAt),
    reason_conference_ended: conference.reasonEnded,
    call_sid_ending_conference: conference.callSidEnding,
    uri: `${uri}.json`,
    subresource_uris: {
      participants: `${uri}/Participants.json`,
      recordings: `${uri}/Recordings.json`,
    },
  }
}

const participantUri = (carrier: Carrier, conference: Conference, callSid: string): string =>
  `/2010-04-01/Accounts/${carrier.accountSid}/Conferences/${conference.sid}/Participants/${callSid}.json`

/** A `Participant`, by Twilio's OpenAPI description. */
export const participantJson = (
  carrier: Carrier,
  conference: Conference,
  participant: Participant,
): Json => ({
  account_sid: carrier.accountSid,
  call_sid: participant.callSid,
  conference_sid: conference.sid,
  label: participant.label,
  muted: participant.muted,
  hold: participant.hold,
  coaching: participant.coaching,
  call_sid_to_coach: participant.callSidToCoach,
  start_conference_on_enter: participant.startsOnEnter,
  end_conference_on_exit: participant.endsOnExit,
  status: 'connected',
  queue_time: null,
  date_created: rfc2822(participant.joinedAt),
  date_updated: rfc2822(participant.updatedAt),
  uri: participantUri(carrier, conference, participant.callSid),
})

/** A participant that the API calls and that is not in the conference yet. */
export const invitedJson = (carrier: Carrier, conference: Conference, call: Call): Json => {
  const { callSid, status, startedAt, dialledAt } = call.record()
  const shown = { queued: 'queued', ringing: 'ringing', 'in-progress': 'connecting' } as const
  const at = rfc2822(startedAt)
  return {
    account_sid: carrier.accountSid,
    call_sid: callSid,
    conference_sid: conference.sid,
    label: conference.invited.get(callSid)?.label ?? null,
    muted: false,
    hold: false,
    coaching: false,
    call_sid_to_coach: null,
    start_conference_on_enter: true,
    end_conference_on_exit: false,
    status: Object.hasOwn(shown, status) ? shown[status as keyof typeof shown] : 'failed',
    queue_time: String((dialledAt ?? carrier.clock.now()) - startedAt),
    date_created: at,
    date_updated: at,
    uri: participantUri(carrier, conference, callSid),
  }
}

/** A `Queue`, by Twilio's OpenAPI description. */
export const queueJson = (carrier: Carrier, queue: CallQueue): Json => {
  const uri = `/2010-04-01/Accounts/${carrier.accountSid}/Queues/${queue.sid}`
  return {
    sid: queue.sid,
    account_sid: carrier.accountSid,
    friendly_name: queue.name,
    max_size: queue.maxSize,
    current_size: queue.members.length,
    average_wait_time: averageWait(queue),
    date_created: rfc2822(queue.createdAt),
    date_updated: rfc2822(queue.createdAt),
    uri: `${uri}.json`,
    subresource_uris: { members: `${uri}/Members.json` },
  }
}

/** A `Member` of a queue, by Twilio's OpenAPI description. */
export const memberJson = (carrier: Carrier, queue: CallQueue, member: QueueMember): Json => ({
  call_sid: member.callSid,
  queue_sid: queue.sid,
  position: queue.members.indexOf(member) + 1,
  wait_time: Math.round((carrier.clock.now() - member.enqueuedAt) / 1000),
  date_enqueued: rfc2822(member.enqueuedAt),
  uri: `/2010-04-01/Accounts/${carrier.accountSid}/Queues/${queue.sid}/Members/${member.callSid}.json`,
})
