import type { FastifyPluginAsync } from 'fastify'

export type AudioOptions = {
  /** Bytes of a recorded prompt by content hash; null when there is no such recording. */
  readonly recording: (hash: string) => Promise<Uint8Array | null>
}

/**
 * Recorded prompts for `<Play>`. The carrier fetches them unsigned and without parameters; the name
 * is the hash of the content, so an answer never changes and may be kept for ever.
 */
export const audioRoutes: FastifyPluginAsync<AudioOptions> = async (app, { recording }) => {
  app.get<{ Params: { file: string } }>('/audio/:file', async (request, reply) => {
    const hash = /^([0-9a-f]{64})\.wav$/.exec(request.params.file)?.[1]
    const bytes = hash === undefined ? null : await recording(hash)
    if (bytes === null) return reply.code(404).send()
    return reply
      .type('audio/wav')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(bytes)
  })
}
