import { instantAt } from './local-time.ts'
import { openSpans } from './opening.ts'
import type { Schedule } from './schedule.ts'

export type Window = { readonly from: Temporal.Instant; readonly to: Temporal.Instant }

export type WindowWish = {
  /** Above 0. */
  readonly lengthMinutes: number
  /** How many windows at most. */
  readonly count: number
  /** Time that must pass before the first window begins. */
  readonly leadMinutes: number
  /** Only windows that begin on this date of the schedule's zone. */
  readonly day?: Temporal.PlainDate
}

/** How far ahead a callback may be promised. */
export const furthestDays = 31

/**
 * The next windows that a caller may choose from: one after another, wholly inside opening hours,
 * beginning on whole hours of the schedule's zone. A window in which the clocks are changed is left
 * out, because its hours cannot be said without ambiguity. Fewer than `count` where the hours of the
 * next 31 days have no more.
 */
export const callbackWindows = (
  schedule: Schedule,
  from: Temporal.Instant,
  { lengthMinutes, count, leadMinutes, day }: WindowWish,
): readonly Window[] => {
  const { timeZone } = schedule
  const soonest = from.add({ minutes: leadMinutes })
  const dayBegins = day === undefined ? soonest : instantAt(day, 0, timeZone)
  const dayEnds = day === undefined ? null : instantAt(day, 1440, timeZone)
  const earliest = later(soonest, dayBegins)
  const furthest = from.add({ hours: 24 * furthestDays })
  const latest = dayEnds !== null && isBefore(dayEnds, furthest) ? dayEnds : furthest
  const windows: Window[] = []
  for (const span of openSpans(schedule, earliest)) {
    let begin = wholeHour(later(span.from, earliest), timeZone)
    while (windows.length < count && isBefore(begin, latest)) {
      const end = begin.add({ minutes: lengthMinutes })
      if (span.to !== null && isBefore(span.to, end)) break
      if (clockMinutes(begin, end, timeZone) === lengthMinutes)
        windows.push(Object.freeze({ from: begin, to: end }))
      begin = wholeHour(end, timeZone)
    }
    if (windows.length === count || !isBefore(begin, latest)) break
  }
  return windows
}

/** The instant itself or the next whole hour on the wall. */
const wholeHour = (instant: Temporal.Instant, timeZone: string): Temporal.Instant =>
  instant
    .toZonedDateTimeISO(timeZone)
    .round({ smallestUnit: 'hour', roundingMode: 'ceil' })
    .toInstant()

const clockMinutes = (from: Temporal.Instant, to: Temporal.Instant, timeZone: string): number => {
  const wall = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(timeZone).toPlainDateTime()
  return wall(from).until(wall(to)).total('minute')
}

const later = (one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant =>
  isBefore(one, other) ? other : one

const isBefore = (one: Temporal.Instant, other: Temporal.Instant): boolean =>
  Temporal.Instant.compare(one, other) < 0
