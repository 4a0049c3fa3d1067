import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import swagger from '@fastify/swagger'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { CallbackList } from './callbacks/ports.ts'
import type { CallLog } from './calls/call-log.ts'
import { callQueue } from './calls/call-queue.ts'
import type { CallPorts } from './calls/commit-turn.ts'
import { liveCalls } from './calls/live-calls.ts'
import type { CallStore, Clock, Flows } from './calls/ports.ts'
import type { CasePorts } from './cases/create-case.ts'
import type { CaseStore } from './cases/ports.ts'
import type { Logger } from './logging.ts'
import { createMetrics } from './metrics.ts'
import { alwaysOpen, type Schedule } from './schedules/schedule.ts'
import type { Carrier } from './simulator/carrier.ts'
import { phone } from './simulator/phone.ts'
import type { PhoneExample } from './simulator/phone-protocol.ts'
import { refuseUnknownLine } from './twilio/apology.ts'
import { rememberSteps } from './twilio/remembered.ts'
import { signatureCheck } from './twilio/signature.ts'
import { renderStep } from './twilio/twiml.ts'
import { callRoutes } from './web/api/call-routes.ts'
import { callbackRoutes } from './web/api/callback-routes.ts'
import { caseRoutes } from './web/api/case-routes.ts'
import { healthRoutes } from './web/health/health-routes.ts'
import { requireBearer } from './web/http/bearer.ts'
import { replyNotFound, replyWithError } from './web/http/errors.ts'
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
  readonly callbacks: CallbackList
  readonly recording: (hash: string) => Promise<Uint8Array | null>
  /** What keeps the server from serving calls now; empty = nothing. */
  readonly obstacles: () => Promise<readonly string[]>
  /** Whether a fault is the database being away: the same request may succeed later. */
  readonly isOutage: (error: unknown) => boolean
}

export type AppOptions = {
  /** Origin that the carrier signs, without a trailing slash. Asked at each request: with port 0 it is known only after listening. */
  readonly publicUrl: () => string
  /** Tokens that sign webhooks. */
  readonly authTokens: readonly string[]
  readonly adminToken: string | null
  /** What there is only where the simulated carrier stands in for a real one. */
  readonly demo: {
    readonly carrier: Carrier
    readonly example: PhoneExample | null
    /** Folder of built pages. */
    readonly pagesDirectory: string
  } | null
}

/** How long a request may take to arrive: longer than the 5 s that the carrier is told to wait. */
const requestTimeoutMs = 10_000

/** Sessions of this many live calls are kept at hand; beyond it a turn reads before it writes. */
const liveCallsKept = 20_000

/** Requests a minute to `/api` from one address. */
const apiRequestsPerMinute = 600

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
    requestTimeout: requestTimeoutMs,
    connectionTimeout: requestTimeoutMs,
    keepAliveTimeout: 75_000,
    bodyLimit: 64 * 1024,
    frameworkErrors: replyWithError(adapters.isOutage),
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
  })
  const metrics = createMetrics()
  app.setErrorHandler(replyWithError(adapters.isOutage))
  app.setNotFoundHandler(replyNotFound)

  await app.register(swagger, { openapi: openapiInfo, hideUntagged: true })
  await app.register(voiceRoutes, {
    prefix: '/voice',
    calls: callPorts(adapters, options),
    queue: callQueue(),
    isSigned: signatureCheck(options.publicUrl, options.authTokens),
    onAnswer: metrics.webhook,
  })
  await app.register(audioRoutes, { recording: adapters.recording })
  await app.register(healthRoutes, { obstacles: adapters.obstacles, metrics: metrics.registry })
  await app.register(apiScope(adapters, options), { prefix: '/api' })
  app.get('/openapi.json', () => app.swagger())
  await app.register(pagesScope(adapters, options))
  return app
}

const openapiInfo = {
  openapi: '3.1.0',
  info: {
    title: 'hotline',
    version: '1',
    description: 'Call log, cases and callbacks of a public-services hotline.',
  },
  components: { securitySchemes: { bearer: { type: 'http' as const, scheme: 'bearer' } } },
  security: [{ bearer: [] }],
}

/** What the use cases of a call stand on; with a memory of live calls of its own each time. */
export const callPorts = (
  adapters: Pick<Adapters, 'callStore' | 'flows' | 'clock'>,
  options: Pick<AppOptions, 'publicUrl'>,
): CallPorts => {
  const addresses = {
    turnUrl: (turn: number) => `/voice/turn/${turn}`,
    audioUrl: (hash: string) => `${options.publicUrl()}/audio/${hash}.wav`,
  }
  return {
    calls: adapters.callStore,
    flows: adapters.flows,
    clock: adapters.clock,
    live: liveCalls(liveCallsKept),
    render: rememberSteps((step, audio) => renderStep(addresses, audio, step)),
    renderRefusal: refuseUnknownLine,
  }
}

const apiScope =
  (adapters: Adapters, options: AppOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const { flows, callbacks, callLog } = adapters
    await app.register(rateLimit, {
      global: false,
      max: apiRequestsPerMinute,
      timeWindow: '1 minute',
    })
    app.removeContentTypeParser('text/plain')
    // Before a body is read; guesses at the token are counted too.
    app.addHook('onRequest', app.rateLimit())
    app.addHook('onRequest', requireBearer(options.adminToken))
    const timeZone = () => flows.current().timezone
    await app.register(callRoutes, { callLog, timeZone })
    await app.register(caseRoutes, { ports: casePorts(adapters), timeZone })
    await app.register(callbackRoutes, { callbacks, timeZone })
  }

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

const pagesScope =
  (adapters: Adapters, options: AppOptions) =>
  async (app: FastifyInstance): Promise<void> => {
    const { demo, publicUrl } = options
    await app.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          defaultSrc: ["'self'"],
          connectSrc: ["'self'"],
          imgSrc: ["'self'"],
          mediaSrc: ["'self'"],
          objectSrc: ["'none'"],
          baseUri: ["'none'"],
          formAction: ["'none'"],
          frameAncestors: ["'none'"],
        },
      },
      // Plain http on loopback is how the demo is opened.
      strictTransportSecurity: false,
    })
    if (demo === null) return
    const { carrier, example, pagesDirectory } = demo
    await app.register(pageRoutes, { directory: pagesDirectory, pages: ['phone'] })
    await app.register(phone, {
      carrier,
      lines: [...adapters.flows.current().lines.values()].map(
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
