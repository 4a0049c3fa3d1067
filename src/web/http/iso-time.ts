import { localIso } from '../../schedules/local-time.ts'

/** ISO 8601 with milliseconds and the offset of the lines' zone. */
export type IsoTime = string

/** The same as it goes over the wire: moments are text. */
export type Told<T> = T extends Temporal.Instant
  ? IsoTime
  : T extends object
    ? { readonly [Key in keyof T]: Told<T[Key]> }
    : T

/** As `localIso`, for what may not have happened yet. */
export const localIsoOrNull = (
  instant: Temporal.Instant | null,
  timeZone: string,
): string | null => (instant === null ? null : localIso(instant, timeZone))

/**
 * An instant from outside: a date-time with offset or `Z`, or a date, which means its first moment in
 * the zone. Null when the text is neither, or lies outside the years 1 to 9999.
 */
export const instantOf = (text: string, timeZone: string): Temporal.Instant | null => {
  if (!/^(?!0000)\d{4}-/.test(text)) return null
  try {
    return /^\d{4}-\d{2}-\d{2}$/.test(text)
      ? Temporal.PlainDate.from(text).toZonedDateTime(timeZone).toInstant()
      : Temporal.Instant.from(text)
  } catch {
    return null
  }
}
