/** Minutes from local midnight; `to` is greater than `from` and up to 2880 where the hours pass midnight. */
export type Hours = { readonly from: number; readonly to: number }

/** A day that is not what its day of the week says. */
export type ExceptionalDay = { readonly hours: readonly Hours[]; readonly working: boolean }

/** Opening hours in local time of one zone. Frozen, plain, may be kept as JSON. */
export type Schedule = {
  /** IANA name. */
  readonly timeZone: string
  /** Seven lists, Monday first. Past midnight belongs to the day on which the hours began. */
  readonly week: readonly (readonly Hours[])[]
  /** By ISO date. */
  readonly exceptions: Readonly<Record<string, ExceptionalDay>>
}

const wholeDay: readonly Hours[] = Object.freeze([Object.freeze({ from: 0, to: 1440 })])

/** What a line without a schedule follows. */
export const alwaysOpen = (timeZone: string): Schedule =>
  Object.freeze({
    timeZone,
    week: Object.freeze(Array.from({ length: 7 }, () => wholeDay)),
    exceptions: Object.freeze({}),
  })

/** Hours that begin on a date. */
export const hoursOn = (schedule: Schedule, date: Temporal.PlainDate): readonly Hours[] =>
  schedule.exceptions[date.toString()]?.hours ?? schedule.week[date.dayOfWeek - 1] ?? []
