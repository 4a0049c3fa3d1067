import { setTimeout as wait } from 'node:timers/promises'
import type { ReadRecording } from '../calls/outside.ts'

export type RecordingAccount = {
  readonly accountSid: string
  readonly authToken: string
  /** Origin of the REST API, without a trailing slash. */
  readonly apiUrl: () => string
}

const maxBytes = 16 * 1024 * 1024

/** A recording may be told of before it can be fetched. */
const againMs = 250

/**
 * Audio of a recording, by its SID from the account's own address: what address a request names for it is
 * not looked at. One that is not there yet is asked for again until the signal.
 *
 * @see https://www.twilio.com/docs/voice/api/recording#fetch-a-recording-media-file
 */
export const recordingAudio =
  ({ accountSid, authToken, apiUrl }: RecordingAccount): ReadRecording =>
  async ({ reference }, signal) => {
    if (!/^RE[0-9a-f]{32}$/i.test(reference)) return null
    const url = `${apiUrl()}/2010-04-01/Accounts/${accountSid}/Recordings/${reference}.wav`
    const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
    for (;;) {
      const response = await fetch(url, { headers: { authorization }, redirect: 'error', signal })
      if (response.ok) {
        const bytes = await read(response)
        return bytes === null ? null : { bytes, type: 'audio/wav' }
      }
      await response.body?.cancel()
      if (response.status !== 404) return null
      await wait(againMs, undefined, { signal })
    }
  }

const read = async ({ body }: Response): Promise<Uint8Array | null> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
