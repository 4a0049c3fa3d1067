import type { FastifyPluginAsync } from 'fastify'
import type { Words } from '../../prompts/recordings.ts'

export type AudioOptions = {
  /** Bytes of a recorded prompt by content hash; null when there is no such recording. */
  readonly recording: (hash: string) => Promise<Uint8Array | null>
  /** What a recording says, as far as it is known. */
  readonly words: (hash: string) => Words | null
}

/**
 * Recorded prompts for `<Play>`. The carrier fetches them unsigned and without parameters; the name
 * is the hash of the content, so an answer never changes and may be kept for ever. `Content-Language` and
 * `X-Words` (percent-encoded UTF-8) tell a telephone with a screen what it plays.
 */
export const audioRoutes: FastifyPluginAsync<AudioOptions> = async (app, { recording, words }) => {
  app.get<{ Params: { file: string } }>('/audio/:file', async (request, reply) => {
    const hash = /^([0-9a-f]{64})\.wav$/.exec(request.params.file)?.[1]
    const bytes = hash === undefined ? null : await recording(hash)
    if (bytes === null) return reply.code(404).send()
    const said = words(hash ?? '')
    if (said !== null)
      reply.headers({ 'content-language': said.language, 'x-words': encodeURIComponent(said.text) })
    return reply
      .type('audio/wav')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(bytes)
  })
}
