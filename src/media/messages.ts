import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'

/** A number in decimal digits; the carrier writes all numbers of its messages as text. */
const digits = Type.String({ pattern: '^(0|[1-9][0-9]{0,11})$' })
const counted = Type.String({ pattern: '^[1-9][0-9]{0,11}$' })
const sid = (prefix: string) => Type.String({ pattern: `^${prefix}[0-9a-fA-F]{32}$` })
const closed = { additionalProperties: false }

const streamSid = sid('MZ')
const sequenceNumber = counted

const start = Type.Object(
  {
    accountSid: sid('AC'),
    streamSid,
    callSid: sid('CA'),
    tracks: Type.Array(Type.Union([Type.Literal('inbound'), Type.Literal('outbound')]), {
      minItems: 1,
      maxItems: 2,
    }),
    mediaFormat: Type.Object(
      {
        encoding: Type.Literal('audio/x-mulaw'),
        sampleRate: Type.Literal(8000),
        channels: Type.Literal(1),
      },
      closed,
    ),
    customParameters: Type.Optional(
      Type.Record(Type.String({ maxLength: 500 }), Type.String({ maxLength: 500 })),
    ),
  },
  closed,
)

const track = Type.Union([Type.Literal('inbound'), Type.Literal('outbound')])

const schema = Type.Union([
  Type.Object(
    {
      event: Type.Literal('connected'),
      protocol: Type.String({ maxLength: 40 }),
      version: Type.String({ maxLength: 40 }),
    },
    closed,
  ),
  Type.Object({ event: Type.Literal('start'), sequenceNumber, streamSid, start }, closed),
  Type.Object(
    {
      event: Type.Literal('media'),
      sequenceNumber,
      streamSid,
      media: Type.Object(
        { track, chunk: counted, timestamp: digits, payload: Type.String({ minLength: 1 }) },
        closed,
      ),
    },
    closed,
  ),
  Type.Object(
    {
      event: Type.Literal('dtmf'),
      sequenceNumber,
      streamSid,
      dtmf: Type.Object(
        {
          track: Type.Literal('inbound_track'),
          digit: Type.String({ pattern: '^[0-9A-D*#]$' }),
          duration: Type.Optional(digits),
        },
        closed,
      ),
    },
    closed,
  ),
  Type.Object(
    {
      event: Type.Literal('mark'),
      sequenceNumber,
      streamSid,
      mark: Type.Object({ name: Type.String({ maxLength: 500 }) }, closed),
    },
    closed,
  ),
  Type.Object(
    {
      event: Type.Literal('stop'),
      sequenceNumber,
      streamSid,
      stop: Type.Object({ accountSid: sid('AC'), callSid: sid('CA') }, closed),
    },
    closed,
  ),
])

export type MediaMessage = Static<typeof schema>

const validator = Compile(schema)

/**
 * Reads any message of a stream, strictly: a member too many or too few is none. Null for everything else.
 *
 * @see https://www.twilio.com/docs/voice/media-streams/websocket-messages
 */
export const readMessage = (text: string): MediaMessage | null => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  return validator.Check(value) ? value : null
}

/** A media message in its usual shape, as the fast reader takes it. */
export const usualShape = (message: Extract<MediaMessage, { event: 'media' }>): Buffer =>
  Buffer.from(JSON.stringify(message), 'latin1')
