import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type ActivationPorts,
  type ActivationResult,
  activateFolder,
  activateStored,
  startFlows,
} from '../calls/activate-flows.ts'
import type { ActivationOrigin, Candidate } from '../calls/activation.ts'
import type { FlowHistory } from '../calls/flow-history.ts'
import { flowVersions, type LiveFlows } from '../calls/flow-versions.ts'
import { followFlows } from '../calls/follow-flows.ts'
import type { Clock } from '../calls/ports.ts'
import type { Config } from '../config.ts'
import type { Database } from '../db/database.ts'
import { createActivationStore } from '../db/flow-activations.ts'
import { createFlowVersions } from '../db/flow-versions.ts'
import { compileFlowSet } from '../flow-files/build-flow-set.ts'
import { formatFinding } from '../flow-files/check-folder.ts'
import { contentHash } from '../flow-files/content-hash.ts'
import { proveApart } from '../flow-files/proof.ts'
import {
  readCandidate,
  readSteadyCandidate,
  storedCandidate,
} from '../flow-files/read-candidate.ts'
import { filesOfContents } from '../flow-files/stored-files.ts'
import type { Logger } from '../logging.ts'
import type { Finding } from '../voicexml/element.ts'

/** The flows of this node, kept in step with those of all others. */
export type FlowControl = {
  readonly flows: LiveFlows
  readonly history: FlowHistory
  /** One recorded prompt by the hash of its content. */
  readonly recording: (hash: string) => Promise<Uint8Array | null>
  /** Puts this node on the version that is active now. */
  readonly refresh: () => Promise<void>
  readonly activateFolder: (origin: ActivationOrigin, by: string) => Promise<ActivationResult>
  readonly activateStored: (version: string, by: string) => Promise<ActivationResult>
}

/** As long as an editor takes to write a file that it has begun to write. */
const settlingMs = 250

/** The flow folder as the settings have it proved, or why it cannot be used. */
export const readFlows = async (
  { flows }: Pick<Config, 'flows'>,
  logger: Logger,
): Promise<Candidate | { readonly kind: 'refused'; readonly reasons: readonly string[] }> => {
  const read = await readCandidate(flows.dir)
  if (read.kind === 'changing') throw new Error('Flow folder is being changed')
  const findings = read.kind === 'read' ? read.candidate.findings : read.findings
  if (flows.check !== 'off') logFindings(logger, findings)
  if (read.kind === 'read' && !refuses(flows.check)(findings)) return read.candidate
  return { kind: 'refused', reasons: findings.filter(isError).map(formatFinding) }
}

/**
 * Puts the node on the version of its folder or, where that says nothing new, on the one that is
 * active already.
 */
export const openFlows = async (
  { flows: { dir, check } }: Pick<Config, 'flows'>,
  candidate: Candidate,
  database: Database,
  clock: Clock,
  logger: Logger,
): Promise<FlowControl> => {
  const versions = createFlowVersions(database)
  const store = createActivationStore(database)
  const prove = check === 'off' ? async () => [] : proveApart
  const flows = flowVersions(candidate.flowSet, async (version) => {
    const contents = await versions.load(version)
    return contents === null ? null : compileFlowSet(filesOfContents(contents), contentHash)
  })
  const ports: ActivationPorts = {
    store,
    flows,
    clock,
    // Two nodes of one machine may have folders of their own.
    node: `${hostname()}:${resolve(dir)}`,
    readFolder: () => readSteadyCandidate(dir, () => pause(settlingMs), prove),
    readStored: async (version) => {
      const contents = await versions.load(version)
      return contents === null ? null : storedCandidate(contents, prove)
    },
    refuses: refuses(check),
  }
  const refresh = followFlows(store, flows, ({ number, version, origin, by }) =>
    logger.info({ event: 'flows-switched', number, version, origin, by }, 'flows switched'),
  )
  const report = reporting(logger, check)
  const started = await startFlows(ports, candidate)
  if (started.kind === 'changing') throw new Error('Flow folder changed while it was read')
  if (started.kind === 'busy') throw new Error('Another node does not end its activation of flows')
  if (started.kind === 'activated') report({ ...started, findings: [] }, 'start', ports.node)
  if ('activation' in started && started.activation.version !== candidate.flowSet.version) {
    const { version } = candidate.flowSet
    const active = started.activation.version
    logger.warn({ event: 'flows-not-from-folder', version: active, folder: version })
  }
  await refresh()
  return {
    flows,
    history: versions,
    recording: versions.content,
    refresh,
    activateFolder: async (origin, by) =>
      report(await activateFolder(ports, origin, by), origin, by),
    activateStored: async (version, by) =>
      report(await activateStored(ports, version, by), 'rollback', by),
  }
}

const isError = ({ severity }: Finding): boolean => severity === 'error'

const refuses =
  (check: Config['flows']['check']) =>
  (findings: readonly Finding[]): boolean =>
    check === 'refuse' && findings.some(isError)

const logFindings = (logger: Logger, findings: readonly Finding[]): void => {
  for (const { file, place, severity, code, message } of findings) {
    const level = severity === 'error' ? 'error' : 'warn'
    logger[level]({ event: 'flow-finding', file, ...place, code, message })
  }
}

/** Puts into the log what became of an activation, and passes it on. */
const reporting =
  (logger: Logger, check: Config['flows']['check']) =>
  (result: ActivationResult, origin: ActivationOrigin, by: string): ActivationResult => {
    if (check !== 'off' && 'findings' in result) logFindings(logger, result.findings)
    if (result.kind === 'activated' || result.kind === 'unchanged') {
      const { number, version } = result.activation
      const event = `flows-${result.kind}`
      logger.info({ event, number, version, origin, by }, event.replace('-', ' '))
    } else if (result.kind === 'refused') {
      const errors = result.findings.filter(isError).length
      logger.error({ event: 'flows-refused', origin, by, errors }, 'flows refused')
    } else {
      logger.warn({ event: 'flows-not-activated', reason: result.kind, origin, by })
    }
    return result
  }

/** What this node starts new calls on. */
export const servedFlows = ({ flows }: FlowControl) => ({
  version: flows.current().version,
  activation: flows.activation(),
})
