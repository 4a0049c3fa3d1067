import { createHash, timingSafeEqual } from 'node:crypto'
import type { onRequestAsyncHookHandler } from 'fastify'
import { errorBody } from './errors.ts'

/**
 * Lets only requests with the bearer token through. Digests of equal length are compared, so neither
 * content nor length of the token shows in the time; without a token nobody gets in.
 */
export const requireBearer = (token: string | null): onRequestAsyncHookHandler => {
  const expected = token === null ? null : digest(token)
  return async (request, reply) => {
    const given = /^Bearer ([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    if (expected === null || !timingSafeEqual(digest(given), expected)) {
      return reply.code(401).header('www-authenticate', 'Bearer').send(errorBody('unauthorized'))
    }
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
