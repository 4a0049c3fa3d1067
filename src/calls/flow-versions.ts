import type { FlowSet } from './flow-set.ts'
import type { Flows } from './ports.ts'

/** Versions kept at hand, the current one among them; calls on others read them again. */
const capacity = 8

/**
 * The flow sets of calls: new calls start on the current one, calls in progress finish on the version
 * they began with, read back from where it was stored when this process has never seen it.
 */
export const flowVersions = (
  current: FlowSet,
  load: (version: string) => Promise<FlowSet | null>,
): Flows => {
  const sets = new Map<string, Promise<FlowSet | null>>([
    [current.version, Promise.resolve(current)],
  ])
  return {
    current: () => current,
    byVersion: (version) => {
      const known = sets.get(version)
      if (known !== undefined) return known
      const loading = load(version)
      sets.set(version, loading)
      // One that is not there may be stored by another node a moment later.
      loading.then(
        (found) => found ?? sets.delete(version),
        () => sets.delete(version),
      )
      if (sets.size > capacity) {
        const oldest = [...sets.keys()].find((key) => key !== current.version)
        if (oldest !== undefined) sets.delete(oldest)
      }
      return loading
    },
  }
}
