import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'

export type Grace = {
  /** Milliseconds that a download under way has once the server closes: it can go on elsewhere. */
  readonly downloadsMs?: number
  /** That any request has. Turns of calls are through long before. */
  readonly requestsMs?: number
}

/**
 * Bounds how long closing the server takes: somebody who listens to a recording, or reads nothing of it, would
 * hold it up until the end.
 */
export const endAnswers = (
  app: FastifyInstance,
  { downloadsMs = 3_000, requestsMs = 10_000 }: Grace = {},
): void => {
  const downloads = new Set<ServerResponse>()
  const timers: NodeJS.Timeout[] = []
  let isCut = false
  const cutDownloads = () => {
    isCut = true
    for (const answer of downloads) answer.destroy()
  }
  app.addHook('onSend', (_request, { raw }, payload, done) => {
    if (isStream(payload)) {
      downloads.add(raw)
      raw.once('close', () => downloads.delete(raw))
      if (isCut) raw.destroy()
    }
    done(null, payload)
  })
  app.addHook('preClose', async () => {
    timers.push(
      setTimeout(cutDownloads, downloadsMs),
      setTimeout(() => app.server.closeAllConnections(), requestsMs),
    )
    for (const timer of timers) timer.unref()
  })
  app.addHook('onClose', async () => {
    for (const timer of timers) clearTimeout(timer)
  })
}

const isStream = (payload: unknown): boolean =>
  typeof payload === 'object' && payload !== null && 'pipe' in payload
