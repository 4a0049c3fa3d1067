import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import type { ClientMessage } from './protocol.ts'

export type ReadMessage =
  | { readonly kind: 'message'; readonly message: ClientMessage }
  /** Of the protocol, but nothing that could be written. */
  | { readonly kind: 'invalid'; readonly id: string }

/** Most characters of a text. */
const mostCharacters = 4000

const uuid = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
})
const count = Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })

const object = <const T extends Parameters<typeof Type.Object>[0]>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })

const location = object({
  latitude: Type.Number({ minimum: -90, maximum: 90 }),
  longitude: Type.Number({ minimum: -180, maximum: 180 }),
  accuracyMetres: Type.Number({ minimum: 0, maximum: 20_000_000 }),
  isFollowed: Type.Boolean(),
})

const schema = Type.Union([
  object({
    type: Type.Literal('hello'),
    of: Type.Union([
      object({ channel: uuid }),
      object({ call: Type.String({ pattern: '^CA[0-9a-f]{32}$' }) }),
    ]),
    // What is no number that the server gave leads to the beginning, like one that is too old.
    after: Type.Unknown(),
  }),
  object({ type: Type.Literal('message'), id: uuid, text: Type.String() }),
  object({ type: Type.Literal('chat'), id: uuid, isOpen: Type.Boolean() }),
  object({ type: Type.Literal('ask-photo'), id: uuid }),
  object({ type: Type.Literal('mark'), delivered: count, seen: count }),
  object({ type: Type.Literal('location'), id: uuid, location: Type.Unknown() }),
])

/** Reads a message of a page; null for anything that the protocol does not know. */
export const readClientMessage = (json: string): ReadMessage | null => {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return null
  }
  if (!Value.Check(schema, value)) return null
  const message: Static<typeof schema> = value
  if (message.type === 'message') {
    const text = cleanText(message.text)
    return isSendable(text)
      ? { kind: 'message', message: { ...message, text } }
      : { kind: 'invalid', id: message.id }
  }
  if (message.type === 'location' && message.location !== null)
    return Value.Check(location, message.location)
      ? { kind: 'message', message: { ...message, location: message.location } }
      : { kind: 'invalid', id: message.id }
  return { kind: 'message', message: message as ClientMessage }
}

/**
 * Without control characters other than line breaks and without halves of characters, which the database
 * could not take. Marks of writing direction stay: they are part of some languages, and pages keep them
 * from leaving the message.
 */
const cleanText = (text: string): string =>
  text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\t', ' ')
    .replaceAll(/[^\n\P{Cc}]|[\uFFFE\uFFFF]/gu, '')
    .toWellFormed()

const isSendable = (text: string): boolean => {
  if (text.trim() === '' || text.length > 2 * mostCharacters) return false
  return text.length <= mostCharacters || [...text].length <= mostCharacters
}
