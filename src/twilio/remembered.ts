import type { FlowSet } from '../calls/flow-set.ts'
import type { Rendered, RenderStep, Step } from '../calls/ports.ts'
import { blankIds, type Template, template } from './blanks.ts'

/** Steps remembered of one flow set; what was rendered first goes first. */
const capacity = 2000

/** Of what belongs to one caller the rest: identifiers are filled in. */
type Known = Rendered | Template

/**
 * Callers of a hotline hear the same menus all day: a step that was rendered before is not built again.
 * What a step says and waits for is all that rendering depends on beside the recordings of its flow set. Of a
 * caller's own place and talk there is only the identifier in it.
 */
export const rememberSteps = (
  render: (step: Step, audio: FlowSet['audio']) => string,
): RenderStep => {
  const remembered = new WeakMap<FlowSet['audio'], Map<string, Known>>()
  const keyOf = stepKeys()
  const renderAnew = (step: Step, audio: FlowSet['audio'], own: string | null): Known =>
    own === null
      ? { twiml: render(step, audio), isShared: isConstant(step) }
      : template(render({ ...step, next: JSON.parse(own) }, audio))
  return (step, audio): Rendered => {
    // Once a call, and no two are alike.
    if (step.stream !== undefined) return { twiml: render(step, audio), isShared: false }
    let steps = remembered.get(audio)
    if (steps === undefined) {
      steps = new Map()
      remembered.set(audio, steps)
    }
    const own = isPersonal(step.next) ? blankIds(JSON.stringify(step.next)) : null
    const key = keyOf(step, own?.text)
    let known = steps.get(key)
    if (known === undefined) {
      known = renderAnew(step, audio, own?.text ?? null)
      steps.set(key, known)
      const [oldest] = steps.size > capacity ? steps.keys() : []
      if (oldest !== undefined) steps.delete(oldest)
    }
    return typeof known === 'object' ? known : { twiml: known(own?.ids ?? []), isShared: false }
  }
}

/** What belongs to one caller. */
const isPersonal = ({ kind }: Step['next']): boolean => kind === 'queue' || kind === 'room'

/** Frozen segments are constant prompts of the flow; what is computed for a caller is not frozen. */
const isConstant = ({ prompts, next }: Step): boolean =>
  !isPersonal(next) && prompts.every(({ segments }) => Object.isFrozen(segments))

/**
 * Equal keys mean equal steps. Frozen segments are the engine's own, the same array whenever the same
 * constant prompt is said: they are known by a number in place of all their words.
 */
const stepKeys = (): ((step: Step, own: string | undefined) => string) => {
  const numbers = new WeakMap<Step['prompts'][number]['segments'], number>()
  let count = 0
  const wordsOf = (segments: Step['prompts'][number]['segments']): string | number => {
    if (!Object.isFrozen(segments)) return JSON.stringify(segments)
    const known = numbers.get(segments)
    if (known !== undefined) return known
    count += 1
    numbers.set(segments, count)
    return count
  }
  return ({ prompts, language, next, nextTurn }, own) => {
    let key = `${nextTurn} ${language} ${next.kind}`
    if (next.kind === 'input') {
      const { maxDigits, termChar, timeoutMs, interdigitTimeoutMs, termTimeoutMs } = next.wait
      key += ` ${maxDigits} ${termChar} ${timeoutMs} ${interdigitTimeoutMs} ${termTimeoutMs}`
    }
    if (next.kind === 'record' || next.kind === 'transfer') key += ` ${JSON.stringify(next)}`
    if (own !== undefined) key += ` ${own}`
    for (const { bargein, segments } of prompts) key += ` ${bargein} ${wordsOf(segments)}`
    return key
  }
}
