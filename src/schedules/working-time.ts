import { openSpans } from './opening.ts'
import type { Schedule } from './schedule.ts'

/**
 * Working days are Monday to Friday without official holidays, and the days that a transfer made into
 * one, whatever hours the line itself keeps: terms of cases are counted in them.
 */
export const isWorkingDay = (schedule: Schedule, date: Temporal.PlainDate): boolean =>
  schedule.exceptions[date.toString()]?.working ?? date.dayOfWeek <= 5

/**
 * The working day that many working days after a date; the date itself is not counted. With 0: the date
 * if it is a working day, else the next one. Backwards where `days` is negative.
 *
 * @param days whole, at most some thousands: every day on the way is looked at
 */
export const addWorkingDays = (
  schedule: Schedule,
  date: Temporal.PlainDate,
  days: number,
): Temporal.PlainDate => {
  const step = days < 0 ? -1 : 1
  let reached = date
  let left = Math.abs(days)
  while (left > 0 || !isWorkingDay(schedule, reached)) {
    reached = reached.add({ days: step })
    if (left > 0 && isWorkingDay(schedule, reached)) left -= 1
  }
  return reached
}

/**
 * The instant at which so much opening time has passed. Null where the schedule does not open for that
 * long any more.
 *
 * @param duration of hours and smaller units, not negative
 */
export const addWorkingTime = (
  schedule: Schedule,
  instant: Temporal.Instant,
  duration: Temporal.Duration,
): Temporal.Instant | null => {
  let left = duration
  for (const span of openSpans(schedule, instant)) {
    const from = later(span.from, instant)
    if (span.to === null || Temporal.Duration.compare(left, from.until(span.to)) <= 0)
      return from.add(left)
    left = left.subtract(from.until(span.to))
  }
  return null
}

/** Opening time between two instants, in hours and smaller units; negative where `to` is the earlier. */
export const workingTimeBetween = (
  schedule: Schedule,
  from: Temporal.Instant,
  to: Temporal.Instant,
): Temporal.Duration => {
  if (Temporal.Instant.compare(to, from) < 0)
    return workingTimeBetween(schedule, to, from).negated()
  let total = new Temporal.Duration()
  for (const span of openSpans(schedule, from)) {
    if (Temporal.Instant.compare(span.from, to) >= 0) break
    const end = span.to === null ? to : earlier(span.to, to)
    total = total.add(later(span.from, from).until(end))
  }
  return total.round({ largestUnit: 'hour' })
}

const later = (one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(one, other) < 0 ? other : one

const earlier = (one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(one, other) < 0 ? one : other
