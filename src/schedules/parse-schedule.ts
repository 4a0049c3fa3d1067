import { parseHours } from './parse-hours.ts'
import { alwaysOpen, type ExceptionalDay, type Hours, type Schedule } from './schedule.ts'

type Fields = { readonly [key: string]: unknown }

/** Tells the author what is wrong at a key. */
type Complain = (key: string, fault: string) => void

/**
 * Reads a schedule as `lines.yaml` gives it. Absent, or `24/7`, is always open. All faults are given
 * together, each beginning with the key that it is about.
 *
 * - `weekly`: `24/7`, or lists of hours by days: `mon-fri`, `sat`, `mon,wed`; days not named are closed
 * - `holidays`: `dates` with `hours`; `weekdays: normal` lets one on Monday to Friday keep its hours
 * - `shortened`: `dates` with `hours` that stay working days
 * - `transfers`: `{ from, to }`, two dates that change places: `to` becomes a working day with the hours
 *   of the day of the week of `from`, `from` a day off with those of `to`
 * - `timezone`: where it is not the zone of the folder
 */
export const parseSchedule = (
  value: unknown,
  timeZone: string,
): { readonly schedule: Schedule } | { readonly faults: readonly string[] } => {
  const faults: string[] = []
  const complain: Complain = (key, fault) => {
    faults.push(`${key}: ${fault}`)
  }
  const fields = value === undefined || value === '24/7' ? {} : fieldsOf(value)
  if (fields === null) return { faults: ['schedule: neither 24/7 nor a map'] }
  const known = ['weekly', 'holidays', 'shortened', 'transfers', 'timezone']
  onlyKnown(fields, known, '', complain)

  const zone = parseZone(fields['timezone'] ?? timeZone, complain)
  const week = parseWeek(fields['weekly'], complain)
  const transfers = parseTransfers(fields['transfers'], week, complain)
  const holidays = parseHolidays(fields['holidays'], week, complain)
  const shortened = parseShortened(fields['shortened'], complain)
  const exceptions: Record<string, ExceptionalDay> = {}
  for (const [date, day] of [...transfers, ...holidays]) {
    if (date in exceptions) complain('holidays.dates', `${date} is also in transfers`)
    exceptions[date] = day
  }
  for (const [date, hours] of shortened) {
    if (holidays.has(date)) complain('shortened.dates', `${date} is also in holidays.dates`)
    else if (exceptions[date]?.working === false)
      complain('shortened.dates', `${date} is moved away by transfers`)
    exceptions[date] = { hours, working: true }
  }
  if (faults.length > 0) return { faults }
  for (const day of Object.values(exceptions)) Object.freeze(day)
  return {
    schedule: Object.freeze({ timeZone: zone, week, exceptions: Object.freeze(exceptions) }),
  }
}

const parseZone = (value: unknown, complain: Complain): string => {
  try {
    if (typeof value === 'string' && !/^[+-]/.test(value))
      return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value).timeZoneId
  } catch {}
  complain('timezone', `${shown(value)} is not a time zone such as Europe/Moscow`)
  return 'UTC'
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** Indices of days, 0 = Monday, that a key of `weekly` names; `sat-mon` goes round. Null: it names none. */
const parseDays = (key: string): readonly number[] | null => {
  const days: number[] = []
  for (const part of key.split(',')) {
    const [first = '', last = first, ...rest] = part.trim().split('-')
    const from = dayNames.indexOf(first)
    const to = dayNames.indexOf(last)
    if (from < 0 || to < 0 || rest.length > 0) return null
    for (let day = from; ; day = (day + 1) % 7) {
      days.push(day)
      if (day === to) break
    }
  }
  return days
}

const parseWeek = (value: unknown, complain: Complain): Schedule['week'] => {
  if (value === undefined || value === '24/7') return alwaysOpen('UTC').week
  const fields = fieldsOf(value)
  if (fields === null) {
    complain('weekly', 'neither 24/7 nor a map of days')
    return alwaysOpen('UTC').week
  }
  const week: (readonly Hours[])[] = []
  for (const [key, list] of Object.entries(fields)) {
    const days = parseDays(key)
    if (days === null) complain(`weekly.${key}`, 'not a day or days such as sat, mon-fri')
    const hours = readHours(list, `weekly.${key}`, complain)
    for (const day of days ?? []) {
      if (week[day] !== undefined) complain(`weekly.${key}`, `${dayNames[day]} is named twice`)
      week[day] = hours
    }
  }
  return Object.freeze(dayNames.map((_, day) => week[day] ?? Object.freeze([])))
}

