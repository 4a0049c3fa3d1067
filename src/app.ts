import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { stopCallback } from './callbacks/cancel-callback.ts'
import type { CallLog } from './calls/call-log.ts'
import { callQueue } from './calls/call-queue.ts'
import type { CallPorts } from './calls/commit-turn.ts'
import { liveCalls } from './calls/live-calls.ts'
import { noticeState } from './calls/notice.ts'
import type { NoticeBoard, NoticePorts, NoticeStore } from './calls/notices.ts'
import type { Outside } from './calls/outside.ts'
import type { CallStore, Clock, Flows } from './calls/ports.ts'
import { recordedWords } from './calls/recorded-words.ts'
import { createTracer } from './calls/trace/tracer.ts'
import type { CasePorts } from './cases/create-case.ts'
import type { CaseStore } from './cases/ports.ts'
import type { ChannelSessions } from './channel/session.ts'
import { isText } from './flow-files/read-flow-folder.ts'
import { builtInMusic, type LiveBridge } from './live/bridge.ts'
import type { LiveCallbacks } from './live/callbacks.ts'
import { callerScope, type LiveCallers } from './live/callers.ts'
import { callerSessions, type LiveChannels, operatorSessions } from './live/channels.ts'
import { type ConsolePorts, consoleScope } from './live/consoles.ts'
import type { FlowControl } from './live/flows.ts'
import type { LiveMedia } from './live/media.ts'
import type { LivePhotos } from './live/photos.ts'
import type { LiveQueues } from './live/queues.ts'
import type { LiveRecordings } from './live/recordings.ts'
import type { Logger } from './logging.ts'
import { registerCallbackMetrics } from './metrics/callback.ts'
import { registerCallerMetrics } from './metrics/caller.ts'
import { registerChannelMetrics } from './metrics/channel.ts'
import { registerMediaMetrics } from './metrics/media.ts'
import { registerQueueMetrics } from './metrics/queue.ts'
import { createMetrics } from './metrics/registry.ts'
import { alwaysOpen, type Schedule } from './schedules/schedule.ts'
import type { Carrier } from './simulator/carrier.ts'
import { control } from './simulator/control.ts'
import { phone } from './simulator/phone.ts'
import type { PhoneExample } from './simulator/phone-protocol.ts'
import { recordingMedia } from './simulator/recording-media.ts'
import { restApi } from './simulator/rest.ts'
import { softphone } from './simulator/softphone.ts'
import { identityInClaim } from './simulator/softphone-token.ts'
import { refuseUnknownLine } from './twilio/apology.ts'
import { rememberSteps } from './twilio/remembered.ts'
import { signatureCheck } from './twilio/signature.ts'
import { socketOrigin, streamAddresses } from './twilio/stream.ts'
import { renderStep } from './twilio/twiml.ts'
import { hasVoice } from './twilio/voices.ts'
import { noteAccess, requireAccess } from './web/api/access.ts'
import { callRoutes } from './web/api/call-routes.ts'
import { callbackRoutes } from './web/api/callback-routes.ts'
import { caseRoutes } from './web/api/case-routes.ts'
import { channelRoutes } from './web/api/channel-routes.ts'
import { flowRoutes } from './web/api/flow-routes.ts'
import { noticeRoutes } from './web/api/notice-routes.ts'
import { operatorRoutes } from './web/api/operator-routes.ts'
import { queueRoutes } from './web/api/queue-routes.ts'
import { recordingRoutes } from './web/api/recording-routes.ts'
import { photoRoutes } from './web/channel/photo-routes.ts'
import { healthRoutes } from './web/health/health-routes.ts'
import { closeSockets } from './web/http/close-sockets.ts'
import { replyNotFound, replyWithError } from './web/http/errors.ts'
import { networkOf } from './web/http/network-of.ts'
import { endFaultySocket } from './web/http/socket-faults.ts'
import { mediaRoutes } from './web/media/media-routes.ts'
import type { SoftphoneToken } from './web/operator/operator-routes.ts'
import { pageRoutes } from './web/pages/page-routes.ts'
import { audioRoutes } from './web/voice/audio-routes.ts'
import { voiceRoutes } from './web/voice/voice-routes.ts'

