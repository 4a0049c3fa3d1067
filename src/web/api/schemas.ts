import { type TSchema, Type } from 'typebox'
import { type ErrorCode, errorCodes } from '../http/errors.ts'

/**
 * One line of text: no control characters, which PostgreSQL (NUL) or a voice could not take, and no
 * half of a surrogate pair.
 */
export const line = (maxLength: number, description: string) =>
  Type.String({
    maxLength,
    pattern: String.raw`^[^\p{Cc}\p{Cs}\uFFFE\uFFFF]*$`,
    description,
  })

/** One line that is not empty or blank. */
export const filledLine = (maxLength: number, description: string) =>
  Type.String({
    maxLength,
    pattern: String.raw`^(?=\s*\S)[^\p{Cc}\p{Cs}\uFFFE\uFFFF]*$`,
    description,
  })

/** As `line`, with line breaks and tabs. */
export const lines = (maxLength: number, description: string) =>
  Type.String({
    maxLength,
    pattern: String.raw`^(?:[\t\n\r]|[^\p{Cc}\p{Cs}\uFFFE\uFFFF])*$`,
    description,
  })

export const orNull = <T extends TSchema>(type: T) => Type.Union([type, Type.Null()])

/** One of these; typed as any of them on the way out. */
export const oneOf = <T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>(Type.String({ enum: [...values] }))

const example = '2026-11-21T22:03:07.123+03:00'

/** ISO 8601 with milliseconds and the offset of the lines' zone. */
export const time = Type.String({ format: 'date-time', examples: [example] })

const errorSchema = (code: ErrorCode) =>
  Type.Object(
    { error: Type.Object({ code: Type.String(), message: Type.String() }) },
    { description: errorCodes[code] },
  )

/** What any route of the API may answer beside what it is asked for. */
export const refusals = {
  400: errorSchema('bad-request'),
  401: errorSchema('unauthorized'),
  403: errorSchema('forbidden'),
  429: errorSchema('too-many-requests'),
  500: errorSchema('internal'),
  503: errorSchema('unavailable'),
}

/** For routes about one thing. */
export const notFound = { 404: errorSchema('not-found') }

/** For routes that depend on the state of a thing. */
export const conflict = { 409: errorSchema('conflict') }

/** For routes that take a body. */
export const bodyRefusals = {
  413: errorSchema('too-large'),
  415: errorSchema('unsupported-media-type'),
}

/** For routes that take no parameters. */
export const noQuery = Type.Object({}, { additionalProperties: false })
