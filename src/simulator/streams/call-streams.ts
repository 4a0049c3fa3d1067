import type { Clock } from '../clock.ts'
import type { Sids } from '../identifiers.ts'
import { type Parameters, signature, signedUrl } from '../signature.ts'
import type { CallSound } from './call-sound.ts'
import { connectMedia, type MediaSocket } from './media-socket.ts'
import type { StreamFault, StreamFaults } from './stream-faults.ts'

/** What a stream is asked for with. */
export type StreamWish = {
  readonly url: string
  readonly name: string | null
  readonly tracks: readonly ('inbound' | 'outbound')[]
  readonly parameters: Parameters
  readonly callback: { readonly url: string; readonly method: 'GET' | 'POST' } | null
}

export type StartedStream =
  | { readonly kind: 'started'; readonly streamSid: string; readonly name: string }
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }

/** The media streams of one call. */
export type CallStreams = {
  readonly start: (wish: StreamWish) => StartedStream
  /** By name or SID; false when there is none. */
  readonly stop: (key: string) => boolean
  /** The call is over: all of them stop. */
  readonly end: () => void
}

export type StreamSetting = {
  readonly accountSid: string
  readonly authToken: string
  readonly callSid: string
  readonly clock: Clock
  readonly newSid: Sids
  readonly route: (url: URL) => URL
  readonly sound: CallSound
  readonly faults: StreamFaults
  readonly note: (code: number, message: string) => void
  readonly tell: (callback: NonNullable<StreamWish['callback']>, parameters: Parameters) => void
  /** Has the call wait until this is over before it counts as settled. */
  readonly keep: (work: Promise<unknown>) => void
}

const frameMs = 20
const frameSamples = 160

/** Twilio streams four tracks of a call at once, not more. Source: twilio.com/docs/voice/twiml/stream. */
const mostTracks = 4

/** How long the other side may take to close. */
const closeMilliseconds = 2_000

/** Bytes that may wait for a slow server before even a virtual clock waits for it. */
const mostWaiting = 256 * 1024

type Running = {
  readonly streamSid: string
  readonly name: string
  readonly tracks: number
  readonly stop: () => void
}

/**
 * Streams run beside the verbs of a call and go on through whatever it does, until they are stopped or the call
 * ends. One whose socket breaks is over; nobody takes it up again.
 */
export const createCallStreams = (setting: StreamSetting): CallStreams => {
  const running = new Map<string, Running>()
  let started = 0

  const start = (wish: StreamWish): StartedStream => {
    const streamSid = setting.newSid('MZ')
    const name = wish.name ?? streamSid
    const busy = [...running.values()].reduce((sum, { tracks }) => sum + tracks, 0)
    if (!/^wss?:\/\//.test(wish.url) || !URL.canParse(wish.url))
      return { kind: 'refused', code: 31922, message: `Invalid stream URL ${wish.url}` }
    if (busy + wish.tracks.length > mostTracks)
      return { kind: 'refused', code: 31930, message: 'Too many tracks are streamed already' }
    if ([...running.values()].some((stream) => stream.name === name))
      return { kind: 'refused', code: 31941, message: `There is a stream named ${name} already` }
    const faults = setting.faults({ callSid: setting.callSid, name, stream: started })
    started += 1
    const stream = runStream(setting, { ...wish, name, streamSid }, faults, () =>
      running.delete(streamSid),
    )
    running.set(streamSid, { streamSid, name, tracks: wish.tracks.length, stop: stream.stop })
    setting.keep(stream.over)
    return { kind: 'started', streamSid, name }
  }

  return {
    start,
    stop: (key) => {
      const found = [...running.values()].find(
        ({ streamSid, name }) => key === streamSid || key === name,
      )
      found?.stop()
      return found !== undefined
    },
    end: () => {
      for (const { stop } of [...running.values()]) stop()
    },
  }
}

/** The query of a stream's address is dropped before connecting. */
const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, '')

