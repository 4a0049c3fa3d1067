import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { Adapters, AppOptions } from '../adapters.ts'
import type { ChannelSessions } from '../channel/session.ts'
import { photoRoutes } from '../web/channel/photo-routes.ts'
import { networkOf } from '../web/http/network-of.ts'

/** Requests a minute to channels from one address, behind which may be the telephones of a whole network. */
const channelRequestsPerMinute = 3_000

/** Channels, of callers or of operators: `/caller/channel/…`, `/operator/channel/…`. */
export const channelScope =
  (adapters: Adapters, { publicUrl }: AppOptions, sessions: ChannelSessions) =>
  async (app: FastifyInstance): Promise<void> => {
    await app.register(rateLimit, {
      max: channelRequestsPerMinute,
      timeWindow: '1 minute',
      keyGenerator: ({ ip }) => networkOf(ip),
    })
    const { onShown, socket } = adapters.channels
    await app.register(socket(sessions, publicUrl))
    await app.register(photoRoutes, { ...adapters.photos, sessions, publicUrl, onShown })
  }
