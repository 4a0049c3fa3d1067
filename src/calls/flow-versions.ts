import type { Activation } from './activation.ts'
import type { FlowSet } from './flow-set.ts'
import type { Flows } from './ports.ts'

/** Versions kept at hand, the current one among them; calls on others read them again. */
const capacity = 8

/** The flow sets of calls, of which another can become the current one at any time. */
export type LiveFlows = Flows & {
  /** Number of the activation that new calls run on; 0 before the first. */
  activation(): number
  /** Starts new calls on a set from now on; false for an activation that is not newer. */
  adopt(activation: Pick<Activation, 'number'>, flowSet: FlowSet): boolean
}

/**
 * The flow sets of calls: new calls start on the current one, calls in progress finish on the version
 * they began with, read back from where it was stored when this process has never seen it.
 */
export const flowVersions = (
  first: FlowSet,
  load: (version: string) => Promise<FlowSet | null>,
): LiveFlows => {
  let current = first
  let number = 0
  const sets = new Map<string, Promise<FlowSet | null>>()
  const keep = (version: string, flowSet: Promise<FlowSet | null>) => {
    sets.delete(version)
    sets.set(version, flowSet)
    if (sets.size <= capacity) return
    const oldest = [...sets.keys()].find((key) => key !== current.version)
    if (oldest !== undefined) sets.delete(oldest)
  }
  keep(first.version, Promise.resolve(first))
  return {
    current: () => current,
    activation: () => number,
    adopt: (activation, flowSet) => {
      if (activation.number <= number) return false
      number = activation.number
      current = flowSet
      keep(flowSet.version, Promise.resolve(flowSet))
      return true
    },
    byVersion: (version) => {
      const known = sets.get(version)
      if (known !== undefined) return known
      const loading = load(version)
      keep(version, loading)
      // One that is not there may be stored by another node a moment later.
      const forget = () => sets.get(version) === loading && sets.delete(version)
      loading.then((found) => found ?? forget(), forget)
      return loading
    },
  }
}
