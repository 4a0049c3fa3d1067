import type { FlowSet } from '../calls/flow-set.ts'
import type { RenderStep } from '../calls/ports.ts'

/** Steps remembered of one flow set; what was not asked for longest goes first. */
const capacity = 2000

/**
 * Callers of a hotline hear the same menus all day: a step that was rendered before is not built again.
 * A step is all that rendering depends on beside the recordings of its flow set.
 */
export const rememberSteps = (render: RenderStep): RenderStep => {
  const remembered = new WeakMap<FlowSet['audio'], Map<string, string>>()
  return (step, audio) => {
    let steps = remembered.get(audio)
    if (steps === undefined) {
      steps = new Map()
      remembered.set(audio, steps)
    }
    const key = JSON.stringify(step)
    const known = steps.get(key)
    if (known !== undefined) {
      steps.delete(key)
      steps.set(key, known)
      return known
    }
    const twiml = render(step, audio)
    steps.set(key, twiml)
    if (steps.size > capacity) {
      const [oldest] = steps.keys()
      if (oldest !== undefined) steps.delete(oldest)
    }
    return twiml
  }
}
