import type { Carrier } from './carrier.ts'
import { rfc2822 } from './inbound.ts'
import {
  type AddRoute,
  fault,
  fieldOf,
  found,
  isHttp,
  made,
  methodIn,
  notFound,
} from './rest-outcome.ts'
import type { StreamWish } from './streams/call-streams.ts'

const tracks: Readonly<Record<string, StreamWish['tracks']>> = {
  inbound_track: ['inbound'],
  outbound_track: ['outbound'],
  both_tracks: ['inbound', 'outbound'],
}

const mostParameters = 99

const parametersIn = (form: URLSearchParams): StreamWish['parameters'] =>
  Array.from({ length: mostParameters }, (_, index) => index + 1).flatMap(
    (number): [string, string][] => {
      const name = fieldOf(form, `Parameter${number}.Name`)
      return name === null ? [] : [[name, form.get(`Parameter${number}.Value`) ?? '']]
    },
  )

/** Source: Twilio's OpenAPI description, streams of calls. They are one-way. */
export const streamRoutes = (carrier: Carrier, route: AddRoute): void => {
  const json = (callSid: string, sid: string, name: string, status: string) => ({
    sid,
    account_sid: carrier.accountSid,
    call_sid: callSid,
    name,
    status,
    date_updated: rfc2822(carrier.clock.now()),
    uri: `/2010-04-01/Accounts/${carrier.accountSid}/Calls/${callSid}/Streams/${sid}.json`,
  })
  route('POST', '/Calls/:call/Streams', ({ parts, form, path }) => {
    const call = carrier.call(parts['call'] ?? '')
    if (!call) return notFound(path)
    if (call.record().status !== 'in-progress')
      return fault(400, 21220, 'Call is not in-progress. Cannot start a stream.')
    const url = fieldOf(form, 'Url') ?? ''
    const callback = fieldOf(form, 'StatusCallback')
    const started = call.startStream({
      url,
      name: fieldOf(form, 'Name'),
      tracks: tracks[fieldOf(form, 'Track') ?? 'inbound_track'] ?? ['inbound'],
      parameters: parametersIn(form),
      callback:
        callback === null || !isHttp(callback)
          ? null
          : { url: callback, method: methodIn(form, 'StatusCallbackMethod') },
    })
    return started.kind === 'refused'
      ? fault(400, started.code, started.message)
      : made(json(call.callSid, started.streamSid, started.name, 'in-progress'))
  })
  route('POST', '/Calls/:call/Streams/:sid', ({ parts, form, path }) => {
    const call = carrier.call(parts['call'] ?? '')
    const key = parts['sid'] ?? ''
    if (!call || form.get('Status') !== 'stopped' || !call.stopStream(key)) return notFound(path)
    return found(json(call.callSid, key, key, 'stopped'))
  })
}
