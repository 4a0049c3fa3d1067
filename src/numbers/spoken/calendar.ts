import type { Clock, Day, Moment } from './speaker.ts'

const plainDate = ({ year, month, day }: Day): Temporal.PlainDate | null =>
  year === null ? null : Temporal.PlainDate.from({ year, month, day })

/** Day of the week, 1 = Monday … 7 = Sunday; null without a year. */
export const inWeek = (day: Day): number | null => plainDate(day)?.dayOfWeek ?? null

/** The window lies on one day; midnight at its end still belongs to that day. */
export const onOneDay = (from: Moment, to: Moment): boolean => {
  const first = plainDate(from.day)
  const last = plainDate(to.day)
  if (first === null || last === null) return false
  return first.equals(last) || (isMidnight(to.clock) && first.add({ days: 1 }).equals(last))
}

export const isMidnight = ({ hour, minute }: Clock): boolean => hour === 0 && minute === 0

/** Whole minutes that a wait is announced as: never less than it is. */
export const waitMinutes = (seconds: number): number => Math.ceil(seconds / 60)

/** Hours, minutes and seconds of a length that is whole in seconds; the parts that are not zero. */
export const timeParts = (
  seconds: number,
): readonly { readonly n: number; readonly noun: 'hour' | 'minute' | 'second' }[] => {
  const parts = [
    { n: Math.floor(seconds / 3600), noun: 'hour' },
    { n: Math.floor((seconds % 3600) / 60), noun: 'minute' },
    { n: seconds % 60, noun: 'second' },
  ] as const
  const present = parts.filter(({ n }) => n > 0)
  return present.length === 0 ? [{ n: 0, noun: 'second' }] : present
}
