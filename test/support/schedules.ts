import { parseSchedule } from '../../src/schedules/parse-schedule.ts'
import type { Schedule } from '../../src/schedules/schedule.ts'

/** The schedule of a `lines.yaml` that is known to be right. */
export const scheduleOf = (value: unknown, timeZone = 'Europe/Moscow'): Schedule => {
  const read = parseSchedule(value, timeZone)
  if ('faults' in read) throw new Error(read.faults.join('; '))
  return read.schedule
}

/** The hours of the general line, with holidays on a Wednesday and on a Sunday. */
export const hotline = scheduleOf({
  weekly: { 'mon-fri': ['08:00-20:00'], sat: ['09:00-17:00'], sun: ['10:00-16:00'] },
  holidays: { dates: ['2026-11-04', '2026-11-29'], hours: ['10:00-14:00'], weekdays: 'normal' },
})

export const at = (text: string): Temporal.Instant => Temporal.Instant.from(text)

export const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text)

/** Wall clock of a zone, to compare with: `2026-11-04 08:00`. */
export const wall = (instant: Temporal.Instant | null, timeZone = 'Europe/Moscow'): string | null =>
  instant
    ?.toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString()
    .replace('T', ' ')
    .slice(0, 16) ?? null
