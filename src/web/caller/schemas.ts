import { Type } from 'typebox'
import { callerLanguages } from '../../callers/caller.ts'

const closed = { additionalProperties: false } as const

/** No control characters, and none that turn the direction of what stands beside them. */
const name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: String.raw`^(?=.*\S)[^\p{Cc}\p{Cs}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]*$`,
})
const phone = Type.String({ minLength: 1, maxLength: 32 })
const language = Type.Enum([...callerLanguages])
const code = Type.String({ minLength: 1, maxLength: 16 })
const token = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' })

export const codeRequest = Type.Object(
  { phone, by: Type.Enum(['sms', 'call']), language: Type.Optional(language) },
  closed,
)
export const signInBody = Type.Object({ phone, code, language: Type.Optional(language) }, closed)
export const guestSignIn = Type.Object({ token }, closed)
export const settings = Type.Partial(
  Type.Object({
    name: Type.Union([name, Type.Null()]),
    language,
    isProfileShown: Type.Boolean(),
    isChatShared: Type.Boolean(),
  }),
  closed,
)
const personSettingsShape = {
  isToldOfCalls: Type.Boolean(),
  isToldPlace: Type.Boolean(),
  mayRead: Type.Boolean(),
  mayWrite: Type.Boolean(),
}
export const personSettings = Type.Partial(Type.Object(personSettingsShape), closed)
export const personRequest = Type.Object({ phone, name, ...personSettingsShape }, closed)
export const confirmation = Type.Object({ code }, closed)
export const refusal = Type.Object(
  { token: Type.Optional(token), isForAll: Type.Optional(Type.Boolean()) },
  closed,
)
export const personParams = Type.Object({
  id: Type.String({
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  }),
})
export const callsQuery = Type.Object(
  { cursor: Type.Optional(Type.String({ maxLength: 200 })) },
  closed,
)
