import { type MediaMessage, readMessage, usualShape } from '../../media/messages.ts'
import { frameReader } from '../../media/read-frame.ts'
import type { Taking } from '../../media/taking.ts'
import type { StreamId } from '../../recordings/ports.ts'
import { tokenParameter } from '../../twilio/stream.ts'

/** Why a stream is over. */
export type StreamEnd = 'stop' | 'socket-lost' | 'quiet' | 'refused' | 'disk' | 'shutdown'

/** What came over the socket that should not have. */
export type StreamFault =
  | 'binary'
  | 'too-large'
  | 'not-a-message'
  | 'garbage'
  | 'out-of-order'
  | 'second-start'
  | 'foreign-account'
  | 'foreign-stream'
  | 'wrong-token'
  | 'used-token'
  | 'unknown-call'
  | 'impossible-time'
  | 'no-start'

/** Codes of RFC 6455 §7.4.1. */
const codes: Readonly<Record<StreamFault, number>> = {
  binary: 1003,
  'too-large': 1009,
  'not-a-message': 1007,
  garbage: 1007,
  'out-of-order': 1008,
  'second-start': 1008,
  'foreign-account': 1008,
  'foreign-stream': 1008,
  'wrong-token': 1008,
  'used-token': 1008,
  'unknown-call': 1008,
  'impossible-time': 1008,
  'no-start': 1008,
}

export type MediaSocketPorts = {
  readonly accountSid: string
  /** Ordinal of the stream that a token was made for; null when it is none of this call. */
  readonly ordinalOf: (callSid: string, token: string) => number | null
  /** Begins to take a stream; `refuse` is called when the database knows better. */
  readonly begin: (
    id: StreamId,
    streamSid: string,
    refuse: (why: 'used-token' | 'unknown-call' | 'call-over' | 'disk') => void,
  ) => Taking
  readonly end: (taking: Taking, how: StreamEnd) => void
  /** Told once of a socket that was refused, with what it claimed to be. */
  readonly onFault: (why: StreamFault, claimed: Claim) => void
}

type Claim = { readonly callSid: string | null; readonly streamSid: string | null }

type Message<Event> = Extract<MediaMessage, { readonly event: Event }>

/** One socket of the carrier. */
export type MediaSocket = {
  readonly message: (data: Buffer, isBinary: boolean) => void
  readonly closed: () => void
  /** Looks whether the other side is still there. */
  readonly look: () => void
  readonly shutDown: () => void
}

/** No message but `start` is longer. */
const longestMessage = 4096

/** Of all sockets: a frame is taken before the next one is read. */
const reader = frameReader()

/** Until `start` has to have come, and between two messages; the carrier sends fifty a second. */
const patienceMs = 10_000
const quietMs = 30_000

/**
 * What the carrier may say over one socket: connected, start, then media to stop. Anything else closes it, and
 * harms nothing but this stream: the call goes on.
 *
 * @param close closes the socket, code and reason
 * @param elapsed milliseconds of the process's clock
 */
export const mediaSocket = (
  ports: MediaSocketPorts,
  close: (code: number, reason: string) => void,
  elapsed: () => number,
): MediaSocket => {
  const openedAt = elapsed()
  let isConnected = false
  let isOver = false
  let taking: Taking | null = null
  /** What the other side says it is. */
  let claimed: Claim = { callSid: null, streamSid: null }

  const end = (how: StreamEnd): void => {
    isOver = true
    if (taking !== null) ports.end(taking, how)
    taking = null
  }
  const refuse = (why: StreamFault): void => {
    if (isOver) return
    end('refused')
    ports.onFault(why, claimed)
    close(codes[why], why)
  }

  const start = ({ streamSid, start: given }: Message<'start'>): StreamFault | null => {
    if (taking !== null) return 'second-start'
    claimed = { callSid: given.callSid, streamSid }
    if (!isConnected) return 'out-of-order'
    if (given.streamSid !== streamSid) return 'foreign-stream'
    if (given.accountSid !== ports.accountSid) return 'foreign-account'
    const token = given.customParameters?.[tokenParameter] ?? ''
    const ordinal = ports.ordinalOf(given.callSid, token)
    if (ordinal === null) return 'wrong-token'
    taking = ports.begin({ callSid: given.callSid, ordinal }, streamSid, (why) => {
      if (why === 'used-token' || why === 'unknown-call') refuse(why)
      else if (!isOver) {
        end(why === 'disk' ? 'disk' : 'stop')
        close(why === 'disk' ? 1011 : 1000, why)
      }
    })
    taking.hear(1)
    return null
  }

  /** `garbage` where it is no media message of the usual shape. */
  const takeFrame = (message: Uint8Array): StreamFault | null => {
    if (taking === null || !reader.read(message, taking.streamSid)) return 'garbage'
    const { track, sequence, timestamp, payloadFrom, payloadTo } = reader.frame
    const taken = taking.take(track, sequence, timestamp, message, payloadFrom, payloadTo)
    if (taken === 'impossible') return 'impossible-time'
    if (taken !== 'garbage') return null
    reader.doubt()
    return 'garbage'
  }

  const takeOther = (message: MediaMessage): StreamFault | null => {
    if (message.event === 'connected') {
      if (isConnected) return 'out-of-order'
      isConnected = true
      return null
    }
    if (message.event === 'start') return start(message)
    if (taking === null) return 'out-of-order'
    if (message.streamSid !== taking.streamSid) return 'foreign-stream'
    if (message.event === 'media') return takeFrame(usualShape(message))
    taking.hear(Number(message.sequenceNumber))
    if (message.event !== 'stop') return null
    if (message.stop.callSid !== taking.id.callSid) return 'foreign-stream'
    end('stop')
    close(1000, 'stop')
    return null
  }

  const faultOf = (data: Buffer, isBinary: boolean): StreamFault | null => {
    if (isBinary) return 'binary'
    if (taking !== null && data.length > longestMessage) return 'too-large'
    const fault = takeFrame(data)
    if (fault !== 'garbage') return fault
    const message = readMessage(data.toString('utf8'))
    return message === null ? 'not-a-message' : takeOther(message)
  }

  return {
    message: (data, isBinary) => {
      if (isOver) return
      const fault = faultOf(data, isBinary)
      if (fault !== null) refuse(fault)
    },
    closed: () => {
      if (!isOver) end('socket-lost')
    },
    look: () => {
      if (isOver) return
      if (taking === null) {
        if (elapsed() - openedAt > patienceMs) refuse('no-start')
      } else if (taking.quietMs() > quietMs) {
        end('quiet')
        close(1001, 'quiet')
      }
    },
    shutDown: () => {
      if (!isOver) end('shutdown')
    },
  }
}
