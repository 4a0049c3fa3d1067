import type { Clock } from './clock.ts'
import type { Sound } from './stage.ts'
import type { Send, WireAnswer } from './wire.ts'

/** Content types that `<Play>` takes. Source: twilio.com/docs/voice/twiml/play. */
const playable = /^audio\/(mpeg|wav|wave|x-wav|aiff|x-aifc|x-aiff|x-gsm|gsm|ulaw|basic)$/

/** The length of a WAV file by its header; null if it is none. */
const wavMilliseconds = (file: Buffer): number | null => {
  if (file.length < 44 || file.toString('latin1', 0, 4) !== 'RIFF') return null
  const bytesPerSecond = file.readUInt32LE(28)
  const dataAt = file.indexOf('data', 36, 'latin1')
  if (bytesPerSecond === 0 || dataAt < 0 || dataAt + 8 > file.length) return null
  const size = Math.min(file.readUInt32LE(dataAt + 4), file.length - dataAt - 8)
  return Math.round((size / bytesPerSecond) * 1000)
}

/** How long a file of another kind is, at the rate such files usually have. */
const guessedMilliseconds = (type: string, file: Buffer): number =>
  Math.round((file.length / (type === 'audio/mpeg' ? 4000 : 8000)) * 1000)

/** What a fetched file is to `<Play>`: a sound of some length, or the debugger's code for it. */
const soundOfAnswer = (url: string, headers: Headers, file: Buffer): Sound => {
  const type = headers['content-type'] ?? ''
  const bare = type.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!playable.test(bare)) {
    return { kind: 'fault', code: 13420, message: `<Play> cannot play ${bare || 'nothing'}`, url }
  }
  const milliseconds = wavMilliseconds(file) ?? guessedMilliseconds(bare, file)
  return { kind: 'sound', url, milliseconds, ...wordsIn(headers) }
}

type Headers = { readonly [name: string]: string | undefined }

/** This carrier's own: `X-Words`, percent-encoded, says what a file says, so that a screen can show it. */
const wordsIn = (headers: Headers): { readonly text: string; readonly language: string } => {
  try {
    return {
      text: decodeURIComponent(headers['x-words'] ?? ''),
      language: headers['content-language'] ?? '',
    }
  } catch {
    return { text: '', language: '' }
  }
}

const fileLimit = 16 * 1024 * 1024

type Wiring = { readonly clock: Clock; readonly send: Send; readonly route: (url: URL) => URL }

const get = (wiring: Wiring, url: string): Promise<WireAnswer> =>
  wiring.send({
    url: wiring.route(new URL(url)),
    method: 'GET',
    headers: { Host: new URL(url).host, 'User-Agent': 'TwilioProxy/1.1', Accept: 'audio/*' },
    body: '',
    connectMilliseconds: 5000,
    readMilliseconds: 15_000,
    totalMilliseconds: 30_000,
    limit: fileLimit,
  })

/** The bytes of a file that is played, for who hears it; null when it cannot be had. */
export const fetchFile = async (wiring: Wiring, url: string): Promise<Uint8Array | null> => {
  const answer = await get(wiring, url)
  return answer.kind === 'answer' && answer.status === 200 ? answer.body : null
}

/**
 * Fetches a file for `<Play>`. The request carries none of the call's parameters.
 * Source: twilio.com/docs/voice/twiml/play.
 */
export const fetchSound = async (wiring: Wiring, url: string): Promise<Sound> => {
  const release = wiring.clock.hold()
  const answer = await get(wiring, url)
  release()
  if (answer.kind === 'failed') return { kind: 'fault', code: 11200, message: answer.message, url }
  if (answer.status >= 300) {
    return { kind: 'fault', code: 11200, message: `Sound file: status ${answer.status}`, url }
  }
  return soundOfAnswer(url, answer.headers, answer.body)
}
