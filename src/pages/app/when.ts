import { foreignZone, wallClock } from '../moments.ts'
import type { AppLanguage } from './words.tsx'

const isKnown = (language: AppLanguage) =>
  Intl.DateTimeFormat.supportedLocalesOf([language]).length > 0

/** The day of a moment as its line has it: `25 ноября`; in figures where the browser has no words. */
export function dayOf(time: string, language: AppLanguage): string {
  const date = new Date(`${time.slice(0, 10)}T00:00Z`)
  const [year, month, day] = time.slice(0, 10).split('-')
  if (!isKnown(language)) return `${day}.${month}.${year}`
  const isThisYear = year === String(new Date().getFullYear())
  return new Intl.DateTimeFormat(language, {
    day: 'numeric',
    month: 'long',
    ...(isThisYear ? {} : { year: 'numeric' }),
    timeZone: 'UTC',
  }).format(date)
}

/** The wall clock of the line, with its zone where this device keeps another: `14:05 (UTC+3)`. */
export function clockOf(time: string): string {
  const zone = foreignZone(time)
  return zone === null ? wallClock(time) : `${wallClock(time)} (${zone})`
}

/** A moment of this device as its wall clock shows it. */
export const ownClock = (milliseconds: number): string => {
  const date = new Date(milliseconds)
  const two = (count: number) => String(count).padStart(2, '0')
  return `${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Names one after the other: `Пётр, Зоя и Галия`. */
export const listOf = (names: readonly string[], language: AppLanguage): string =>
  language === 'tt' ? names.join(', ') : new Intl.ListFormat(language).format(names)

/** Bytes for people: `640 КБ` or `3,4 МБ`, at least one. */
export const sizeOf = (bytes: number, language: AppLanguage): string => {
  const isSmall = bytes < 1_000_000
  return new Intl.NumberFormat(language === 'tt' ? 'ru' : language, {
    style: 'unit',
    unit: isSmall ? 'kilobyte' : 'megabyte',
    maximumFractionDigits: isSmall ? 0 : 1,
  }).format(Math.max(1, isSmall ? bytes / 1000 : bytes / 1_000_000))
}
