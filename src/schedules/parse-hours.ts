import type { Hours } from './schedule.ts'

/** `at` is empty for the list, `[2]` for its third entry. */
export type HoursFault = { readonly at: string; readonly fault: string }

/**
 * Reads a list of hours: `["08:00-12:00", "13:00-17:00"]`. An end that is not after its beginning lies
 * on the next day (`22:00-02:00`); `24:00` is the end of the day; the empty list is closed.
 */
export const parseHours = (
  value: unknown,
): { readonly hours: readonly Hours[] } | { readonly faults: readonly HoursFault[] } => {
  if (!Array.isArray(value)) return { faults: [{ at: '', fault: 'not a list of hours' }] }
  const faults: HoursFault[] = []
  const hours: Hours[] = []
  for (const [index, entry] of value.entries()) {
    const read = parseInterval(entry)
    if (read === null) {
      const shown = JSON.stringify(entry) ?? 'nothing'
      faults.push({ at: `[${index}]`, fault: `${shown} is not hours such as 08:00-20:00` })
    } else if (hours.some((other) => read.from < other.to && other.from < read.to)) {
      faults.push({ at: `[${index}]`, fault: `${entry} overlaps with other hours of the day` })
    } else hours.push(read)
  }
  if (faults.length > 0) return { faults }
  return { hours: Object.freeze(hours.sort((one, other) => one.from - other.from)) }
}

const parseInterval = (value: unknown): Hours | null => {
  const found =
    typeof value === 'string' ? /^(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)$/.exec(value.trim()) : null
  if (found === null) return null
  const [from, fromMinute, to, toMinute] = found.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
  ]
  if (from > 23 || to > 24 || fromMinute > 59 || toMinute > 59) return null
  if (to === 24 && toMinute > 0) return null
  const begin = from * 60 + fromMinute
  const end = to * 60 + toMinute
  if (begin === end) return null
  return Object.freeze({ from: begin, to: end < begin ? end + 1440 : end })
}
