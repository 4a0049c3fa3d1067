import type { CurveView } from '../../web/operator/protocol.ts'

/** A half hour of the day: what happened, null where it has not come yet; what was expected, null where nothing was. */
export type Step = {
  readonly at: string
  readonly counted: {
    readonly offered: number
    readonly answered: number
    readonly abandoned: number
  } | null
  readonly forecast: number | null
}

/** The curves of queues as one, by time. */
export function sumCurves(curves: readonly CurveView[]): readonly Step[] {
  const steps = new Map<string, Step>()
  const stepOf = (at: string): Step => steps.get(at) ?? { at, counted: null, forecast: null }
  for (const curve of curves) {
    for (const { at, offered, answered, abandoned } of curve.steps) {
      const known = stepOf(at)
      const counted = {
        offered: offered + (known.counted?.offered ?? 0),
        answered: answered + (known.counted?.answered ?? 0),
        abandoned: abandoned + (known.counted?.abandoned ?? 0),
      }
      steps.set(at, { ...known, counted })
    }
    for (const { at, offered } of curve.forecast ?? []) {
      const known = stepOf(at)
      steps.set(at, { ...known, forecast: offered + (known.forecast ?? 0) })
    }
  }
  return [...steps.values()].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

/** The part of the day in which somebody came or was expected, and the half hour that goes on. */
export function busyPart(steps: readonly Step[]): readonly Step[] {
  const isBusy = ({ counted, forecast }: Step) => (counted?.offered ?? 0) > 0 || (forecast ?? 0) > 0
  const first = steps.findIndex(isBusy)
  const now = steps.findLastIndex(({ counted }) => counted !== null)
  return first < 0 ? [] : steps.slice(first, Math.max(steps.findLastIndex(isBusy), now) + 1)
}

/** The least round number that is not below all of these: 1, 2 or 5 and noughts. */
export function roundAbove(values: readonly number[]): number {
  const most = Math.max(1, ...values)
  const power = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 5, 10].map((factor) => factor * power).find((round) => round >= most) ?? most
}

/**
 * A line through values at equal distances, as the `d` of an SVG path; where there is none it stops.
 *
 * @param top the value that is drawn at the upper edge
 */
export const pathOf = (
  values: readonly (number | null)[],
  top: number,
  width: number,
  height: number,
): string => {
  let isDrawing = false
  return values
    .map((value, at) => {
      const begins = !isDrawing
      isDrawing = value !== null
      if (value === null) return ''
      const x = values.length < 2 ? 0 : (at / (values.length - 1)) * width
      return `${begins ? 'M' : 'L'}${x.toFixed(1)} ${(height - (value / top) * height).toFixed(1)}`
    })
    .join('')
}
