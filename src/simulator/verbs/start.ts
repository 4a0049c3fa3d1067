import { methodOf, next, resolveUrl, type Stage, type Verb } from '../stage.ts'
import type { StreamWish } from '../streams/call-streams.ts'
import type { TwimlElement } from '../twiml.ts'

const tracksOf = (track = 'inbound_track'): StreamWish['tracks'] => {
  if (track === 'both_tracks') return ['inbound', 'outbound']
  return [track === 'outbound_track' ? 'outbound' : 'inbound']
}

/** Name and value of a parameter together. Source: twilio.com/docs/voice/twiml/stream, "Parameter". */
const longestParameter = 500

const wishOf = (stream: TwimlElement, stage: Stage): StreamWish => {
  const { name, track } = stream.attributes
  const callback = stream.attributes['statusCallback'] ?? ''
  const url = stream.attributes['url'] ?? ''
  return {
    url: /^wss?:/.test(url) ? url : (resolveUrl(url, stage)?.replace(/^http/, 'ws') ?? url),
    name: name ?? null,
    tracks: tracksOf(track),
    parameters: stream.children.flatMap((child): [string, string][] => {
      if (typeof child === 'string' || child.name !== 'Parameter') return []
      const { name: parameter = '', value = '' } = child.attributes
      if (parameter.length + value.length < longestParameter) return [[parameter, value]]
      stage.leg.note(31953, `The parameter ${parameter} is too long`)
      return []
    }),
    callback: /^https?:/.test(callback)
      ? { url: callback, method: methodOf(stream, 'statusCallbackMethod') }
      : null,
  }
}

/** Starts streams and goes on at once. Source: twilio.com/docs/voice/twiml/stream. */
export const start: Verb = async (verb, stage) => {
  const { leg } = stage
  leg.answer()
  for (const child of verb.children) {
    if (typeof child === 'string') continue
    if (child.name !== 'Stream') {
      leg.note(12200, `The simulated carrier does not start <${child.name}>`)
      continue
    }
    const started = stage.startStream(wishOf(child, stage))
    if (started.kind === 'refused') leg.note(started.code, started.message)
  }
  return next
}
