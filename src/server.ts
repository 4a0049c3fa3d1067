import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Transaction } from 'kysely'
import { type Adapters, buildApp, callPorts, carrierPrefix, casePorts } from './app.ts'
import type { ActivationOrigin, Candidate } from './calls/activation.ts'
import { noticeBoard } from './calls/notices.ts'
import type { Web } from './calls/outside.ts'
import type { CallStore, Clock, Effects, Flows } from './calls/ports.ts'
import { applicationStatus } from './cases/application-status.ts'
import type { Config } from './config.ts'
import { createCallLog } from './db/call-log.ts'
import { createCallStore } from './db/call-store.ts'
import { codeAccess, createCaseStore } from './db/cases.ts'
import { listenToChanges } from './db/changes.ts'
import type { Database } from './db/database.ts'
import { isDatabaseAway } from './db/failures.ts'
import { createFetchedTexts, createSentRequests, forgetFetched } from './db/fetched-documents.ts'
import { forgetSignIns } from './db/forget-sign-ins.ts'
import { forgetStatuses } from './db/forget-statuses.ts'
import { endLost } from './db/lost-ends.ts'
import { createNoticeStore } from './db/notices.ts'
import { readOpenLegs } from './db/open-legs.ts'
import { ensurePartitions } from './db/partitions.ts'
import type { DB } from './db/schema.ts'
import { createSilentCalls } from './db/silent-calls.ts'
import { keepScore } from './db/surveys.ts'
import {
  type CarrierAccount,
  carrierAccount,
  type DemoOperator,
  demoOperators,
  demoToken,
  exampleCase,
  simulatedCarrier,
} from './demo.ts'
import { createWeb } from './fetching/web.ts'
import { closeSilentCallsJob } from './jobs/close-silent-calls.ts'
import { endLostJob } from './jobs/end-lost.ts'
import { followChanges } from './jobs/follow-changes.ts'
import { forgetFetchedJob } from './jobs/forget-fetched.ts'
import { forgetSignInsJob } from './jobs/forget-sign-ins.ts'
import { forgetStatusesJob } from './jobs/forget-statuses.ts'
import { processTimer, startJobs } from './jobs/job.ts'
import { makePartitions } from './jobs/make-partitions.ts'
import { sweepPresence } from './jobs/sweep-presence.ts'
import { sweepTalksJob } from './jobs/sweep-talks.ts'
import { openBridge } from './live/bridge.ts'
import { callbackEffects, openCallbacks } from './live/callbacks.ts'
import { type CallersOptions, openCallers } from './live/callers.ts'
import { tellOfLostLegs } from './live/carrier-restart.ts'
import { openChannels } from './live/channels.ts'
import { consolePorts, simulatedSoftphone, twilioSoftphone } from './live/consoles.ts'
import { openFlows, readFlows } from './live/flows.ts'
import { type MediaAccount, openMedia } from './live/media.ts'
import { openPhotos } from './live/photos.ts'
import { openQueues } from './live/queues.ts'
import { openRecordings } from './live/recordings.ts'
import type { Logger } from './logging.ts'
import { sweepTalks } from './queues/bridge.ts'
import type { CarrierPort } from './queues/carrier.ts'
import { type Restraint, restrained } from './queues/carrier-rest.ts'
import type { StreamCarrier } from './recordings/carrier.ts'
import type { Carrier } from './simulator/carrier.ts'
import type { PhoneExample } from './simulator/phone-protocol.ts'
import { openStorage, type Storage } from './storage.ts'
import { restMessages } from './twilio/messages.ts'
import { recordingAudio } from './twilio/recording-audio.ts'
import { type RestAccount, restCarrier } from './twilio/rest.ts'

export type Server = {
  /** Where it listens. */
  readonly url: string
  readonly publicUrl: string
  readonly app: FastifyInstance
  /** Null when a real carrier is set. */
  readonly demo: Demo | null
  /** Makes what is in the flow folder the active version; what comes of it is in the log. */
  readonly activateFlows: (origin: ActivationOrigin) => Promise<void>
  /** Stops taking requests, lets those under way finish, closes the database. */
  readonly close: () => Promise<void>
}

export type Demo = {
  readonly adminToken: string
  readonly dataDir: string
  readonly carrier: Carrier
  readonly example: PhoneExample | null
  /** Who can sign in to the console; empty where a database of one's own is set. */
  readonly operators: readonly DemoOperator[]
}