/** What the edges stand on; `server.ts` makes these, tests some of them. */
export type Adapters = {
  readonly logger: Logger
  readonly clock: Clock
  readonly flows: Flows
  readonly callStore: CallStore
  readonly callLog: CallLog
  readonly cases: CaseStore
  readonly callbacks: LiveCallbacks
  readonly callers: LiveCallers
  readonly channels: LiveChannels
  readonly flowControl: FlowControl
  readonly notices: { readonly store: NoticeStore; readonly board: NoticeBoard }
  readonly queues: LiveQueues
  readonly bridge: LiveBridge
  readonly consoles: ConsolePorts
  readonly media: LiveMedia
  readonly recordings: LiveRecordings
  readonly photos: LivePhotos
  /** Absent: documents can fetch nothing. */
  readonly outside?: Outside
  readonly recording: (hash: string) => Promise<Uint8Array | null>
  /** What keeps the server from serving calls now; empty = nothing. */
  readonly obstacles: () => Promise<readonly string[]>
  /** Whether a fault is the database being away: the same request may succeed later. */
  readonly isOutage: (error: unknown) => boolean
}

export type AppOptions = {
  /** Origin that the carrier signs, without a trailing slash. Asked at each request: with port 0 it is known only after listening. */
  readonly publicUrl: () => string
  /** Addresses and networks of proxies before this server; absent = none, addresses are those of connections. */
  readonly trustedProxies?: readonly string[]
  /** Tokens that sign webhooks. */
  readonly authTokens: readonly string[]
  readonly adminToken: string | null
  /** Folder of built pages. */
  readonly pagesDirectory: string
  /** Tokens of the softphones in browsers; null = operators are rung elsewhere only. */
  readonly softphone: (identity: string) => SoftphoneToken | null
  /** Where the console's maps are drawn from; null or absent = nowhere. */
  readonly map?: { readonly tiles: string; readonly attribution: string } | null
  /** What there is only where the simulated carrier stands in for a real one. */
  readonly demo: {
    readonly carrier: Carrier
    readonly example: PhoneExample | null
  } | null
}

/** How long a request may take to arrive: longer than the 5 s that the carrier is told to wait. */
const requestTimeoutMs = 10_000

/** Sessions of this many live calls are kept at hand; beyond it a turn reads before it writes. */
const liveCallsKept = 20_000

/** Of the sockets of consoles and telephones: small messages in few pieces, not compressed. */
const socketLimits = {
  maxPayload: 16 * 1024,
  maxFragments: 16,
  maxBufferedChunks: 256,
  perMessageDeflate: false,
}

/** Where the simulated carrier takes orders in the demo. */
export const carrierPrefix = '/carrier'

/** Requests a minute to `/api` from one address. */
const apiRequestsPerMinute = 600

/** Requests a minute to channels from one address, behind which may be the telephones of a whole network. */
const channelRequestsPerMinute = 3_000

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
  const metrics = createMetrics({
    flows: () => servedFlows(adapters.flowControl),
    noticesInForce: () => noticesInForce(adapters),
  })
  registerQueueMetrics(metrics.registry, {
    queues: adapters.queues.figures,
    claimed: adapters.queues.claimed,
    onFault: (err) => adapters.logger.warn({ event: 'queue-figures-failed', err }),
    now: adapters.clock.now,
  })
  registerCallbackMetrics(metrics.registry, {
    callbacks: adapters.callbacks.figures,
    onFault: (err) => adapters.logger.warn({ event: 'callback-figures-failed', err }),
  })
  registerCallerMetrics(metrics.registry, {
    figures: adapters.callers.figures,
    onFault: (err) => adapters.logger.warn({ event: 'caller-figures-failed', err }),
  })
  registerMediaMetrics(metrics.registry, {
    streams: adapters.media.figures,
    refused: adapters.media.refused,
  })
  registerChannelMetrics(metrics.registry, {
    figures: adapters.channels.figures,
    open: adapters.channels.countOpen,
    onFault: (err) => adapters.logger.warn({ event: 'channel-figures-failed', err }),
  })
  app.removeContentTypeParser('text/plain')
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
      'Call log, cases, callbacks, operators, flows and notices of a public-services hotline.',
  },
  components: {
    securitySchemes: {
      bearer: { type: 'http' as const, scheme: 'bearer' },
      session: { type: 'apiKey' as const, in: 'cookie' as const, name: 'hotline' },
    },
  },
  security: [{ bearer: [] }, { session: [] }],
}

const audioAddress =
  ({ publicUrl }: Pick<AppOptions, 'publicUrl'>) =>
  (hash: string): string =>
    `${publicUrl()}/audio/${hash}.wav`

