import type { FastifyInstance } from 'fastify'

/** The server restarts: come back. */
const restart = 1012

/** What `@fastify/websocket` does before the server closes: tells every client why, so that it comes back. */
export const closeSockets =
  (app: FastifyInstance) =>
  (done: () => void): void => {
    const { websocketServer } = app
    for (const client of websocketServer.clients) client.close(restart, 'restart')
    websocketServer.close()
    done()
  }
