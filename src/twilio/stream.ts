import type VoiceResponse from 'twilio/lib/twiml/VoiceResponse.js'
import type { StreamToStart } from '../calls/ports.ts'

/** Where streams go. */
export type StreamAddresses = {
  /** `wss:`, or `ws:` where the server is reached without TLS; without a query, which the carrier drops. */
  readonly url: () => string
  /** Absolute: the carrier takes no other here. */
  readonly statusUrl: () => string
}

/** Name of the parameter that carries the token. */
export const tokenParameter = 'token'

/** Origin of the server for sockets. */
export const socketOrigin = (publicUrl: string): string => publicUrl.replace(/^http/, 'ws')

export const streamAddresses = (publicUrl: () => string): StreamAddresses => ({
  url: () => `${socketOrigin(publicUrl())}/media`,
  statusUrl: () => `${publicUrl()}/voice/stream`,
})

/**
 * Streams both sides of the call to us until it ends, whatever it does meanwhile. Goes on to the next verb at
 * once.
 *
 * @see https://www.twilio.com/docs/voice/twiml/stream
 */
export const startStream = (
  response: VoiceResponse,
  addresses: StreamAddresses,
  { name, token }: StreamToStart,
): void => {
  const stream = response.start().stream({
    url: addresses.url(),
    name,
    track: 'both_tracks',
    statusCallback: addresses.statusUrl(),
    statusCallbackMethod: 'POST',
  })
  stream.parameter({ name: tokenParameter, value: token })
}
