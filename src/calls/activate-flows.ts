import type { Finding } from '../voicexml/element.ts'
import type {
  Activation,
  ActivationOrigin,
  ActivationStore,
  ActivationTurn,
  Candidate,
  ReadFolder,
} from './activation.ts'
import type { LiveFlows } from './flow-versions.ts'
import type { Clock } from './ports.ts'

export type ActivationPorts = {
  readonly store: ActivationStore
  /** The flow folder of this node, read so that no half-written file is taken. */
  readonly readFolder: () => Promise<ReadFolder>
  /** A stored version, proved anew; null when there is none. */
  readonly readStored: (version: string) => Promise<Omit<Candidate, 'contents'> | null>
  readonly flows: LiveFlows
  readonly clock: Clock
  /** Name of this node, the same after a restart. */
  readonly node: string
  /** Whether findings keep a version from being used. */
  readonly refuses: (findings: readonly Finding[]) => boolean
}

export type ActivationResult =
  | {
      /** `unchanged`: the version was the active one already. */
      readonly kind: 'activated' | 'unchanged'
      readonly activation: Activation
      readonly findings: readonly Finding[]
    }
  /** The old version stays. */
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }
  /** The folder is being written in; the old version stays. */
  | { readonly kind: 'changing' }
  /** Another activation is under way; this one has done nothing. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'unknown-version' }

/**
 * Makes what is in the flow folder the active version. The folder is read only when it is this
 * activation's turn: of two at once the later one sees the later state.
 */
export const activateFolder = async (
  ports: ActivationPorts,
  origin: ActivationOrigin,
  by: string,
): Promise<ActivationResult> => {
  let taken: Candidate | null = null
  const result = await ports.store.inTurn(async (turn): Promise<ActivationResult> => {
    const read = await ports.readFolder()
    if (read.kind === 'unreadable') return { kind: 'refused', findings: read.findings }
    if (read.kind === 'changing') return read
    taken = read.candidate
    const { flowSet, findings } = taken
    if (ports.refuses(findings)) return { kind: 'refused', findings }
    const at = ports.clock.now()
    if (!(await saveFiles(turn, taken))) return { kind: 'changing' }
    await turn.remember(ports.node, flowSet.version, at)
    return activate(turn, { version: flowSet.version, at, origin, by }, findings)
  })
  return adopt(ports, result, taken)
}

/** Makes a version of the past the active one again, proved by the rules of today. */
export const activateStored = async (
  ports: ActivationPorts,
  version: string,
  by: string,
): Promise<ActivationResult> => {
  const found = await ports.readStored(version)
  if (found === null) return { kind: 'unknown-version' }
  const { findings } = found
  if (ports.refuses(findings)) return { kind: 'refused', findings }
  const at = ports.clock.now()
  const result = await ports.store.inTurn((turn) =>
    activate(turn, { version, at, origin: 'rollback', by }, findings),
  )
  return adopt(ports, result, found)
}

/**
 * What a node does about its folder when it starts, which has been proved. A node whose folder has
 * other content than last time brings a deployment: its version becomes the active one. So does a
 * version that was never active. Otherwise (a restart, or a new node with a folder of the past) what
 * is active stays so, and the node serves that.
 */
export const startFlows = async (
  ports: Pick<ActivationPorts, 'store' | 'flows' | 'clock' | 'node'>,
  candidate: Candidate,
): Promise<ActivationResult> => {
  const { version } = candidate.flowSet
  const result = await ports.store.inTurn(async (turn): Promise<ActivationResult> => {
    const at = ports.clock.now()
    const { active } = turn
    const last = await turn.lastOf(ports.node)
    const isDeployment = last === null ? !(await turn.wasActive(version)) : last !== version
    if (active !== null && !isDeployment) {
      await turn.remember(ports.node, version, at)
      return { kind: 'unchanged', activation: active, findings: candidate.findings }
    }
    if (!(await saveFiles(turn, candidate))) return { kind: 'changing' }
    await turn.remember(ports.node, version, at)
    return activate(turn, { version, at, origin: 'start', by: ports.node }, candidate.findings)
  })
  const isServed =
    result !== 'busy' && 'activation' in result && result.activation.version === version
  return adopt(ports, result, isServed ? candidate : null)
}

/** False when a file is no longer what the version was made of. */
const saveFiles = async (turn: ActivationTurn, candidate: Candidate): Promise<boolean> => {
  const { flowSet } = candidate
  const missing = await turn.missing(new Set(flowSet.manifest.values()))
  const contents = await candidate.contents(missing)
  if (contents === null) return false
  await turn.save(flowSet, contents)
  return true
}

const activate = async (
  turn: ActivationTurn,
  activation: Omit<Activation, 'number'>,
  findings: readonly Finding[],
): Promise<ActivationResult> =>
  turn.active?.version === activation.version
    ? { kind: 'unchanged', activation: turn.active, findings }
    : { kind: 'activated', activation: await turn.activate(activation), findings }

/** This node need not wait to hear of it: the next call that comes has the new version. */
const adopt = (
  { flows }: Pick<ActivationPorts, 'flows'>,
  result: ActivationResult | 'busy',
  taken: Pick<Candidate, 'flowSet'> | null,
): ActivationResult => {
  if (result === 'busy') return { kind: 'busy' }
  if (taken !== null && 'activation' in result) flows.adopt(result.activation, taken.flowSet)
  return result
}
