import type { onRequestAsyncHookHandler, preHandlerAsyncHookHandler } from 'fastify'
import type { Actor, Role } from '../../operators/operator.ts'
import { isAtLeast, nameOf, roleOf } from '../../operators/permissions.ts'
import type { Journal, SessionStore } from '../../operators/ports.ts'
import { tokenHash } from '../../operators/sign-in.ts'
import { bearerCheck } from '../http/bearer.ts'
import { errorBody } from '../http/errors.ts'
import { isFromOwnPage } from '../http/same-origin.ts'
import { tokenOfCookies } from '../http/session-cookie.ts'

export type AccessPorts = {
  readonly adminToken: string | null
  readonly sessions: Pick<SessionStore, 'find'>
  readonly journal: Journal
  readonly publicUrl: () => string
}

/**
 * Lets in whoever has the administrator's token, or an operator's session with the role that the route
 * asks for (`config.least`; else a supervisor may read and an administrator change). What a session
 * changes has to come from a page of ours.
 */
export const requireAccess = (ports: AccessPorts): onRequestAsyncHookHandler => {
  const hasToken = bearerCheck(ports.adminToken)
  return async (request, reply) => {
    if (hasToken(request.headers.authorization)) {
      request.actor = { kind: 'token' }
      return
    }
    const { authorization, cookie } = request.headers
    const token = authorization ? null : tokenOfCookies(cookie, ports.publicUrl())
    const session = token === null ? null : await ports.sessions.find(tokenHash(token))
    if (session === null)
      return reply.code(401).header('www-authenticate', 'Bearer').send(errorBody('unauthorized'))
    const isReading = request.method === 'GET' || request.method === 'HEAD'
    const least = request.routeOptions.config.least ?? (isReading ? 'supervisor' : 'administrator')
    if (!isAtLeast(session.role, least)) return reply.code(403).send(errorBody('forbidden'))
    if (!isReading && !isFromOwnPage(request.headers, ports.publicUrl()))
      return reply.code(403).send(errorBody('forbidden'))
    request.actor = { kind: 'operator', ...session }
  }
}

/** Notes in the journal what is asked for with a session: nothing is told of what was not noted. */
export const noteAccess =
  (journal: Journal): preHandlerAsyncHookHandler =>
  async (request) => {
    const { actor } = request
    if (actor?.kind !== 'operator') return
    await journal.note({
      login: nameOf(actor),
      action: `${request.method} ${request.routeOptions.url ?? ''}`.slice(0, 200),
      subject: request.url.slice(0, 500),
      details: { role: roleOf(actor) },
    })
  }

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null before that is known. */
    actor: Actor | null
  }
  interface FastifyContextConfig {
    /** Least role of an operator who may use the route with a session. */
    least?: Role
  }
}
