import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AppSession } from '../../callers/caller.ts'
import { errorBody } from '../http/errors.ts'
import { surplusCode } from '../http/pages-of-session.ts'
import { isSameOrigin, wrongOrigin } from '../http/same-origin.ts'
import { signedOut } from './answers.ts'
import type { CallerHub } from './caller-hub.ts'

/** Why the server closes a page's socket: codes of the protocol, those of the console. */
export const closeCodes = {
  /** Signed out, expired, removed: sign in again. */
  sessionOver: 4401,
  /** Pages say nothing here. */
  policy: 1008,
  /** The server restarts: come back. */
  restart: 1012,
} as const

/** Unsent bytes beyond which a reader is too slow to be kept. */
const maxUnsentBytes = 256 * 1024

export type SocketRouteOptions = {
  readonly publicUrl: () => string
  readonly sessionOf: (request: FastifyRequest) => Promise<AppSession | null>
  readonly hub: CallerHub
}

/** `/caller/socket`: the server tells, the page listens. */
export const socketRoute = (
  app: FastifyInstance,
  { publicUrl, sessionOf, hub }: SocketRouteOptions,
): void => {
  app.decorateRequest('appSession', null)
  app.route({
    method: 'GET',
    url: '/socket',
    preValidation: async (request, reply) => {
      if (!isSameOrigin(request.headers.origin, publicUrl())) {
        await reply.code(403).send(wrongOrigin)
        return
      }
      request.appSession = await sessionOf(request)
      if (request.appSession === null) await reply.code(401).send(signedOut)
    },
    handler: (_request, reply) =>
      reply.code(426).send(errorBody('bad-request', 'This is a WebSocket')),
    wsHandler: (socket, request) => {
      if (request.appSession === null) return socket.terminate()
      serve(socket, request.appSession, hub)
    },
  })
}

const serve = (socket: WebSocket, session: AppSession, hub: CallerHub): void => {
  let unanswered = 0
  const close = (code: number, reason: string): void => {
    socket.close(code, reason)
    // A client that does not answer the closing is not waited for.
    setTimeout(() => socket.terminate(), 2_000).unref()
  }
  const leave = hub.join(session, {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return
      if (socket.bufferedAmount > maxUnsentBytes) socket.terminate()
      else socket.send(JSON.stringify(message))
    },
    sessionOver: () => close(closeCodes.sessionOver, 'session over'),
    restart: () => close(closeCodes.restart, 'restart'),
    surplus: () => close(surplusCode, 'too many pages'),
    ping: () => {
      if (unanswered >= 2) return socket.terminate()
      unanswered += 1
      socket.ping()
    },
  })
  socket.on('message', () => {
    if (socket.readyState === socket.OPEN) close(closeCodes.policy, 'nothing is said here')
  })
  socket.on('pong', () => {
    unanswered = 0
  })
  socket.on('close', leave)
  socket.on('error', leave)
}

declare module 'fastify' {
  interface FastifyRequest {
    appSession: AppSession | null
  }
}