const runStream = (
  setting: StreamSetting,
  wish: Omit<StreamWish, 'name'> & { readonly name: string; readonly streamSid: string },
  faults: readonly StreamFault[],
  onOver: () => void,
): { readonly stop: () => void; readonly over: Promise<void> } => {
  const { clock, sound, callSid, accountSid } = setting
  const { streamSid, tracks } = wish
  const { promise: over, resolve: finished } = Promise.withResolvers<void>()
  const frame = new Uint8Array(frameSamples)
  let socket: MediaSocket | null = null
  let isOver = false
  let sequence = 0
  let frames = 0
  let beganAt = 0
  let cancel = (): void => {}
  let held: string | null = null

  const find = <Kind extends StreamFault['kind']>(kind: Kind) =>
    faults.find((fault): fault is Extract<StreamFault, { kind: Kind }> => fault.kind === kind)
  const every = (kind: 'duplicate' | 'lose' | 'swap'): boolean => {
    const fault = find(kind)
    return fault !== undefined && sequence % fault.every === 0
  }

  const tell = (event: string, error?: string): void => {
    if (wish.callback === null) return
    setting.tell(wish.callback, [
      ['StreamSid', streamSid],
      ['StreamName', wish.name],
      ['StreamEvent', event],
      ...(error === undefined ? [] : ([['StreamError', error]] as const)),
      ['Timestamp', new Date(clock.now()).toISOString()],
    ])
  }
  const end = (event: 'stream-stopped' | 'stream-error', error?: string): void => {
    if (isOver) return
    isOver = true
    cancel()
    onOver()
    tell(event, error)
    if (socket === null) finished()
  }

  const numbered = (event: string, content: object): string => {
    sequence += 1
    return JSON.stringify({ event, sequenceNumber: String(sequence), ...content, streamSid })
  }
  /** Sends a media message, or what its faults make of it. */
  const sendMedia = (text: string): void => {
    if (every('lose')) return
    if (every('swap') && held === null) {
      held = text
      return
    }
    socket?.send(text)
    if (every('duplicate')) socket?.send(text)
    if (held !== null) {
      socket?.send(held)
      held = null
    }
  }
  const sendFrame = (): void => {
    const timestamp = frames * frameMs
    frames += 1
    for (const track of tracks) {
      sound.fill(track, beganAt + timestamp, frame)
      const payload = Buffer.from(frame.buffer).toString('base64')
      const media = { track, chunk: String(frames), timestamp: String(timestamp), payload }
      sendMedia(numbered('media', { media }))
    }
  }

  /** Sends what is due, then waits for the next frame. A frame is due when its 20 ms are over. */
  const goOn = (): void => {
    if (isOver || socket === null) return
    const stall = find('stall')
    const stalledUntil =
      stall !== undefined && frames === stall.frame
        ? beganAt + stall.frame * frameMs + stall.milliseconds
        : 0
    while (clock.now() >= Math.max(stalledUntil, beganAt + (frames + 1) * frameMs)) {
      if (frames === find('drop')?.frame) {
        socket.destroy()
        return
      }
      sendFrame()
    }
    const due = Math.max(stalledUntil, beganAt + (frames + 1) * frameMs)
    if (socket.waiting() > mostWaiting) {
      const release = clock.hold()
      socket.onDrained(release)
    }
    cancel = clock.after(due - clock.now(), goOn)
  }

  const begin = async (): Promise<void> => {
    const url = withoutQuery(wish.url)
    const signed = signature(setting.authToken, url, [])
    const release = clock.hold()
    const connection = await connectMedia(
      setting.route(new URL(url.replace(/^ws/, 'http'))),
      {
        Host: new URL(url).host,
        'User-Agent': 'TwilioProxy/1.1',
        'X-Twilio-Signature':
          find('wrong-signature') === undefined ? signed : signature('wrong', signedUrl(url), []),
      },
      (code) => {
        finished()
        if (isOver) return
        if (code !== 1000) setting.note(31921, `Stream: the socket was closed with ${code}`)
        end(code === 1000 ? 'stream-stopped' : 'stream-error', `Closed with ${code}`)
      },
    )
    release()
    if (connection.kind === 'failed') {
      setting.note(connection.code, connection.message)
      end('stream-error', connection.message)
      return
    }
    if (isOver) {
      connection.socket.close()
      return
    }
    socket = connection.socket
    socket.send(JSON.stringify({ event: 'connected', protocol: 'Call', version: '1.0.0' }))
    const start = {
      accountSid,
      streamSid,
      callSid,
      tracks,
      mediaFormat: { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 },
      customParameters: Object.fromEntries(wish.parameters),
    }
    socket.send(numbered('start', { start }))
    beganAt = clock.now()
    tell('stream-started')
    goOn()
  }
  void begin()

  return {
    over,
    stop: () => {
      if (socket !== null && !isOver) {
        socket.send(numbered('stop', { stop: { accountSid, callSid } }))
        socket.close()
        // Whoever does not answer the close is not waited for; by the machine's clock, as all of the wire.
        setTimeout(socket.destroy, closeMilliseconds).unref()
      }
      end('stream-stopped')
    },
  }
}
