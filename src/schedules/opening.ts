import { instantAt } from './local-time.ts'
import { hoursOn, type Schedule } from './schedule.ts'

/** Time without a break in which it is open; `to` null: never closes again. */
export type Span = { readonly from: Temporal.Instant; readonly to: Temporal.Instant | null }

export type Opening = {
  readonly open: boolean
  /** When it closes; null while closed, and where it never closes. */
  readonly until: Temporal.Instant | null
  /** The next time that it opens after now; null where it never does again. */
  readonly next: Temporal.Instant | null
}

/**
 * Spans that end after `from`, in order; hours that touch are one span. The first may begin before
 * `from` (no more than a day of what lies before is looked at). Endless for most schedules: take what
 * is needed.
 */
export function* openSpans(schedule: Schedule, from: Temporal.Instant): Generator<Span> {
  const { timeZone } = schedule
  const closedAllWeek = schedule.week.every((hours) => hours.length === 0)
  const lastException = Object.keys(schedule.exceptions).sort().at(-1) ?? ''
  let current = null as { from: Temporal.Instant; to: Temporal.Instant } | null
  let unbrokenDays = 0
  let date = from.toZonedDateTimeISO(timeZone).toPlainDate().subtract({ days: 1 })

  for (; ; date = date.add({ days: 1 })) {
    const ordinary = date.toString() > lastException
    if (ordinary && closedAllWeek) break
    const midnight = instantAt(date, 0, timeZone)
    if (!ordinary || current === null || isBefore(current.to, midnight)) unbrokenDays = 0
    for (const hours of hoursOn(schedule, date)) {
      const opens = instantAt(date, hours.from, timeZone)
      const closes = instantAt(date, hours.to, timeZone)
      if (!isBefore(opens, closes)) continue
      if (current !== null && !isBefore(current.to, opens)) {
        if (isBefore(current.to, closes)) current.to = closes
        continue
      }
      if (current !== null && isBefore(from, current.to)) yield { ...current }
      unbrokenDays = 0
      current = { from: opens, to: closes }
    }
    unbrokenDays += 1
    // Eight days of the weekly pattern without a break: it has none.
    if (current !== null && unbrokenDays > 8) {
      yield { from: current.from, to: null }
      return
    }
  }
  if (current !== null && isBefore(from, current.to)) yield { ...current }
}

/** Whether it is open at an instant, and when that changes. Closing time itself is closed. */
export const opening = (schedule: Schedule, instant: Temporal.Instant): Opening => {
  const spans = openSpans(schedule, instant)
  const first = spans.next().value as Span | undefined
  if (first === undefined) return { open: false, until: null, next: null }
  if (isBefore(instant, first.from)) return { open: false, until: null, next: first.from }
  const second = spans.next().value as Span | undefined
  return { open: true, until: first.to, next: second?.from ?? null }
}

/** Whether it is open from the beginning of a window to its end. An empty or reversed window is not. */
export const isWithinHours = (
  schedule: Schedule,
  window: { readonly from: Temporal.Instant; readonly to: Temporal.Instant },
): boolean => {
  if (!isBefore(window.from, window.to)) return false
  const { open, until } = opening(schedule, window.from)
  return open && (until === null || !isBefore(until, window.to))
}

const isBefore = (one: Temporal.Instant, other: Temporal.Instant): boolean =>
  Temporal.Instant.compare(one, other) < 0