/** What the use cases of a call stand on; with a memory of live calls of its own each time. */
export const callPorts = (
  adapters: Pick<Adapters, 'callStore' | 'flows' | 'clock' | 'outside'> & {
    readonly bridge?: Pick<LiveBridge, 'waits'>
    readonly notices: { readonly board: Pick<NoticeBoard, 'current'> }
    readonly media?: Pick<LiveMedia, 'first'>
  },
  options: Pick<AppOptions, 'publicUrl'>,
): CallPorts => {
  const addresses = {
    turnUrl: (turn: number) => `/voice/turn/${turn}`,
    waitUrl: (place: string) => `/voice/wait/${place}`,
    roomUrl: (reservation: string) => `/voice/bridge/${reservation}`,
    audioUrl: audioAddress(options),
    stream: streamAddresses(options.publicUrl),
  }
  return {
    calls: adapters.callStore,
    flows: adapters.flows,
    notices: adapters.notices.board,
    clock: adapters.clock,
    live: liveCalls(liveCallsKept),
    ...(adapters.bridge === undefined ? {} : { waits: adapters.bridge.waits }),
    render: rememberSteps((step, audio) => renderStep(addresses, audio, step)),
    renderRefusal: refuseUnknownLine,
    ...(adapters.media === undefined ? {} : { streams: adapters.media }),
    ...(adapters.outside === undefined ? {} : { outside: adapters.outside }),
  }
}

/** Calls of the simulated carrier are told what their flow does; what goes wrong with that harms no call. */
const tracing = (logger: Logger, demo: AppOptions['demo']): Pick<CallPorts, 'onTurn'> => {
  if (demo === null) return {}
  const trace = createTracer()
  return {
    onTurn: (turn) => {
      try {
        demo.carrier.call(turn.take.callSid)?.trace(trace(turn))
      } catch (err) {
        logger.warn({ event: 'trace-failed', callSid: turn.take.callSid, err })
      }
    },
  }
}

/** Channels, of callers or of operators: `/caller/channel/…`, `/operator/channel/…`. */
const channelScope =
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

const apiScope =
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

/** What this node starts new calls on. */
const servedFlows = ({ flows }: FlowControl) => ({
  version: flows.current().version,
  activation: flows.activation(),
})

const noticesInForce = ({ notices, clock }: Adapters): number => {
  const now = clock.now()
  return notices.board.current().filter((notice) => noticeState(notice, now) === 'in-force').length
}

const noticePorts = ({ notices, flows, clock }: Adapters): NoticePorts => ({
  notices: notices.store,
  flows,
  clock,
  hasVoice,
  refresh: notices.board.refresh,
})

/** What the use cases of cases stand on. */
export const casePorts = ({
  cases,
  clock,
  flows,
}: Pick<Adapters, 'cases' | 'clock' | 'flows'>): CasePorts => ({
  cases,
  clock,
  schedule: () => scheduleOfCases(flows),
})

/** Terms of cases are counted in the working days of the first line. */
const scheduleOfCases = (flows: Flows): Schedule => {
  const { lines, schedules, timezone } = flows.current()
  const [first] = lines.values()
  return schedules.get(first?.schedule ?? '') ?? alwaysOpen(timezone)
}

/**
 * Where the carrier's softphone signals and takes its sounds from.
 * @see https://www.twilio.com/docs/voice/sdks/javascript/best-practices
 */
const softphoneSources = {
  connect: [
    'https://eventgw.twilio.com',
    'wss://voice-js.roaming.twilio.com',
    'https://media.twiliocdn.com',
    'https://sdk.twilio.com',
  ],
  media: ['mediastream:', 'https://media.twiliocdn.com', 'https://sdk.twilio.com'],
}

const pagesScope =
  (adapters: Adapters, options: AppOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const { demo, publicUrl, pagesDirectory, map = null } = options
    const sources = demo === null ? softphoneSources : { connect: [], media: [] }
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          // Sockets too: `'self'` of older browsers means pages alone.
          connectSrc: ["'self'", () => publicUrl().replace(/^http/, 'ws'), ...sources.connect],
          imgSrc: ["'self'", 'blob:', ...(map ? [new URL(map.tiles).origin] : [])],
          mediaSrc: ["'self'", ...sources.media],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      // Plain http on loopback is how the demo is opened.
      strictTransportSecurity: false,
    })
    const pages = demo === null ? ['console', 'app'] : ['phone', 'console', 'app']
    await app.register(pageRoutes, { directory: pagesDirectory, pages })
    if (demo === null) return
    const { carrier, example } = demo
    await app.register(recordingMedia, { carrier })
    await app.register(softphone, {
      carrier,
      publicOrigin: publicUrl,
      authenticate: (token) => identityInClaim(token, { authToken: carrier.authToken }),
    })
    await app.register(control, { carrier, publicOrigin: publicUrl })
    await app.register(phone, {
      carrier,
      lines: () =>
        [...adapters.flows.current().lines.values()].map(
          ({ number, name, description, languages }) => ({
            number,
            name,
            description: description ?? '',
            languages,
          }),
        ),
      example,
      publicOrigin: publicUrl,
    })
  }
