import type { Track } from './timeline.ts'

/**
 * One `media` message, read without making anything: the fields hold until the next one is read, of whatever
 * stream. Where the sound stands in the message is told, not copied.
 */
export type Frame = {
  track: Track
  sequence: number
  /** Milliseconds since the stream began. */
  timestamp: number
  payloadFrom: number
  payloadTo: number
}

export type FrameReader = {
  readonly frame: Readonly<Frame>
  /**
   * True: `frame` holds a complete and correct media message of this stream. False says nothing: the message is
   * another one, or a media message of an unusual shape, for the thorough reader.
   */
  readonly read: (message: Uint8Array, streamSid: string) => boolean
  /** The sound that was found is none: the next message is searched more carefully for where its sound ends. */
  readonly doubt: () => void
}

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const open = 0x7b
const close = 0x7d
const zero = 0x30

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

const eventMedia = bytesOf('media')
const inbound = bytesOf('inbound')
const outbound = bytesOf('outbound')

type Key = { readonly name: Uint8Array; readonly bit: number; readonly isInside: boolean }

const key = (name: string, bit: number, isInside: boolean): Key => ({
  name: bytesOf(name),
  bit,
  isInside,
})
const payload = key('payload', 1, true)
const timestamp = key('timestamp', 2, true)
const chunk = key('chunk', 4, true)
const track = key('track', 8, true)
const streamSidKey = key('streamSid', 16, false)
const sequenceNumber = key('sequenceNumber', 32, false)
const event = key('event', 64, false)
const media = key('media', 128, false)
const allKeys = 255

/** The one key that a name can be, by its first letter and its length. */
const candidate = (message: Uint8Array, from: number, to: number): Key => {
  switch (message[from]) {
    case 0x70:
      return payload
    case 0x74:
      return to - from === track.name.length ? track : timestamp
    case 0x63:
      return chunk
    case 0x73:
      return to - from === streamSidKey.name.length ? streamSidKey : sequenceNumber
    case 0x65:
      return event
    default:
      return media
  }
}

/**
 * Reads media messages, in whatever order their keys stand. They are nearly all there is on the sockets: a general
 * JSON parser makes a dozen objects of each, and is then asked whether they are the right ones. One reader does for
 * all streams: what it needs is still in the processor's caches when the next frame comes.
 */
export const frameReader = (): FrameReader => {
  const frame: Frame = {
    track: 'inbound',
    sequence: 0,
    timestamp: 0,
    payloadFrom: 0,
    payloadTo: 0,
  }

  /** Takes the value of a key; false where it is not what it has to be. */
  const take = (
    message: Uint8Array,
    key: Key,
    from: number,
    to: number,
    streamSid: string,
  ): boolean => {
    if (key === payload) {
      frame.payloadFrom = from
      frame.payloadTo = to
      return to > from
    }
    if (key === timestamp) {
      frame.timestamp = numberIn(message, from, to)
      return frame.timestamp >= 0
    }
    if (key === sequenceNumber) {
      frame.sequence = numberIn(message, from, to)
      return frame.sequence > 0
    }
    if (key === chunk) return numberIn(message, from, to) > 0
    if (key === track) {
      const isInbound = equals(message, from, to, inbound)
      frame.track = isInbound ? 'inbound' : 'outbound'
      return isInbound || equals(message, from, to, outbound)
    }
    if (key === streamSidKey) return isText(message, from, to, streamSid)
    return key === event && equals(message, from, to, eventMedia)
  }

  /** Mostly a payload is as long as the one before. Where it only seems so, what is found is no base64. */
  const payloadEnd = (message: Uint8Array, from: number): number => {
    const likely = from + frame.payloadTo - frame.payloadFrom
    return likely > from && message[likely] === quote ? likely : quoteAfter(message, from)
  }

  const doubt = (): void => {
    frame.payloadTo = frame.payloadFrom
  }

  const scan = (message: Uint8Array, streamSid: string): boolean => {
    const end = message.length - 1
    if (message[0] !== open || message[end] !== close) return false
    let at = 1
    let found = 0
    let isInside = false
    while (at < end) {
      if (message[at] !== quote) return false
      const keyEnd = quoteAfter(message, at + 1)
      const key = candidate(message, at + 1, keyEnd)
      if (!equals(message, at + 1, keyEnd, key.name) || message[keyEnd + 1] !== colon) return false
      if ((found & key.bit) !== 0 || isInside !== key.isInside) return false
      found |= key.bit
      at = keyEnd + 2
      if (key === media) {
        if (message[at] !== open) return false
        isInside = true
        at += 1
        continue
      }
      if (message[at] !== quote) return false
      const valueEnd = key === payload ? payloadEnd(message, at + 1) : quoteAfter(message, at + 1)
      if (!take(message, key, at + 1, valueEnd, streamSid)) return false
      at = valueEnd + 1
      if (isInside && message[at] === close) {
        isInside = false
        at += 1
      }
      if (at === end) break
      if (message[at] !== comma) return false
      at += 1
      if (at === end) return false
    }
    return at === end && !isInside && found === allKeys
  }

  return {
    frame,
    read: (message, streamSid) => {
      const wasHinted = frame.payloadTo > frame.payloadFrom
      if (scan(message, streamSid)) return true
      if (!wasHinted) return false
      doubt()
      return scan(message, streamSid)
    },
    doubt,
  }
}

/** Where the next quotation mark stands; the length of the message when there is none. */
const quoteAfter = (message: Uint8Array, from: number): number => {
  let at = from
  while (at < message.length && message[at] !== quote) at += 1
  return at
}

const equals = (message: Uint8Array, from: number, to: number, text: Uint8Array): boolean => {
  if (to - from !== text.length) return false
  for (let i = 0; i < text.length; i++) {
    if (message[from + i] !== text[i]) return false
  }
  return true
}

/** As `equals`, for what is not worth bytes of its own in each of many streams. */
const isText = (message: Uint8Array, from: number, to: number, text: string): boolean => {
  if (to - from !== text.length) return false
  for (let i = 0; i < text.length; i++) {
    if (message[from + i] !== text.charCodeAt(i)) return false
  }
  return true
}

/** A number in decimal digits without leading zeros, below 10¹²; −1 for anything else. */
const numberIn = (message: Uint8Array, from: number, to: number): number => {
  const length = to - from
  if (length < 1 || length > 12 || (length > 1 && message[from] === zero)) return -1
  let value = 0
  for (let i = from; i < to; i++) {
    const digit = (message[i] as number) - zero
    if (digit < 0 || digit > 9) return -1
    value = value * 10 + digit
  }
  return value
}
