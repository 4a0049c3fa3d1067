import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Adapters } from './adapters.ts'
import { buildApp } from './app.ts'
import type { ActivationOrigin, Candidate } from './calls/activation.ts'
import type { Clock, Flows } from './calls/ports.ts'
import type { Config } from './config.ts'
import { listenToChanges } from './db/changes.ts'
import type { Database } from './db/database.ts'
import { readOpenLegs } from './db/open-legs.ts'
import {
  type CarrierAccount,
  carrierAccount,
  carrierPrefix,
  type DemoOperator,
  demoOperators,
  demoToken,
  exampleCase,
  simulatedCarrier,
} from './demo.ts'
import { createWeb } from './fetching/web.ts'
import { processTimer, startJobs } from './jobs/job.ts'
import { authTokens, messageKey, recordingAccount, softphone } from './live/account.ts'
import { callPorts } from './live/calls.ts'
import { tellOfLostLegs } from './live/carrier-restart.ts'
import { casePorts } from './live/cases.ts'
import { readFlows } from './live/flows.ts'
import { jobs } from './live/jobs.ts'
import type { Logger } from './logging.ts'
import { makeAdapters } from './make-adapters.ts'
import { carrierRest, restrained } from './queues/carrier-rest.ts'
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
  { database, blobs, close: closeStorage }: Storage,
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
  const carrier = restCarrier(restAccount)
  const restPorts = {
    isThere: carrier.isThere,
    elapsed: () => performance.now(),
    now: clock.now,
  }
  const rest = carrierRest(restPorts)
  const { restraint, watch: carrierWatch } = rest
  const orders = restrained(carrier, rest)
  const adapters = await makeAdapters({
    ...{ config, candidate, database, blobs, clock, logger, web, orders, restraint, carrierWatch },
    callers: {
      carrier: restMessages(restAccount),
      rest: carrierRest(restPorts),
      key: messageKey(config, database),
      smsFrom: config.smsFrom,
      publicUrl,
    },
    account: {
      accountSid: config.twilio?.accountSid ?? account.accountSid,
      tokens: authTokens(config, account),
    },
  })
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
    await adapters.channels.end()
    await changes.close()
    adapters.queues.hints.close()
    adapters.callers.hints.close()
    await stopJobs()
    adapters.photos.close()
    web.close()
    await closeStorage()
  }
  const activateFlows = async (origin: ActivationOrigin) => {
    await flowControl.activateFolder(origin, hostname())
  }
  return { url, publicUrl: publicUrl(), app, demo, activateFlows, close }
}

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

const urlHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
