import type { FastifyPluginAsync } from 'fastify'
import type { ChannelSession, ChannelSessions } from '../../channel/session.ts'
import { errorBody } from '../http/errors.ts'
import { giveWay } from '../http/pages-of-session.ts'
import { isSameOrigin, wrongOrigin } from '../http/same-origin.ts'
import { forgetRequest, releaseConnection } from '../http/upgraded.ts'
import {
  type ChannelSocket,
  type ChannelSocketPorts,
  closeCodes,
  serveChannel,
} from './channel-socket.ts'
import { createLiveness } from './liveness.ts'

export type ChannelRoutesOptions = Omit<ChannelSocketPorts, 'isAlive' | 'elapsed'> & {
  readonly sessions: ChannelSessions
  readonly publicUrl: () => string
  /** Told how many sockets there are, whenever that changes. */
  readonly onSockets: (change: 1 | -1) => void
}

const pingMs = 15_000

/** How often it is looked whether sessions still are. */
const sessionsMs = 2_000

/** The socket of channels, for one kind of sessions: `/socket` below the prefix. */
export const channelRoutes: FastifyPluginAsync<ChannelRoutesOptions> = async (app, options) => {
  const { sessions, publicUrl } = options
  const elapsed = () => performance.now()
  const sockets = new Set<ChannelSocket>()
  const liveness = createLiveness(sessions.alive, elapsed)

  const closeEnded = async (): Promise<void> => {
    const open = [...sockets]
    if (open.length === 0) return
    const alive = await liveness.check(open.map(({ sessionId }) => sessionId))
    for (const socket of open) {
      if (!alive.has(socket.sessionId)) socket.close(closeCodes.sessionOver, 'session over')
    }
  }
  const polls = [
    setInterval(() => void closeEnded().catch(options.onFault), sessionsMs),
    setInterval(() => {
      for (const socket of sockets) socket.ping()
    }, pingMs),
  ]
  for (const poll of polls) poll.unref()
  app.addHook('preClose', async () => {
    for (const poll of polls) clearInterval(poll)
    for (const socket of sockets) socket.close(closeCodes.restart, 'restart')
  })

  app.decorateRequest('channelSession', null)
  app.route({
    method: 'GET',
    url: '/socket',
    preValidation: async (request, reply) => {
      if (!isSameOrigin(request.headers.origin, publicUrl()))
        return reply.code(403).send(wrongOrigin)
      request.channelSession = await sessions.find(request.headers.cookie)
      if (request.channelSession === null)
        return reply.code(401).send(errorBody('unauthorized', 'Sign in first'))
    },
    preHandler: releaseConnection,
    handler: (_request, reply) =>
      reply.code(426).send(errorBody('bad-request', 'This is a WebSocket')),
    wsHandler: (webSocket, request) => {
      forgetRequest(webSocket, app)
      const session = request.channelSession
      if (session === null) return webSocket.terminate()
      const socket = serveChannel(
        { ...options, isAlive: liveness.isAlive, elapsed },
        session,
        webSocket,
      )
      giveWay(sockets, session.sessionId)
      sockets.add(socket)
      options.onSockets(1)
      webSocket.on('close', () => {
        sockets.delete(socket)
        options.onSockets(-1)
      })
    },
  })
}

declare module 'fastify' {
  interface FastifyRequest {
    channelSession: ChannelSession | null
  }
}
