import type { QueueView } from '../../web/operator/protocol.ts'

export type Step = NonNullable<QueueView['today']['curve']>[number]

/** The curves of all queues as one, by time. */
export function sumCurves(queues: readonly QueueView[]): readonly Step[] {
  const steps = new Map<string, Step>()
  for (const { today } of queues) {
    for (const step of today.curve ?? []) {
      const known = steps.get(step.at)
      steps.set(step.at, {
        at: step.at,
        offered: step.offered + (known?.offered ?? 0),
        answered: step.answered + (known?.answered ?? 0),
        abandoned: step.abandoned + (known?.abandoned ?? 0),
      })
    }
  }
  return [...steps.values()].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

/**
 * A line through values at equal distances, as the `d` of an SVG path.
 *
 * @param top the value that is drawn at the upper edge
 */
export const pathOf = (
  values: readonly number[],
  top: number,
  width: number,
  height: number,
): string =>
  values
    .map((value, at) => {
      const x = values.length < 2 ? 0 : (at / (values.length - 1)) * width
      const y = height - (value / top) * (height - 16)
      return `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    })
    .join('')