export type Started =
  | { readonly kind: 'started'; readonly server: Server }
  /** Something a person must mend first: flows with errors, a database that is out of date. */
  | { readonly kind: 'refused'; readonly reasons: readonly string[] }

/** What tests put in the place of the real thing. */
export type Replacements = {
  readonly clock?: Clock
  readonly carrier?: (account: CarrierAccount) => Carrier
}

const project = resolve(import.meta.dirname, '..')
const migrations = join(project, 'sql')
const pagesDirectory = join(project, 'dist/pages')

/** Makes every adapter, hands them to the edges, and listens. */
export const startServer = async (
  config: Config,
  logger: Logger,
  replacements: Replacements = {},
): Promise<Started> => {
  const clock = replacements.clock ?? { now: () => Temporal.Now.instant() }
  const candidate = await readFlows(config, logger)
  if ('reasons' in candidate) return candidate
  const opened = await openStorage(config, migrations, clock.now(), logger)
  if (opened.kind === 'refused') return opened
  try {
    const server = await serve(config, logger, replacements, candidate, opened.storage, clock)
    return { kind: 'started', server }
  } catch (fault) {
    await opened.storage.close()
    throw fault
  }
}

/** Puts the edges on an open database; what it opened itself is closed by `close` of the server. */
const serve = async (
  config: Config,
  logger: Logger,
  replacements: Replacements,
  candidate: Candidate,
  { database, close: closeStorage }: Storage,
  clock: Clock,
): Promise<Server> => {
  let url = ''
  const publicUrl = () => config.publicUrl ?? url
  const hasLine = (number: string) => flowControl.flows.current().lines.has(number)
  const account = carrierAccount(publicUrl, hasLine)
  const web = createWeb({
    allow: config.flows.fetchAllow,
    readRecording: recordingAudio(recordingAccount(config, account, publicUrl)),
    now: () => performance.timeOrigin + performance.now(),
  })
  const restAccount: RestAccount = {
    ...recordingAccount(config, account, publicUrl),
    apiUrl: () => (config.twilio === null ? `${url}${carrierPrefix}` : config.twilio.apiUrl),
    publicUrl,
  }
  const { carrier: orders, restraint } = restrained(restCarrier(restAccount), () =>
    performance.now(),
  )
  const adapters = await makeAdapters(
    config,
    candidate,
    database,
    clock,
    logger,
    web,
    orders,
    restraint,
    {
      carrier: restMessages(restAccount),
      key: messageKey(config, database),
      smsFrom: config.smsFrom,
      publicUrl,
    },
    {
      accountSid: config.twilio?.accountSid ?? account.accountSid,
      tokens: authTokens(config, account),
    },
  )
  const { flowControl, notices } = adapters
  const makeCarrier = replacements.carrier ?? simulatedCarrier(() => url, publicUrl)
  const demo =
    config.twilio === null ? await makeDemo(config, adapters, makeCarrier(account)) : null
  const app = await buildApp(adapters, {
    publicUrl,
    trustedProxies: config.trustedProxies,
    authTokens: authTokens(config, account),
    adminToken: demo?.adminToken ?? config.adminToken?.reveal() ?? null,
    pagesDirectory,
    softphone: softphone(config, account, clock),
    map: config.map,
    demo,
  })
  await app.listen({ host: config.host, port: config.port })
  url = `http://${urlHost(config.host)}:${(app.server.address() as AddressInfo).port}`

  // A database of one's own may be that of other nodes too, whose carriers live.
  if (demo !== null && config.databaseUrl === null)
    await restartCarrier(adapters, database, publicUrl)

  const refreshes = {
    flows: flowControl.refresh,
    notices: notices.board.refresh,
    queues: async (from: string) => adapters.queues.hints.receive(from),
    callers: async (from: string) => adapters.callers.hints.receive(from),
    channels: async (from: string) => adapters.channels.hints.receive(from),
  }
  const changes = listenToChanges(
    database.url,
    (topic, from) =>
      void refreshes[topic](from).catch((err) =>
        logger.warn({ event: 'refresh-failed', topic, err }),
      ),
    (err) => logger.warn({ event: 'database-connection-lost', err }),
  )
  const stopJobs = startJobs(jobs(adapters, database, publicUrl), processTimer, (name, err) =>
    logger.error({ event: 'job-failed', name, err }),
  )
  adapters.media.start()
  const stopRouting = adapters.queues.startRouting(adapters.bridge.ring, orders, restraint)
  const close = async () => {
    await stopRouting()
    await demo?.carrier.close()
    await app.close()
    await adapters.media.close()
    adapters.photos.close()
    await adapters.channels.end()
    await changes.close()
    adapters.queues.hints.close()
    adapters.callers.hints.close()
    await stopJobs()
    web.close()
    await closeStorage()
  }
  const activateFlows = async (origin: ActivationOrigin) => {
    await flowControl.activateFolder(origin, hostname())
  }
  return { url, publicUrl: publicUrl(), app, demo, activateFlows, close }
}

