import type { FastifyPluginAsync } from 'fastify'
import { parseForm } from '../../twilio/form.ts'
import type { SignatureCheck } from '../../twilio/signature.ts'
import { errorBody } from '../http/errors.ts'
import { forgetRequest, releaseConnection } from '../http/upgraded.ts'
import { type MediaSocket, type MediaSocketPorts, mediaSocket } from './media-socket.ts'

export type MediaRoutesOptions = MediaSocketPorts & {
  /** Over the address with `wss:`, as the carrier signs the upgrade. */
  readonly isSigned: SignatureCheck
  /** Milliseconds of the process's clock. */
  readonly elapsed: () => number
}

const lookEveryMs = 1_000

const noForm = parseForm('')

/**
 * `GET /media`: the carrier's media streams, one WebSocket each. The upgrade is signed like every request; that
 * the stream is one we asked for its token proves.
 */
export const mediaRoutes: FastifyPluginAsync<MediaRoutesOptions> = async (app, options) => {
  const { isSigned, elapsed } = options
  const sockets = new Set<MediaSocket>()
  const looking = setInterval(() => {
    for (const socket of sockets) socket.look()
  }, lookEveryMs)
  looking.unref()
  app.addHook('preClose', async () => {
    clearInterval(looking)
    for (const socket of sockets) socket.shutDown()
  })

  app.route({
    method: 'GET',
    url: '/media',
    preValidation: async (request, reply) => {
      const signature = request.headers['x-twilio-signature']
      const given = typeof signature === 'string' ? signature : ''
      // The carrier may sign the address with a slash at its end.
      if (isSigned(given, request.url, noForm) || isSigned(given, `${request.url}/`, noForm)) return
      request.log.warn({ event: 'signature-refused', path: '/media' })
      return reply.code(403).send(errorBody('forbidden', 'Invalid signature'))
    },
    preHandler: releaseConnection,
    handler: (_request, reply) =>
      reply.code(426).send(errorBody('bad-request', 'This is a WebSocket')),
    wsHandler: (connection) => {
      forgetRequest(connection, app)
      const socket = mediaSocket(
        options,
        (code, reason) => {
          connection.close(code, reason)
        },
        elapsed,
      )
      sockets.add(socket)
      connection.on('message', socket.message)
      connection.on('close', () => {
        sockets.delete(socket)
        socket.closed()
      })
    },
  })
}
