import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Transaction } from 'kysely'
import { type Adapters, buildApp, callPorts, casePorts } from './app.ts'
import { requestCallback } from './callbacks/request-callback.ts'
import type { FlowSet } from './calls/flow-set.ts'
import { flowVersions } from './calls/flow-versions.ts'
import type { Clock, Effects, Flows } from './calls/ports.ts'
import { applicationStatus } from './cases/application-status.ts'
import type { Config } from './config.ts'
import { createCallLog } from './db/call-log.ts'
import { createCallStore } from './db/call-store.ts'
import { callbackRequests, createCallbackList } from './db/callbacks.ts'
import { codeAccess, createCaseStore } from './db/cases.ts'
import type { Database } from './db/database.ts'
import { isDatabaseAway } from './db/failures.ts'
import { createFlowVersions, type FlowVersions } from './db/flow-versions.ts'
import { ensurePartitions } from './db/partitions.ts'
import type { DB } from './db/schema.ts'
import { createSilentCalls } from './db/silent-calls.ts'
import {
  type CarrierAccount,
  carrierAccount,
  demoToken,
  exampleCase,
  simulatedCarrier,
} from './demo.ts'
import { buildFlowSet } from './flow-files/build-flow-set.ts'
import { formatFinding } from './flow-files/check-folder.ts'
import { contentHash } from './flow-files/content-hash.ts'
import { readFlowFolder } from './flow-files/read-flow-folder.ts'
import { filesOfContents, readContents } from './flow-files/stored-files.ts'
import { closeSilentCallsJob } from './jobs/close-silent-calls.ts'
import { processTimer, startJobs } from './jobs/job.ts'
import { makePartitions } from './jobs/make-partitions.ts'
import type { Logger } from './logging.ts'
import type { Carrier } from './simulator/carrier.ts'
import type { PhoneExample } from './simulator/phone-protocol.ts'
import { openStorage, type Storage } from './storage.ts'

export type Server = {
  /** Where it listens. */
  readonly url: string
  readonly publicUrl: string
  readonly app: FastifyInstance
  /** Null when a real carrier is set. */
  readonly demo: Demo | null
  /** Stops taking requests, lets those under way finish, closes the database. */
  readonly close: () => Promise<void>
}

export type Demo = {
  readonly adminToken: string
  readonly dataDir: string
  readonly carrier: Carrier
  readonly example: PhoneExample | null
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
  const flowSet = await readFlows(config, logger)
  if ('reasons' in flowSet) return flowSet
  const opened = await openStorage(config, migrations, clock.now(), logger)
  if (opened.kind === 'refused') return opened
  try {
    const server = await serve(config, logger, replacements, flowSet, opened.storage, clock)
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
  flowSet: FlowSet,
  { database, close: closeStorage }: Storage,
  clock: Clock,
): Promise<Server> => {
  let url = ''
  const publicUrl = () => config.publicUrl ?? url
  const adapters = await makeAdapters(config, flowSet, database, clock, logger)
  const account = carrierAccount(publicUrl, (number) => flowSet.lines.has(number))
  const makeCarrier = replacements.carrier ?? simulatedCarrier(() => url, publicUrl)
  const demo =
    config.twilio === null ? await makeDemo(config, adapters, makeCarrier(account)) : null
  const app = await buildApp(adapters, {
    publicUrl,
    authTokens: authTokens(config, account),
    adminToken: demo?.adminToken ?? config.adminToken?.reveal() ?? null,
    demo: demo === null ? null : { ...demo, pagesDirectory },
  })
  await app.listen({ host: config.host, port: config.port })
  url = `http://${urlHost(config.host)}:${(app.server.address() as AddressInfo).port}`

  const stopJobs = startJobs(jobs(adapters, database, publicUrl), processTimer, (name, err) =>
    logger.error({ event: 'job-failed', name, err }),
  )
  const close = async () => {
    await demo?.carrier.close()
    await app.close()
    await stopJobs()
    await closeStorage()
  }
  return { url, publicUrl: publicUrl(), app, demo, close }
}

/** The flow folder as the settings have it proved. */
const readFlows = async (
  config: Config,
  logger: Logger,
): Promise<FlowSet | Extract<Started, { kind: 'refused' }>> => {
  const { flowSet, findings } = buildFlowSet(await readFlowFolder(config.flows.dir), contentHash)
  if (config.flows.check === 'off') return flowSet
  for (const { file, place, severity, code, message } of findings) {
    const level = severity === 'error' ? 'error' : 'warn'
    logger[level]({ event: 'flow-finding', file, ...place, code, message })
  }
  const errors = findings.filter(({ severity }) => severity === 'error')
  return config.flows.check === 'refuse' && errors.length > 0
    ? { kind: 'refused', reasons: errors.map(formatFinding) }
    : flowSet
}

const makeAdapters = async (
  config: Config,
  flowSet: FlowSet,
  database: Database,
  clock: Clock,
  logger: Logger,
): Promise<Adapters> => {
  const versions = createFlowVersions(database)
  const flows = await keepFlows(config.flows.dir, flowSet, versions, clock)
  return {
    logger,
    clock,
    flows,
    callStore: createCallStore(database, effects(flows)),
    callLog: createCallLog(database.kysely),
    cases: createCaseStore(database),
    callbacks: createCallbackList(database.kysely),
    recording: versions.content,
    obstacles: () => obstacles(database),
    isOutage: isDatabaseAway,
  }
}

/** Stores the version that new calls start on, and reads older ones back for calls still on them. */
const keepFlows = async (
  directory: string,
  current: FlowSet,
  versions: FlowVersions,
  clock: Clock,
): Promise<Flows> => {
  await versions.save(current.version, await readContents(directory, current.manifest))
  await versions.activate(current.version, clock.now())
  return flowVersions(current, async (version) => {
    const contents = await versions.load(version)
    return contents === null ? null : buildFlowSet(filesOfContents(contents), contentHash).flowSet
  })
}

/** The functions of a flow that write, on the transaction of the turn. */
const effects =
  (flows: Flows) =>
  (transaction: Transaction<DB>): Effects => ({
    applicationStatus: (request) => applicationStatus(codeAccess(transaction), request),
    requestCallback: (wish) =>
      requestCallback(callbackRequests(transaction), wish, new Set(flows.current().lines.keys())),
  })

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
})

const authTokens = (config: Config, account: CarrierAccount): readonly string[] =>
  config.twilio === null
    ? [account.authToken]
    : [config.twilio.authToken, config.twilio.authTokenNext].flatMap((token) =>
        token === null ? [] : [token.reveal()],
      )

const urlHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}

const jobs = (adapters: Adapters, database: Database, publicUrl: () => string) => {
  const { clock, logger } = adapters
  return [
    makePartitions((now) => ensurePartitions(database.pool, now), clock),
    closeSilentCallsJob(callPorts(adapters, { publicUrl }), createSilentCalls(database), {
      closed: (count) => logger.warn({ event: 'silent-calls-closed', count }),
      fault: (callSid, err) => logger.error({ event: 'silent-call-failed', callSid, err }),
    }),
  ]
}
