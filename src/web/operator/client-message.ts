import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { ClientMessage } from './protocol.ts'

/** No control characters but line breaks and tabs, which PostgreSQL (NUL) could not take. */
const text = (maxLength: number) =>
  Type.String({ maxLength, pattern: String.raw`^(?:[\t\n\r]|[^\p{Cc}\p{Cs}\uFFFE\uFFFF])*$` })

const id = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
})
const login = Type.String({ pattern: '^[a-z0-9][a-z0-9._-]{1,39}$' })
const presence = Type.Enum(['available', 'break', 'offline'])
const closed = { additionalProperties: false } as const

const object = <const T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, closed)

const command = Type.Union([
  object({ type: Type.Literal('presence'), state: presence }),
  object({ type: Type.Literal('accept'), reservationId: id }),
  object({ type: Type.Literal('decline'), reservationId: id }),
  object({ type: Type.Literal('hold'), isHeld: Type.Boolean() }),
  object({ type: Type.Literal('mute'), isMuted: Type.Boolean() }),
  object({ type: Type.Literal('hang-up') }),
  object({
    type: Type.Literal('transfer'),
    kind: Type.Enum(['warm', 'blind']),
    to: Type.Union([
      object({ operator: login }),
      object({ queue: Type.String({ maxLength: 64, pattern: '^[A-Za-z0-9_-]+$' }) }),
    ]),
  }),
  object({ type: Type.Literal('transfer-complete') }),
  object({ type: Type.Literal('transfer-cancel') }),
  object({
    type: Type.Literal('wrap-up'),
    topic: text(100),
    result: text(100),
    note: text(4000),
  }),
  object({ type: Type.Literal('set-presence'), login, state: presence }),
  object({
    type: Type.Literal('supervise'),
    placeId: id,
    how: Type.Enum(['listen', 'whisper', 'barge', 'stop']),
  }),
])

const schema = Type.Union([
  object({
    type: Type.Literal('hello'),
    // What is no number that the server gave leads to a snapshot, like one that is too old.
    after: Type.Unknown(),
  }),
  object({ type: Type.Literal('look'), isLooking: Type.Boolean() }),
  object({
    type: Type.Literal('command'),
    id: Type.String({ pattern: '^[A-Za-z0-9_-]{8,64}$' }),
    command,
  }),
])

const message = Compile(schema)

/** Reads a message of a console; null for anything that the protocol does not know. */
export const readClientMessage = (json: string): ClientMessage | null => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return null
  }
  return message.Check(value) ? (value as Static<typeof schema> as ClientMessage) : null
}
