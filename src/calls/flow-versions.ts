import type { FlowSet } from './flow-set.ts'
import type { Flows } from './ports.ts'

/** Versions kept at hand beside the current one; calls on older ones read them again. */
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
      loading.catch(() => sets.delete(version))
      if (sets.size > capacity) {
        const oldest = [...sets.keys()].find((key) => key !== current.version)
        if (oldest !== undefined) sets.delete(oldest)
      }
      return loading
    },
  }
}
