import type { FastifyReply } from 'fastify'

const own = (code: string, message: string) => ({ error: { code, message } })

export const tooMany = (reply: FastifyReply, retryAfterSeconds: number) =>
  reply
    .code(429)
    .header('retry-after', retryAfterSeconds)
    .send(own('too-many', 'Wait as long as Retry-After says'))

export const refusals = {
  'wrong-code': own('wrong-code', 'The code is wrong, used or no longer valid'),
  'link-over': own('link-over', 'The link is no longer valid'),
} as const

export const signedOut = own('signed-out', 'Sign in first')

/** Which numbers are written to follows from the number alone: it tells nothing of anybody. */
export const notServed = own(
  'number-not-served',
  'Messages go to mobile and landline numbers of Russia only',
)

export const conflicts = {
  own: own('own-number', 'This is your own number'),
  known: own('already-invited', 'This person is in the list'),
  full: own('too-many-people', 'The list is full'),
  refused: own('refused', 'This person does not want to be asked'),
} as const
