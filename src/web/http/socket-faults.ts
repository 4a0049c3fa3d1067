import type { WebSocket } from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'

/** Of frames that are none, and of connections that break: not ours to mend, and anybody can make them. */
const othersFault = /^(WS_ERR_|ECONNRESET$|EPIPE$)/

/** What `@fastify/websocket` does with a fault of a socket: whatever it is, this socket is over. */
export const endFaultySocket = (
  fault: Error,
  socket: WebSocket,
  { log }: Pick<FastifyInstance, 'log'>,
): void => {
  const { code = '' } = fault as { code?: string }
  if (othersFault.test(code)) log.debug({ event: 'socket-broken', code })
  else log.error({ event: 'socket-failed', err: fault })
  socket.terminate()
}
