import { regionZone } from '../numbers/region-zone.ts'
import { openSpans, type Span } from '../schedules/opening.ts'
import type { Schedule } from '../schedules/schedule.ts'

/** By the clock where the person lives, nobody is rung before 8 or after 22. */
const day = Object.freeze([Object.freeze({ from: 8 * 60, to: 22 * 60 })])

/** Whoever asked to be called this short a time ago is awake, whatever the clock shows. */
const awakeHours = 1

/** Looked ahead so far for a time when both may be. */
const furthestHours = 24 * 31

/** Hours of the day in which a number may be rung: those of its region, else of `timeZone`. */
export const citizensDay = (phone: string, timeZone: string): Schedule => ({
  timeZone: regionZone(phone) ?? timeZone,
  week: Array.from({ length: 7 }, () => day),
  exceptions: {},
})

/**
 * The time, now or next, in which a person may be rung: the line works, and it is day where the person
 * lives, or the person asked only now. Null when there is none within a month.
 */
export const callingSpan = (
  hours: Schedule,
  { phone, requestedAt }: { readonly phone: string; readonly requestedAt: Temporal.Instant },
  now: Temporal.Instant,
): { readonly from: Temporal.Instant; readonly to: Temporal.Instant } | null => {
  const furthest = now.add({ hours: furthestHours })
  const awakeUntil = requestedAt.add({ hours: awakeHours })
  if (isBefore(now, awakeUntil)) {
    const open = spanAt(hours, now, furthest)
    if (open !== null && !isBefore(now, open.from))
      return { from: now, to: earlier(open.to, awakeUntil) }
  }
  const days = citizensDay(phone, hours.timeZone)
  for (let at = now; isBefore(at, furthest); ) {
    const [open, light] = [spanAt(hours, at, furthest), spanAt(days, at, furthest)]
    if (open === null || light === null) return null
    const from = later(later(open.from, light.from), at)
    const to = earlier(open.to, light.to)
    if (isBefore(from, to)) return { from, to }
    at = to
  }
  return null
}

/** The span that an instant lies in, or the next. */
const spanAt = (schedule: Schedule, at: Temporal.Instant, furthest: Temporal.Instant) => {
  const span = openSpans(schedule, at).next().value as Span | undefined
  return span === undefined ? null : { from: span.from, to: span.to ?? furthest.add({ hours: 1 }) }
}

const isBefore = (one: Temporal.Instant, other: Temporal.Instant): boolean =>
  Temporal.Instant.compare(one, other) < 0

const later = (one: Temporal.Instant, other: Temporal.Instant) =>
  isBefore(one, other) ? other : one

const earlier = (one: Temporal.Instant, other: Temporal.Instant) =>
  isBefore(one, other) ? one : other
