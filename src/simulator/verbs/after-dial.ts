import type { Parameters } from '../signature.ts'
import { actionOf, next, type Stage, type Step } from '../stage.ts'
import type { TwimlElement } from '../twiml.ts'

/**
 * What comes when a leg has done what a verb sent it to: the verb's action, or without one the next verb. After a
 * hang-up the action is asked for too, and its answer ignored; what the API leads elsewhere just goes.
 */
export const afterwards = (verb: TwimlElement, stage: Stage, parameters: Parameters): Step => {
  const { leg } = stage
  const has = (verb.attributes['action'] ?? '') !== ''
  const step: Step = has ? actionOf(verb, stage, parameters) : next
  const interruption = leg.interruption()
  if (interruption?.kind === 'hung-up' && step.kind === 'document') {
    void stage.callBack('document', step.request, true)
  }
  return step
}
