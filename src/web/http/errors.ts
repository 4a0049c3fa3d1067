import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

/** Every code that `/api` answers with, and what it means; documented in `docs/errors.md`. */
export const errorCodes = {
  'bad-request': 'The request is not of the form that the description asks for',
  unauthorized: 'The bearer token is missing or wrong',
  forbidden:
    'The request is not signed, comes from a place that may not ask, or from somebody who may not do this',
  'not-found': 'There is no such thing',
  conflict: 'The thing is not in a state that allows this',
  'too-large': 'The body is larger than the route takes',
  'flows-refused': 'The flows have errors, each told in `findings`; nothing has changed',
  'unsupported-media-type': 'The body is of a type that the route does not take',
  'too-many-requests': 'Wait as long as Retry-After says',
  unavailable: 'The server cannot do this now; the same request may succeed later',
  internal: 'A fault of the server; its log tells more',
} as const

export type ErrorCode = keyof typeof errorCodes

export const errorBody = (code: ErrorCode, message: string = errorCodes[code]) => ({
  error: { code, message },
})

/** Which status has which code; a status that has none is answered as 400 or 500. */
export const codeByStatus: ReadonlyMap<number, ErrorCode> = new Map([
  [400, 'bad-request'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [409, 'conflict'],
  [413, 'too-large'],
  [415, 'unsupported-media-type'],
  [422, 'flows-refused'],
  [429, 'too-many-requests'],
  [500, 'internal'],
  [503, 'unavailable'],
])

/** A refusal that the error handler turns into 400 with this message. */
export const badRequest = (message: string): Error =>
  Object.assign(new Error(message), { statusCode: 400 })

/** When a client may try again after an outage of the database. */
const retryAfterSeconds = 2

/**
 * The error handler of JSON routes: 4xx with the reason, 5xx without one and in the log. A fault that
 * `isOutage` knows is 503, and goes by itself.
 */
export const replyWithError =
  (isOutage: (error: unknown) => boolean) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const status = isOutage(error) ? 503 : (error.statusCode ?? 500)
    if (status >= 500) request.log.error({ event: 'request-failed', err: error })
    if (status === 503) void reply.header('retry-after', retryAfterSeconds)
    const answered = codeByStatus.has(status) ? status : status >= 500 ? 500 : 400
    const code = codeByStatus.get(answered) ?? 'internal'
    const body = answered >= 500 ? errorBody(code) : errorBody(code, error.message)
    void reply.code(answered).send(body)
  }

export const replyNotFound = (_request: FastifyRequest, reply: FastifyReply): void => {
  void reply.code(404).send(errorBody('not-found'))
}
