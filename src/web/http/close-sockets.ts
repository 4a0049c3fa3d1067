import type { FastifyInstance } from 'fastify'

/** The server restarts: come back. */
const restart = 1012

/** A client that does not answer the closing is not waited for. */
const answerMs = 2_000

/** What `@fastify/websocket` does before the server closes: tells every client why, so that it comes back. */
export const closeSockets =
  (app: FastifyInstance, withinMs = answerMs) =>
  (done: () => void): void => {
    const { websocketServer } = app
    for (const client of websocketServer.clients) client.close(restart, 'restart')
    setTimeout(() => {
      for (const client of websocketServer.clients) client.terminate()
    }, withinMs).unref()
    websocketServer.close()
    done()
  }
