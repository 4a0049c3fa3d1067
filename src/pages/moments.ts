import type { Language } from './language/texts.ts'

/** The wall clock of a moment as its line shows it: `14:05`. @param time ISO 8601 with offset */
export const wallClock = (time: string): string => time.slice(11, 16)

/** `UTC+3`, `UTC+5:30`: the zone a moment was told in. */
export function zoneOf(time: string): string {
  const [, sign, hours = '', minutes] = /([+-])(\d\d):?(\d\d)$/.exec(time) ?? []
  if (sign === undefined) return 'UTC'
  return `UTC${sign === '-' ? '\u2212' : '+'}${Number(hours)}${minutes === '00' ? '' : `:${minutes}`}`
}

/**
 * The zone of a moment where it is not that of this computer at that moment; else null.
 *
 * @param ownOffset minutes that UTC is ahead of this computer's wall clock, as `Date` tells it
 */
export function foreignZone(
  time: string,
  ownOffset = new Date(time).getTimezoneOffset(),
): string | null {
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(time) ?? []
  const offset = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -1 : 1)
  return offset === -ownOffset ? null : zoneOf(time)
}

/** A date of the calendar in words: `25 ноября`. @param time begins with `YYYY-MM-DD` */
export const calendarDay = (time: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', timeZone: 'UTC' }).format(
    new Date(`${time.slice(0, 10)}T00:00Z`),
  )