const readHours = (value: unknown, key: string, complain: Complain): readonly Hours[] => {
  const read = parseHours(value)
  if ('hours' in read) return read.hours
  for (const fault of read.faults) complain(`${key}${fault.at}`, fault.fault)
  return []
}

const parseHolidays = (
  value: unknown,
  week: Schedule['week'],
  complain: Complain,
): ReadonlyMap<string, ExceptionalDay> => {
  if (value === undefined) return new Map()
  const fields = fieldsOf(value) ?? {}
  onlyKnown(fields, ['dates', 'hours', 'weekdays'], 'holidays.', complain)
  const hours = readHours(fields['hours'], 'holidays.hours', complain)
  const weekdays = fields['weekdays']
  if (weekdays !== undefined && weekdays !== 'normal')
    complain('holidays.weekdays', `${shown(weekdays)} is not "normal"`)
  const dates = parseDates(fields['dates'], 'holidays.dates', complain)
  return new Map(
    dates.map((date) => {
      const keeps = weekdays === 'normal' && date.dayOfWeek <= 5
      const kept = week[date.dayOfWeek - 1] ?? []
      return [date.toString(), { hours: keeps ? kept : hours, working: false }]
    }),
  )
}

const parseShortened = (
  value: unknown,
  complain: Complain,
): ReadonlyMap<string, readonly Hours[]> => {
  if (value === undefined) return new Map()
  const fields = fieldsOf(value) ?? {}
  onlyKnown(fields, ['dates', 'hours'], 'shortened.', complain)
  const hours = readHours(fields['hours'], 'shortened.hours', complain)
  const dates = parseDates(fields['dates'], 'shortened.dates', complain)
  return new Map(dates.map((date) => [date.toString(), hours]))
}

const parseTransfers = (
  value: unknown,
  week: Schedule['week'],
  complain: Complain,
): ReadonlyMap<string, ExceptionalDay> => {
  const days = new Map<string, ExceptionalDay>()
  if (value === undefined) return days
  if (!Array.isArray(value)) complain('transfers', 'not a list')
  const add = (
    date: Temporal.PlainDate,
    other: Temporal.PlainDate,
    working: boolean,
    key: string,
  ) => {
    if (days.has(date.toString())) complain(key, `${date} is moved twice`)
    days.set(date.toString(), { hours: week[other.dayOfWeek - 1] ?? [], working })
  }
  for (const [index, entry] of (Array.isArray(value) ? value : []).entries()) {
    const key = `transfers[${index}]`
    const fields = fieldsOf(entry) ?? {}
    onlyKnown(fields, ['from', 'to'], `${key}.`, complain)
    const from = parseDate(fields['from'], `${key}.from`, complain)
    const to = parseDate(fields['to'], `${key}.to`, complain)
    if (from === null || to === null) continue
    add(from, to, false, `${key}.from`)
    add(to, from, true, `${key}.to`)
  }
  return days
}

const parseDates = (
  value: unknown,
  key: string,
  complain: Complain,
): readonly Temporal.PlainDate[] => {
  if (!Array.isArray(value)) {
    complain(key, 'not a list of dates')
    return []
  }
  const seen = new Set<string>()
  return value.flatMap((entry, index) => {
    const date = parseDate(entry, `${key}[${index}]`, complain)
    if (date === null) return []
    if (seen.has(date.toString())) complain(`${key}[${index}]`, `${date} is named twice`)
    seen.add(date.toString())
    return [date]
  })
}

const parseDate = (value: unknown, key: string, complain: Complain): Temporal.PlainDate | null => {
  try {
    if (typeof value === 'string' && /^2\d{3}-\d\d-\d\d$/.test(value))
      return Temporal.PlainDate.from(value)
  } catch {}
  complain(key, `${shown(value)} is not a date such as 2026-11-04`)
  return null
}

const onlyKnown = (
  fields: Fields,
  known: readonly string[],
  prefix: string,
  complain: Complain,
): void => {
  for (const key of Object.keys(fields))
    if (!known.includes(key)) complain(`${prefix}${key}`, `unknown; known are ${known.join(', ')}`)
}

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null

const shown = (value: unknown): string => JSON.stringify(value) ?? 'nothing'