const makeAdapters = async (
  config: Config,
  candidate: Candidate,
  database: Database,
  clock: Clock,
  logger: Logger,
  web: Web,
  orders: CarrierPort & StreamCarrier,
  restraint: Restraint,
  callers: CallersOptions,
  account: MediaAccount,
): Promise<Adapters> => {
  const elapsed = () => performance.now()
  const flowControl = await openFlows(config, candidate, database, clock, logger)
  const { flows } = flowControl
  const noticeStore = createNoticeStore(database)
  const board = noticeBoard(noticeStore, clock)
  await board.refresh()
  const queues = openQueues(database, flows, logger)
  const callStore = hintAfterEffects(createCallStore(database, effects(flows)), queues.hints.hint)
  const bridge = openBridge(database, queues, orders, callStore, flows, logger)
  const ownCallers = openCallers(database, flows, logger, callers)
  const channels = openChannels(database, flows, logger, {
    onOpened: ownCallers.tellOfCall,
    onTalkHint: queues.hints.onHint,
    onTrustHint: ownCallers.hints.onHint,
    levels: (callSid, listener) =>
      media.levels(callSid, ({ inbound, outbound, silentSeconds }) =>
        listener({ caller: inbound, operator: outbound, silentSeconds }),
      ),
  })
  const recordings = openRecordings(database, config.dataDir, flows, clock, logger)
  const media = openMedia(
    database,
    config.dataDir,
    account,
    flows,
    orders,
    channels,
    logger,
    recordings.end,
  )
  return {
    logger,
    clock,
    flows,
    callStore,
    callLog: createCallLog(database.kysely),
    cases: createCaseStore(database),
    callbacks: openCallbacks(
      database,
      flows,
      orders,
      restraint,
      logger,
      clock,
      queues.claims.endWrapUp,
    ),
    callers: ownCallers,
    channels,
    photos: openPhotos(database, config.dataDir, channels.photos, clock),
    flowControl,
    notices: { store: noticeStore, board },
    queues,
    bridge,
    consoles: consolePorts(database, queues.claims, bridge.actions),
    media,
    recordings,
    outside: {
      web,
      texts: createFetchedTexts(database, elapsed),
      sent: createSentRequests(database),
      elapsed,
      pause: (milliseconds) => setTimeout(milliseconds),
    },
    recording: flowControl.recording,
    obstacles: () => obstacles(database),
    isOutage: isDatabaseAway,
  }
}

/** A turn that wrote may have taken a place or asked for a callback: the routers look once it is committed. */
const hintAfterEffects = (calls: CallStore, hint: () => void): CallStore => ({
  ...calls,
  inTransaction: async (work) => {
    const outcome = await calls.inTransaction(work)
    if (outcome !== 'stale') hint()
    return outcome
  },
})

const restartCarrier = async (
  adapters: Adapters,
  database: Database,
  publicUrl: () => string,
): Promise<void> => {
  const lost = await tellOfLostLegs({
    calls: callPorts(adapters, { publicUrl }),
    dial: adapters.callbacks.dial,
    claims: adapters.queues.claims,
    openLegs: () => readOpenLegs(database),
  })
  if (lost > 0) adapters.logger.info({ event: 'carrier-restarted', lost })
}

/** The functions of a flow that write, on the transaction of the turn. */
const effects =
  (flows: Flows) =>
  (transaction: Transaction<DB>): Effects => ({
    applicationStatus: (request) => applicationStatus(codeAccess(transaction), request),
    ...callbackEffects(flows)(transaction),
    keepScore: keepScore(transaction),
  })

