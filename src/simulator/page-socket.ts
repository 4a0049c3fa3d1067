import websocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import { allowed } from './page-origin.ts'

const maxMessageBytes = 4096

/** What a page says: fields that nobody has looked at yet. */
export type Saying = Readonly<Record<string, unknown>>

/** The JSON object that a message is; null when it is none. */
export const sayingOf = (message: string): Saying | null => {
  try {
    const value: unknown = JSON.parse(message)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Saying) : null
  } catch {
    return null
  }
}

export type PageSocketOptions = {
  readonly url: string
  /** `PUBLIC_URL`: the only origin whose pages may open it. */
  readonly publicOrigin: () => string
  /** @returns what is to be done with each message */
  readonly serve: (socket: WebSocket) => (message: string) => void
}

/**
 * A WebSocket for pages of ours and for programs of this machine, with short messages of text. Registers
 * `@fastify/websocket` unless the application has it.
 */
export const addPageSocket = async (
  app: FastifyInstance,
  { url, publicOrigin, serve }: PageSocketOptions,
): Promise<void> => {
  if (!app.hasDecorator('websocketServer')) {
    await app.register(websocket, { options: { maxPayload: maxMessageBytes } })
  }
  app.route({
    method: 'GET',
    url,
    preValidation: async (request, reply) => {
      if (!allowed(request, publicOrigin())) {
        await reply.code(403).send({ error: { code: 'origin', message: 'Wrong origin' } })
      }
    },
    handler: (_request, reply) =>
      reply.code(426).send({ error: { code: 'upgrade', message: 'This is a WebSocket' } }),
    wsHandler: (socket) => {
      const hear = serve(socket)
      socket.on('message', (data: Buffer, binary: boolean) => {
        if (binary || data.length > maxMessageBytes) socket.close(1009, 'message too large')
        else hear(data.toString('utf8'))
      })
    },
  })
}
