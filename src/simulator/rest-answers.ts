import type { Call, NumberSettings } from './call.ts'
import type { Carrier } from './carrier.ts'
import { sidOf } from './identifiers.ts'
import { rfc2822 } from './inbound.ts'

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
    capabilities: { voice: true, sms: false, mms: false, fax: false },
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
  const { startedAt, answeredAt, endedAt } = record
  const uri = `/2010-04-01/Accounts/${carrier.accountSid}/Calls/${record.callSid}`
  const seconds = endedAt === null ? null : Math.round((endedAt - (answeredAt ?? endedAt)) / 1000)
  return {
    sid: record.callSid,
    account_sid: carrier.accountSid,
    api_version: '2010-04-01',
    parent_call_sid: null,
    direction: 'inbound',
    from: record.from,
    from_formatted: record.from,
    to: record.to,
    to_formatted: record.to,
    phone_number_sid: sidOf('PN', record.to),
    status: record.status,
    start_time: rfc2822(answeredAt ?? startedAt),
    end_time: endedAt === null ? null : rfc2822(endedAt),
    duration: seconds === null ? null : String(seconds),
    date_created: rfc2822(startedAt),
    date_updated: rfc2822(endedAt ?? answeredAt ?? startedAt),
    answered_by: null,
    caller_name: null,
    forwarded_from: null,
    group_sid: null,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
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
