/**
 * The instant at which a clock on the wall shows so many minutes after midnight of a date. Local times
 * that do not exist, because the clocks go forward, mean the first instant after the gap; those that
 * come twice mean the first. So every local time has one instant, and later ones never have an earlier.
 *
 * @param minutes 0 … 2880; from 1440 on the following day
 */
export const instantAt = (
  date: Temporal.PlainDate,
  minutes: number,
  timeZone: string,
): Temporal.Instant => {
  const local = date.toPlainDateTime().add({ minutes })
  const zoned = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' })
  const gap = zoned.toPlainDateTime().equals(local) ? null : zoned.getTimeZoneTransition('next')
  return (gap ?? zoned).toInstant()
}

/** ISO 8601 with milliseconds and the offset of the zone: `2026-11-21T22:03:07.123+03:00`. */
export const localIso = (instant: Temporal.Instant, timeZone: string): string =>
  instant.toString({ timeZone, fractionalSecondDigits: 3 })
