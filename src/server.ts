import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Transaction } from 'kysely'
import { buildApp, callPorts } from './app.ts'
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
import { type Database, openDatabase } from './db/database.ts'
import { startEmbeddedPostgres } from './db/embedded.ts'
import { createFlowVersions } from './db/flow-versions.ts'
import { migrate, pendingMigrations } from './db/migrations.ts'
import { ensurePartitions } from './db/partitions.ts'
import type { DB } from './db/schema.ts'
import { createSilentCalls } from './db/silent-calls.ts'
import { buildFlowSet } from './flow-files/build-flow-set.ts'
import { contentHash } from './flow-files/content-hash.ts'
import { readFlowFolder } from './flow-files/read-flow-folder.ts'
import { filesOfContents, readContents } from './flow-files/stored-files.ts'
import { closeSilentCallsJob } from './jobs/close-silent-calls.ts'
import { processTimer, startJobs } from './jobs/job.ts'
import { makePartitions } from './jobs/make-partitions.ts'
import type { Logger } from './logging.ts'
import { type Carrier, createCarrier } from './simulator/carrier.ts'
import type { Finding } from './voicexml/element.ts'

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

export type CarrierAccount = {
  readonly accountSid: string
  readonly authToken: string
  readonly numbers: (number: string) => NumberAddresses | undefined
}

type NumberAddresses = {
  readonly voiceUrl: string
  readonly voiceFallbackUrl: string
  readonly statusCallback: string
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
  const { flowSet, findings } = buildFlowSet(await readFlowFolder(config.flows.dir), contentHash)
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (config.flows.check !== 'off') report(logger, findings)
  if (config.flows.check === 'refuse' && errors.length > 0) {
    return { kind: 'refused', reasons: errors.map(findingLine) }
  }

  const embedded =
    config.databaseUrl === null ? await startEmbeddedPostgres({ dataDir: config.dataDir }) : null
  const databaseUrl = embedded?.url ?? config.databaseUrl?.reveal() ?? ''
  if (config.migrate) {
    for (const name of await migrate(databaseUrl, migrations)) {
      logger.info({ event: 'migrated', name }, 'migrated')
    }
  }
  const database = openDatabase(databaseUrl, {
    onConnectionError: (err) => logger.warn({ event: 'database-connection-lost', err }),
  })
  const closeDatabase = async () => {
    await database.close()
    await embedded?.stop()
  }
  const pending = await pendingMigrations(database.pool, migrations)
  if (pending.length > 0) {
    await closeDatabase()
    return {
      kind: 'refused',
      reasons: [`The database lacks ${pending.join(', ')}: run npm run migrate`],
    }
  }
  await ensurePartitions(database.pool, clock.now())
  const flows = await keepFlows(config.flows.dir, flowSet, database, clock)

  let url = ''
  const publicUrl = () => config.publicUrl ?? url
  const account = carrierAccount(publicUrl, (number) => flows.current().lines.has(number))
  const carrier =
    config.twilio === null
      ? (replacements.carrier ?? simulatedCarrier(() => url, publicUrl))(account)
      : null
  const adminToken =
    config.adminToken?.reveal() ?? (carrier === null ? null : await demoToken(config.dataDir))
  const callStore = createCallStore(database, effects(flows))
  const app = await buildApp(
    {
      logger,
      clock,
      flows,
      callStore,
      callLog: createCallLog(database.kysely),
      cases: createCaseStore(database),
      callbacks: createCallbackList(database.kysely),
      recording: (hash) => createFlowVersions(database).content(hash),
      obstacles: () => obstacles(database),
    },
    {
      publicUrl,
      authTokens: authTokens(config, account),
      adminToken,
      pagesDirectory: carrier === null ? null : pagesDirectory,
      carrier,
    },
  )
  await app.listen({ host: config.host, port: config.port })
  url = `http://${urlHost(config.host)}:${(app.server.address() as AddressInfo).port}`
  const stopJobs = startJobs(
    [
      makePartitions((now) => ensurePartitions(database.pool, now), clock),
      closeSilentCallsJob(
        callPorts({ callStore, flows, clock }, { publicUrl }),
        createSilentCalls(database),
        {
          closed: (count) => logger.warn({ event: 'silent-calls-closed', count }),
          fault: (callSid, err) => logger.error({ event: 'silent-call-failed', callSid, err }),
        },
      ),
    ],
    processTimer,
    (name, err) => logger.error({ event: 'job-failed', name, err }),
  )
  return {
    kind: 'started',
    server: {
      url,
      publicUrl: publicUrl(),
      app,
      demo:
        carrier === null || adminToken === null
          ? null
          : { adminToken, dataDir: config.dataDir, carrier },
      close: async () => {
        await carrier?.close()
        await app.close()
        await stopJobs()
        await closeDatabase()
      },
    },
  }
}

const report = (logger: Logger, findings: readonly Finding[]): void => {
  for (const { file, place, severity, code, message } of findings) {
    const level = severity === 'error' ? 'error' : 'warn'
    logger[level]({ event: 'flow-finding', file, ...place, code, message })
  }
}

const findingLine = ({ file, place, severity, code, message }: Finding): string =>
  `${file}:${place.line}:${place.column} ${severity} ${code} ${message}`

/** Stores the version that new calls start on, and reads older ones back for calls still on them. */
const keepFlows = async (
  directory: string,
  current: FlowSet,
  database: Database,
  clock: Clock,
): Promise<Flows> => {
  const versions = createFlowVersions(database)
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

/** An account for the simulated carrier, new at every start: nobody else can sign for it. */
const carrierAccount = (
  publicUrl: () => string,
  owns: (number: string) => boolean,
): CarrierAccount => ({
  accountSid: `AC${randomBytes(16).toString('hex')}`,
  authToken: randomBytes(16).toString('hex'),
  numbers: (number) =>
    owns(number)
      ? {
          voiceUrl: `${publicUrl()}/voice/incoming`,
          voiceFallbackUrl: `${publicUrl()}/voice/fallback`,
          statusCallback: `${publicUrl()}/voice/status`,
        }
      : undefined,
})

/** It reaches this process where it listens, whatever the public address is. */
const simulatedCarrier =
  (url: () => string, publicUrl: () => string) =>
  (account: CarrierAccount): Carrier =>
    createCarrier({
      ...account,
      get origins() {
        return { [publicUrl()]: url() }
      },
    })

const authTokens = (config: Config, account: CarrierAccount): readonly string[] =>
  config.twilio === null
    ? [account.authToken]
    : [config.twilio.authToken, config.twilio.authTokenNext].flatMap((token) =>
        token === null ? [] : [token.reveal()],
      )

/** The sign-in of the demo, made once and kept beside its data, readable by its owner alone. */
const demoToken = async (dataDir: string): Promise<string> => {
  const path = join(dataDir, 'admin-token')
  const kept = await readFile(path, 'utf8').catch(() => '')
  if (kept.trim().length >= 32) return kept.trim()
  const token = randomBytes(24).toString('base64url')
  await mkdir(dataDir, { recursive: true })
  await writeFile(path, `${token}\n`, { mode: 0o600 })
  await chmod(path, 0o600)
  return token
}

const urlHost = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
