import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance, preHandlerHookHandler } from 'fastify'
import { endFaultySocket } from './socket-faults.ts'

/**
 * The last hook of a route that upgrades: the connection is no longer that of an answer. Else it would hold answer
 * and request, with all headers, for as long as the WebSocket is open, hours of a console or minutes of a call.
 */
export const releaseConnection: preHandlerHookHandler = (request, reply, done) => {
  if (request.ws) reply.raw.detachSocket(request.raw.socket)
  done()
}

/** First thing in a handler of WebSockets: faults of this one are heard without its request. */
export const forgetRequest = (socket: WebSocket, app: Pick<FastifyInstance, 'log'>): void => {
  socket.removeAllListeners('error')
  socket.on('error', (fault) => endFaultySocket(fault, socket, app))
}
