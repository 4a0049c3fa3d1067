import { Socket } from 'node:net'
import swagger from '@fastify/swagger'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Adapters, AppOptions } from './adapters.ts'
import { callQueue } from './calls/call-queue.ts'
import { recordedWords } from './calls/recorded-words.ts'
import { carrierPrefix } from './demo.ts'
import { apiScope } from './live/api.ts'
import { builtInMusic } from './live/bridge.ts'
import { callerScope } from './live/callers.ts'
import { audioAddress, callPorts, tracing } from './live/calls.ts'
import { channelScope } from './live/channel-scope.ts'
import { callerSessions, operatorSessions } from './live/channels.ts'
import { consoleScope } from './live/consoles.ts'
import { servedFlows } from './live/flows.ts'
import { pagesScope } from './live/pages.ts'
import { registerMetrics } from './metrics/register.ts'
import { restApi } from './simulator/rest.ts'
import { signatureCheck } from './twilio/signature.ts'
import { socketOrigin } from './twilio/stream.ts'
import { healthRoutes } from './web/health/health-routes.ts'
import { closeSockets } from './web/http/close-sockets.ts'
import { endAnswers } from './web/http/end-answers.ts'
import { replyNotFound, replyWithError } from './web/http/errors.ts'
import { endFaultySocket } from './web/http/socket-faults.ts'
import { mediaRoutes } from './web/media/media-routes.ts'
import { audioRoutes } from './web/voice/audio-routes.ts'
import { voiceRoutes } from './web/voice/voice-routes.ts'

/** How long a request may take to arrive: longer than the 5 s that the carrier is told to wait. */
const requestTimeoutMs = 10_000

/** How long the answer to it may take: a machine that is busy checks a folder of flows for a while. */
const answerTimeoutMs = 60_000

/** Of the sockets of consoles and telephones: small messages in few pieces, not compressed. */
const socketLimits = {
  maxPayload: 16 * 1024,
  maxFragments: 16,
  maxBufferedChunks: 256,
  perMessageDeflate: false,
}

/**
 * Puts the server together: every edge in a scope of its own, with its own authentication, limits and
 * shape of errors. It listens to nothing yet.
 */
export const buildApp = async (
  adapters: Adapters,
  options: AppOptions,
): Promise<FastifyInstance> => {
  const app = Fastify({
    loggerInstance: adapters.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    // Entries name their call; a logger of its own for every request would only cost time.
    childLoggerFactory: (logger) => logger,
    // Behind a proxy that is not known all callers would share the limits of one address.
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: requestTimeoutMs,
    keepAliveTimeout: 75_000,
    bodyLimit: 64 * 1024,
    frameworkErrors: replyWithError(adapters.isOutage),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  })
  const metrics = registerMetrics(adapters)
  app.removeContentTypeParser('text/plain')
  app.addHook('preHandler', ({ raw: { socket } }, _reply, done) => {
    // What is asked without a wire has a socket without one.
    if (socket instanceof Socket) socket.setTimeout(answerTimeoutMs)
    done()
  })
  endAnswers(app)
  app.setErrorHandler(replyWithError(adapters.isOutage))
  app.setNotFoundHandler(replyNotFound)

  await app.register(websocket, {
    options: socketLimits,
    errorHandler: endFaultySocket,
    preClose: closeSockets(app),
  })
  await app.register(swagger, { openapi: openapiInfo, hideUntagged: true })
  const calls = { ...callPorts(adapters, options), ...tracing(adapters.logger, options.demo) }
  const music = builtInMusic()
  const audioUrl = audioAddress(options)
  await app.register(voiceRoutes, {
    prefix: '/voice',
    calls,
    waiting: {
      waiting: { ...adapters.bridge.ports, calls },
      addresses: {
        audioUrl,
        waitUrl: (place, round) => `/voice/wait/${place}/${round}`,
        musicUrl: () => audioUrl(music.hash),
      },
    },
    callbacks: { ports: adapters.callbacks.dial, legOf: adapters.callbacks.legOf },
    messages: adapters.callers.messages,
    queue: callQueue(),
    isSigned: signatureCheck(options.publicUrl, options.authTokens),
    onStreamOver: adapters.media.onStreamNews,
    onCallOver: adapters.media.onCallOver,
    onAnswer: metrics.webhook,
  })
  await app.register(mediaRoutes, {
    ...adapters.media.socket,
    isSigned: signatureCheck(() => socketOrigin(options.publicUrl()), options.authTokens),
    elapsed: () => performance.now(),
  })
  await app.register(audioRoutes, {
    recording: async (hash) => (hash === music.hash ? music.bytes : adapters.recording(hash)),
    words: (hash) => recordedWords(adapters.flows.current().audio, hash),
  })
  await app.register(healthRoutes, {
    obstacles: adapters.obstacles,
    flows: () => servedFlows(adapters.flowControl),
    metrics: metrics.registry,
  })
  await app.register(apiScope(adapters, options), { prefix: '/api' })
  await app.register(
    consoleScope({
      ...adapters,
      ...options,
      ports: adapters.consoles,
    }),
    { prefix: '/operator' },
  )
  await app.register(
    callerScope({
      ...adapters,
      publicUrl: options.publicUrl,
      onCallHint: adapters.queues.hints.onHint,
      onChannelHint: adapters.channels.hints.onHint,
    }),
    { prefix: '/caller' },
  )
  const participants = [
    ['/caller/channel', callerSessions(adapters.callers.sessions, options.publicUrl)],
    ['/operator/channel', operatorSessions(adapters.consoles.sessions, options.publicUrl)],
  ] as const
  for (const [prefix, sessions] of participants)
    await app.register(channelScope(adapters, options, sessions), { prefix })
  if (options.demo !== null)
    await app.register(restApi, { prefix: carrierPrefix, carrier: options.demo.carrier })
  app.get('/openapi.json', () => app.swagger())
  await app.register(pagesScope(adapters, options))
  return app
}

const openapiInfo = {
  openapi: '3.1.0',
  info: {
    title: 'hotline',
    version: '1',
    description:
      'Call log, recordings, channels, cases, callbacks, queues, operators, flows and notices of a public-services hotline.',
  },
  components: {
    securitySchemes: {
      bearer: { type: 'http' as const, scheme: 'bearer' },
      session: { type: 'apiKey' as const, in: 'cookie' as const, name: 'hotline' },
    },
  },
  security: [{ bearer: [] }, { session: [] }],
}