/** Where recordings of calls are fetched from. */
const recordingAccount = (config: Config, account: CarrierAccount, publicUrl: () => string) =>
  config.twilio === null
    ? { ...account, apiUrl: publicUrl }
    : {
        accountSid: config.twilio.accountSid,
        authToken: config.twilio.authToken.reveal(),
        apiUrl: () => config.twilio?.apiUrl ?? 'https://api.twilio.com',
      }

/**
 * What codes in messages follow from: the token of the account, which all nodes have. The accounts that
 * simulated carriers play differ from node to node; in the demo nothing is a secret from this machine.
 */
const messageKey = (config: Config, { url }: Database): string =>
  config.twilio === null ? `demo ${url}` : config.twilio.authToken.reveal()

const obstacles = async (database: Database): Promise<readonly string[]> => {
  try {
    await database.pool.query('select 1')
    return []
  } catch {
    return ['database']
  }
}

/** The example is made only where nobody keeps real cases: in the embedded database. */
const makeDemo = async (config: Config, adapters: Adapters, carrier: Carrier): Promise<Demo> => ({
  carrier,
  dataDir: config.dataDir,
  adminToken: config.adminToken?.reveal() ?? (await demoToken(config.dataDir)),
  example:
    config.databaseUrl === null ? await exampleCase(config.dataDir, casePorts(adapters)) : null,
  operators:
    config.databaseUrl === null
      ? await demoOperators(
          config.dataDir,
          { ...adapters.consoles, hint: adapters.queues.hints.hint },
          skillsOf(adapters.flows),
        )
      : [],
})

const skillsOf = (flows: Flows): readonly string[] => [
  ...new Set([...flows.current().queues.values()].flatMap(({ skills }) => skills)),
]

const authTokens = (config: Config, account: CarrierAccount): readonly string[] =>
  config.twilio === null
    ? [account.authToken]
    : [config.twilio.authToken, config.twilio.authTokenNext].flatMap((token) =>
        token === null ? [] : [token.reveal()],
      )

/** With a real carrier there are softphones only where its keys are set. */
const softphone = (config: Config, account: CarrierAccount, clock: Clock) => {
  if (config.twilio === null) return simulatedSoftphone(account.authToken, clock.now)
  const { accountSid, softphone: keys } = config.twilio
  return keys === null
    ? () => null
    : twilioSoftphone(
        {
          accountSid,
          apiKey: keys.apiKey,
          apiSecret: keys.apiSecret.reveal(),
          twimlAppSid: keys.twimlAppSid,
        },
        clock.now,
      )
}

const urlHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

/** As the flows say; a queue that they no longer have is written up like an ordinary one. */
const wrapUpSeconds = (flows: Flows) => (queue: string) =>
  flows.current().queues.get(queue)?.wrapUpSeconds ?? 30

const jobs = (adapters: Adapters, database: Database, publicUrl: () => string) => {
  const { clock, logger } = adapters
  return [
    followChanges([adapters.flowControl.refresh, adapters.notices.board.refresh]),
    makePartitions((now) => ensurePartitions(database.pool, now), clock),
    forgetFetchedJob(() => forgetFetched(database)),
    forgetSignInsJob(() => forgetSignIns(database)),
    forgetStatusesJob(() => forgetStatuses(database)),
    endLostJob(endLost(database, wrapUpSeconds(adapters.flows)), (count) => {
      logger.warn({ event: 'lost-ends', count })
      adapters.queues.hints.hint()
    }),
    sweepTalksJob(
      () => sweepTalks(adapters.bridge.ports),
      (count) => logger.warn({ event: 'talks-swept', count }),
    ),
    ...adapters.callbacks.jobs,
    ...adapters.media.jobs,
    ...adapters.recordings.jobs,
    ...adapters.callers.jobs,
    ...adapters.channels.jobs,
    ...adapters.photos.jobs,
    sweepPresence(adapters.consoles.presence, adapters.queues.hints.hint),
    closeSilentCallsJob(callPorts(adapters, { publicUrl }), createSilentCalls(database), {
      closed: (count) => logger.warn({ event: 'silent-calls-closed', count }),
      fault: (callSid, err) => logger.error({ event: 'silent-call-failed', callSid, err }),
    }),
  ]
}
