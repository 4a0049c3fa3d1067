/** Who came to a queue within half an hour of a day, and what became of them. */
export type HalfHour = {
  readonly queue: string
  readonly day: Temporal.PlainDate
  /** By the clock of the lines: 0 = from midnight, 47 = the last. */
  readonly halfHour: number
  readonly offered: number
  readonly answered: number
  readonly abandoned: number
}

/** Half hours in which somebody came. */
export type HalfHoursReader = (
  days: readonly Temporal.PlainDate[],
  timeZone: string,
) => Promise<readonly HalfHour[]>

export type DayCurve = {
  readonly day: Temporal.PlainDate
  /** From midnight to now. */
  readonly steps: readonly Pick<HalfHour, 'offered' | 'answered' | 'abandoned'>[]
  /**
   * How many came in each half hour on the same weekday of the weeks before, the median of up to four;
   * null = there is no such day.
   */
  readonly forecast: readonly number[] | null
}

/** What is known of the day so far, by queue: one to whom nobody has come is missing. */
export type DayCurves = (now: Temporal.ZonedDateTime) => ReadonlyMap<string, DayCurve>

const halfHours = 48
const weeksBack = 4

/** Today is counted again after so long; the days before no more. */
const freshMs = 15_000

/**
 * The curves of the day, counted once for all who look at them. Nobody waits for it: the answer is what is
 * known, and what is too old is counted anew meanwhile.
 *
 * @param elapsed milliseconds that never go back
 */
export const createDayCurves = (
  read: HalfHoursReader,
  elapsed: () => number,
  onFault: (cause: unknown) => void,
): DayCurves => {
  let known: { readonly current: number; readonly counts: Counts } | null = null
  let curves: ReadonlyMap<string, DayCurve> = new Map()
  let counts: Counts | null = null
  let isCounting = false

  const count = async (today: Temporal.PlainDate, timeZone: string): Promise<void> => {
    const day = `${today} ${timeZone}`
    const at = elapsed()
    const before = Array.from({ length: weeksBack }, (_, week) =>
      today.subtract({ weeks: week + 1 }),
    )
    const history = counts?.day === day ? counts.history : await read(before, timeZone)
    counts = { day, at, history, counted: await read([today], timeZone) }
  }
  return (now) => {
    const today = now.toPlainDate()
    const day = `${today} ${now.timeZoneId}`
    if (!isCounting && (counts?.day !== day || elapsed() - counts.at > freshMs)) {
      isCounting = true
      count(today, now.timeZoneId)
        .catch(onFault)
        .finally(() => {
          isCounting = false
        })
    }
    if (counts?.day !== day) return new Map()
    const current = now.hour * 2 + Math.floor(now.minute / 30)
    if (known?.counts !== counts || known.current !== current) {
      known = { current, counts }
      curves = dayCurves(today, current, counts.counted, counts.history)
    }
    return curves
  }
}

type Counts = {
  readonly day: string
  readonly at: number
  readonly history: readonly HalfHour[]
  readonly counted: readonly HalfHour[]
}

/**
 * Curves from what was counted. A day on which nobody came to any queue tells nothing: the hotline was
 * closed, or not there yet.
 *
 * @param current the half hour it is now
 */
export const dayCurves = (
  day: Temporal.PlainDate,
  current: number,
  counted: readonly HalfHour[],
  history: readonly HalfHour[],
): ReadonlyMap<string, DayCurve> => {
  const days = [...new Set(history.map((each) => each.day.toString()))]
  const queues = new Set([...counted, ...history].map(({ queue }) => queue))
  const byQueue = Map.groupBy(counted, ({ queue }) => queue)
  const historyOf = Map.groupBy(history, ({ queue }) => queue)
  return new Map(
    [...queues].sort().map((queue) => {
      const known = new Map(byQueue.get(queue)?.map((each) => [each.halfHour, each]))
      const past = Map.groupBy(historyOf.get(queue) ?? [], ({ halfHour }) => halfHour)
      const steps = Array.from({ length: current + 1 }, (_, halfHour) => {
        const { offered = 0, answered = 0, abandoned = 0 } = known.get(halfHour) ?? {}
        return { offered, answered, abandoned }
      })
      const forecast = Array.from({ length: halfHours }, (_, halfHour) => {
        const came = (past.get(halfHour) ?? []).map(({ offered }) => offered)
        return median([...came, ...Array(days.length - came.length).fill(0)])
      })
      return [queue, { day, steps, forecast: days.length === 0 ? null : forecast }]
    }),
  )
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0
  return sorted.length % 2 === 1 ? upper : ((sorted[sorted.length / 2 - 1] ?? 0) + upper) / 2
}
