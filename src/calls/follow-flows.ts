import type { Activation, ActivationStore } from './activation.ts'
import { catchUp } from './catch-up.ts'
import type { LiveFlows } from './flow-versions.ts'

/**
 * Keeps this node on the version that is active, whichever node made it so. Ask it as often as there
 * is reason to: it reads one row, and a version only when it is another.
 */
export const followFlows = (
  store: Pick<ActivationStore, 'active'>,
  flows: LiveFlows,
  onSwitch: (activation: Activation) => void,
): (() => Promise<void>) =>
  catchUp(async () => {
    const active = await store.active()
    if (active === null || active.number <= flows.activation()) return
    const flowSet = await flows.byVersion(active.version)
    if (flowSet === null) {
      throw new Error('Active flow version is not stored', { cause: { version: active.version } })
    }
    if (flows.adopt(active, flowSet)) onSwitch(active)
  })
