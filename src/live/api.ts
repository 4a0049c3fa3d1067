import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import type { Adapters, AppOptions } from '../adapters.ts'
import { stopCallback } from '../callbacks/cancel-callback.ts'
import { isText } from '../flow-files/read-flow-folder.ts'
import { noteAccess, requireAccess } from '../web/api/access.ts'
import { callRoutes } from '../web/api/call-routes.ts'
import { callbackRoutes } from '../web/api/callback-routes.ts'
import { caseRoutes } from '../web/api/case-routes.ts'
import { channelRoutes } from '../web/api/channel-routes.ts'
import { flowRoutes } from '../web/api/flow-routes.ts'
import { noticeRoutes } from '../web/api/notice-routes.ts'
import { operatorRoutes } from '../web/api/operator-routes.ts'
import { queueRoutes } from '../web/api/queue-routes.ts'
import { recordingRoutes } from '../web/api/recording-routes.ts'
import { networkOf } from '../web/http/network-of.ts'
import { casePorts } from './cases.ts'
import { noticePorts } from './notices.ts'

/** Requests a minute to `/api` from one address. */
const apiRequestsPerMinute = 600

/** The scope of `/api/…`. */
export const apiScope =
  (adapters: Adapters, options: AppOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const { flows, callbacks, callLog } = adapters
    await app.register(rateLimit, {
      global: false,
      max: apiRequestsPerMinute,
      timeWindow: '1 minute',
      keyGenerator: ({ ip }) => networkOf(ip),
    })
    app.addHook('onRequest', async (_request, reply) => {
      // Of people, most of it: for the eyes of who asked, not for the disk of their browser.
      void reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    })
    // Before a body is read; guesses at the token are counted too.
    app.addHook('onRequest', app.rateLimit())
    app.decorateRequest('actor', null)
    const { sessions, journal } = adapters.consoles
    app.addHook('onRequest', requireAccess({ ...options, sessions, journal }))
    app.addHook('preHandler', noteAccess(journal))
    const timeZone = () => flows.current().timezone
    await app.register(callRoutes, { callLog, timeZone })
    await app.register(channelRoutes, {
      channels: adapters.channels.staffReads,
      photo: adapters.photos.ofChannel,
      timeZone,
    })
    await app.register(recordingRoutes, { ...adapters.recordings, timeZone })
    await app.register(caseRoutes, { ports: casePorts(adapters), timeZone })
    await app.register(callbackRoutes, {
      callbacks: callbacks.list,
      cancel: (id) => stopCallback(callbacks.stop, callbacks.dial.carrier, id),
      timeZone,
    })
    await app.register(flowRoutes, {
      ...adapters.flowControl,
      clock: adapters.clock,
      isText,
      timeZone,
    })
    await app.register(noticeRoutes, { ports: noticePorts(adapters), timeZone })
    const { hint } = adapters.queues.hints
    await app.register(queueRoutes, { queues: adapters.queues.figures, timeZone })
    await app.register(operatorRoutes, { ...adapters.consoles, hint, timeZone })
  }
